// What stands around the text of a unit: title, round, the record and its context.
import { element } from "./elements.js";

/** Show the heading of a unit in the page. */
export function heading(root, unit) {
  document.title = `${unit.title} · ${unit.round.title} · ${root.dataset.site}`;
  for (const place of document.querySelectorAll("[data-unit-title]")) place.textContent = unit.title;
  const lead = document.querySelector("[data-unit-lead]");
  if (lead) lead.textContent = unit.finished ? lead.textContent : `${unit.round.title}. ${unit.why}`;
  const facts = root.querySelector("[data-part=facts]");
  const { label, url } = unit.source;
  const source = url ? element("a", { href: url, textContent: label }) : label;
  facts.replaceChildren(
    fact(root.dataset.textRecord, source),
    ...unit.context.map(([name, value]) => fact(name, String(value))),
  );
}

function fact(name, value) {
  return element("div", {}, element("dt", { textContent: name }), element("dd", {}, value));
}
