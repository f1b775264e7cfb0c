// A brush over the rows of a drawing: the two choices of its form mark the rows between them, and a mouse or pen that is
// pulled over rows makes the two choices and opens the list. Fingers scroll; they have the form. What is drawn later, as
// years that are counted when the page is there, is prepared by whoever brings it.
const prepare = (drawn) => {
  const rows = [...drawn.querySelectorAll("tr[data-step]")];
  const form = drawn.querySelector("form.brush");
  const [first, last] = form.querySelectorAll("select");
  const place = (list) => rows.findIndex((row) => row.dataset.step === list.selectedOptions[0].dataset.step);

  const choose = (list, step) => {
    for (const option of list.options) option.selected = option.dataset.step === step;
  };
  const mark = (from, to) => {
    const [least, most] = from < to ? [from, to] : [to, from];
    rows.forEach((row, at) => row.classList.toggle("is-brushed", at >= least && at <= most));
    return [least, most];
  };
  const row = (event) => rows.indexOf(document.elementFromPoint(event.clientX, event.clientY)?.closest("tr"));

  form.addEventListener("change", (event) => {
    const other = event.target === first ? last : first;
    if (place(first) > place(last)) choose(other, event.target.selectedOptions[0].dataset.step);
    mark(place(first), place(last));
  });
  if (place(first) > 0 || place(last) < rows.length - 1) mark(place(first), place(last));

  let begin = -1;
  drawn.addEventListener("dragstart", (event) => event.preventDefault());
  drawn.addEventListener("pointerdown", (event) => {
    if (event.pointerType !== "touch" && event.button === 0) begin = row(event);
  });
  drawn.addEventListener("pointermove", (event) => {
    if (begin >= 0 && row(event) >= 0) mark(begin, row(event));
  });
  window.addEventListener("pointerup", (event) => {
    const end = begin >= 0 ? row(event) : -1;
    if (end >= 0 && end !== begin) {
      const [least, most] = mark(begin, end);
      choose(first, rows[least].dataset.step);
      choose(last, rows[most].dataset.step);
      form.requestSubmit();
    }
    begin = -1;
  });
};

export const prepareBrushes = (place) => {
  for (const drawn of place.querySelectorAll("[data-brush]")) prepare(drawn);
};

prepareBrushes(document);
