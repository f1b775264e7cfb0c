// Choosing passages changes the text of the decision at once, and can be undone before it is saved.
import { text as words } from "../js/text.js";
import { Decision } from "./note-merge.js";

const form = document.querySelector("[data-decision]");
if (form) begin(form);

function begin(form) {
  const result = form.elements.text;
  const said = form.querySelector("[data-said]");
  const undo = form.querySelector("[data-undo]");
  // Choosing does at once what the button does where there is no script.
  form.querySelector("[name=compose]").hidden = true;
  const boxes = [...document.querySelectorAll("[data-passage]")];
  const chosen = boxes.map((box) => box.dataset.textSame ?? box.querySelector("input:checked")?.dataset.chosen ?? "");
  const decision = new Decision(chosen, result.value);
  const marks = boxes.map((box) => box.querySelector("input:checked"));
  const pastMarks = [];

  const write = (value, sentence) => {
    result.value = value;
    result.dispatchEvent(new Event("input", { bubbles: true }));
    said.textContent = words(said, sentence);
    undo.hidden = decision.past.length === 0;
  };
  boxes.forEach((box, place) =>
    box.addEventListener("change", (event) => {
      const mark = event.target;
      if (!decision.exchange(place, mark.dataset.chosen, result.value)) {
        marks[place].checked = true;
        said.textContent = words(said, "edited");
        return;
      }
      pastMarks.push({ place, mark: marks[place] });
      marks[place] = mark;
      write(decision.text, "changed");
    }),
  );
  undo.addEventListener("click", () => {
    const last = decision.undo();
    const { place, mark } = pastMarks.pop();
    marks[place] = mark;
    mark.checked = true;
    write(last.text, "undone");
    if (undo.hidden) result.focus();
  });
}
