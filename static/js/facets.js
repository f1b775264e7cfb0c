// A box that filters the values of a facet where there are many; without a script all of them are there. Counts that take
// longer than the page waits are fetched when it is there; without a script there is a link to them.
import { prepareBrushes } from "./brush.js";

const folded = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

const prepare = (place) => {
  for (const facet of place.querySelectorAll("[data-facet]")) {
    const box = facet.querySelector("[data-facet-words]");
    box.hidden = false;
    box.addEventListener("input", () => {
      const words = folded(box.value);
      for (const row of facet.querySelectorAll("li")) row.hidden = !folded(row.querySelector("a").textContent).includes(words);
    });
  }
};

const count = async (waiting) => {
  const place = waiting.parentElement;
  place.setAttribute("aria-busy", "true");
  const answer = await fetch(waiting.querySelector("a").href).catch(() => null);
  const page = new DOMParser().parseFromString(answer?.ok ? await answer.text() : "", "text/html");
  const counted = page.getElementById(place.id);
  if (counted) place.replaceChildren(...counted.childNodes);
  place.removeAttribute("aria-busy");
  prepare(place);
  prepareBrushes(place);
  // The number of rows, and the citation that names it, may have been a bound until now.
  for (const name of [".list-head .count", "[data-citation]"]) {
    const [before, exact] = [document, page].map((one) => one.querySelector(name));
    if (before && exact) before.textContent = exact.textContent;
  }
};

prepare(document);
const waiting = document.querySelector("[data-counts]");
if (waiting) count(waiting);
