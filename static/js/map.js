/* A country of the map and its row in the table beside it are marked together, whichever is pointed at or focused. */
for (const pair of document.querySelectorAll(".map-pair")) {
  const mark = (event) => {
    const code = event.target.closest("[data-country]")?.dataset.country;
    for (const each of pair.querySelectorAll("[data-country]")) {
      each.classList.toggle("is-marked", each.dataset.country === code);
    }
  };
  pair.addEventListener("pointerover", mark);
  pair.addEventListener("focusin", mark);
  pair.addEventListener("pointerleave", mark);
}
