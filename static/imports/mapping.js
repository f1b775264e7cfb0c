// The mapping page without reloads: each choice is sent as the button “Show preview” would, and what differs is shown.
import { newest, stale } from "../js/refresh.js";
import { text } from "../js/text.js";

const form = document.querySelector("[data-mapping]");
const find = form?.querySelector("[data-find]");

const partsOf = (root) => [...root.querySelectorAll("[data-part]")];

const held = () => new URLSearchParams(new FormData(form)).toString();

async function asked(signal) {
  const body = new FormData(form);
  const about = held();
  body.set("button", "show");
  const request = { method: "POST", body, signal, headers: { "X-Fragment": "mapping" } };
  const answer = await fetch(location.href, request).catch((error) => {
    if (error.name === "AbortError") throw error;
    return null;
  });
  if (!answer) return null;
  return { page: new DOMParser().parseFromString(await answer.text(), "text/html"), about };
}

function shown(answer, changed) {
  // Without a connection the preview stays as it is.
  if (!answer) return;
  const { page, about } = answer;
  // A draft was filled in meanwhile: the answer is about other values, and would empty a field that it does not know.
  if (held() !== about) return void refresh(changed);
  const twins = new Map(partsOf(page).map((part) => [part.dataset.part, part]));
  const fresh = new Map([...twins].map(([name, part]) => [name, part.innerHTML]));
  const parts = partsOf(form).map((node) => ({
    node,
    name: node.dataset.part,
    follows: node.dataset.follows,
    html: node.innerHTML,
  }));
  for (const { node, name } of stale(parts, fresh, changed)) {
    if (node.isConnected) node.replaceChildren(...document.importNode(twins.get(name), true).childNodes);
  }
}

const refresh = newest(asked, shown, 250);

function filter() {
  const words = find.querySelector("[type=search]").value.toLowerCase();
  const onlyMapped = find.querySelector("[type=checkbox]").checked;
  const rows = [...form.querySelectorAll("[data-column]")];
  for (const row of rows) {
    const isMapped = row.querySelector("select[name^=field-]").value !== "";
    row.hidden = !row.dataset.column.toLowerCase().includes(words) || (onlyMapped && !isMapped);
  }
  const left = rows.filter((row) => !row.hidden).length;
  // A column that was looked for may be in a group that is closed.
  if (words) for (const row of rows) if (!row.hidden) row.closest("details").open = true;
  const found = find.querySelector("[data-found]");
  found.textContent = left === rows.length ? "" : text(found, "found", { shown: left, all: rows.length });
}

// On a phone what asks nothing is closed, so that the page does not have to be scrolled for it.
if (form && window.matchMedia("(max-width: 48rem)").matches)
  for (const part of form.querySelectorAll("[data-folds]")) part.open = false;

if (form) {
  find.hidden = false;
  form.addEventListener("input", (event) => {
    if (find.contains(event.target)) filter();
    else refresh(event.target.name);
  });
  // Enter in the search box finds; it does not send the form.
  find.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}
