// A box that filters the values of a facet where there are many; without a script all of them are there.
const folded = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();

for (const facet of document.querySelectorAll("[data-facet]")) {
  const box = facet.querySelector("[data-facet-words]");
  box.hidden = false;
  box.addEventListener("input", () => {
    const words = folded(box.value);
    for (const row of facet.querySelectorAll("li")) row.hidden = !folded(row.querySelector("a").textContent).includes(words);
  });
}
