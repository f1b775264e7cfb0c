// What a page says by a form about what was typed in it. Nothing is there until there is something to say.
import { text } from "../js/text.js";

const words = () => document.querySelector("[data-form-words]");
const say = (name, values) => text(words(), name, values);

export class FormBar {
  /** `acts`: what the buttons do {discard, edit, again, signIn, typed}; `typed` gives the text of the file. */
  constructor(form, acts) {
    Object.assign(this, { form, acts, element: null, note: null });
  }

  /** What was brought back. `take(name)` puts what is stored into a field. */
  restored({ at, ask, lost, others, problem }, take) {
    this.note = document.createElement("div");
    this.note.append(paragraph(say("restored", { at: new Date(at).toLocaleString() })));
    if (problem) this.note.append(this.#problem(problem));
    for (const { name, label, stored } of ask) this.note.append(choice(name, label, stored, take));
    for (const [name, values] of Object.entries(lost)) {
      this.note.append(paragraph(say("lost", { name, value: values.join(", ") })));
    }
    for (const id of others) {
      const link = Object.assign(document.createElement("a"), { href: `#draft-${id}`, textContent: say("other") });
      link.addEventListener("click", () => setTimeout(() => location.reload()));
      const line = document.createElement("p");
      line.append(link);
      this.note.append(line);
    }
    this.isNew = true;
    this.#show("", "");
  }

  /** Said once it is so: on this device, or not. */
  kept({ isChanged, isKept, state }) {
    if (state !== "typing") return;
    if (!isChanged && isKept) return this.#show("", "");
    if (isKept) return this.#show("kept", say("kept"), ["discard"]);
    return this.#show("lost", say("notKept"), ["download"]);
  }

  sending() {
    this.#show("sending", say("sending"));
  }

  waiting({ isKept, isOffline }) {
    const sentence = say(isOffline ? "offline" : "noAnswer");
    this.#show("waiting", isKept ? sentence : `${sentence} ${say("notKept")}`, ["again", "edit", ...(isKept ? [] : ["download"])]);
  }

  signIn({ isKept }) {
    this.#show("waiting", say(isKept ? "signIn" : "signInNotKept"), ["signIn", "edit", ...(isKept ? [] : ["download"])]);
  }

  refused(problem) {
    this.#show("refused", "", ["discard", "download"]);
    this.element.prepend(this.#problem(problem));
    this.isNew = true;
  }

  remove() {
    this.element?.remove();
    this.element = null;
  }

  #problem({ status, detail, location }) {
    const line = paragraph(detail || say("refused", { status }));
    if (location) {
      const link = Object.assign(document.createElement("a"), { href: location, textContent: say("open") });
      line.append(" ", link);
    }
    return line;
  }

  #show(state, sentence, buttons = []) {
    const key = `${state} ${sentence}`;
    if (key === this.shown && !this.isNew) return;
    this.shown = key;
    this.isNew = false;
    if (!this.element) {
      if (!state && !this.note) return;
      this.element = document.createElement("div");
      this.element.className = "form-draft";
      // Beside the form and not in it: a form that is being sent is inert.
      this.form.after(this.element);
    }
    this.element.dataset.state = state;
    const said = paragraph(sentence);
    said.setAttribute("role", "status");
    const actions = document.createElement("p");
    actions.append(...buttons.map((name) => this.#button(name)));
    this.element.replaceChildren(...[this.note, said, buttons.length ? actions : null].filter(Boolean));
    if (this.note && !buttons.includes("discard") && !state) actions.append(this.#button("discard"));
  }

  #button(name) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "secondary small", textContent: say(`${name}Button`) });
    button.dataset.act = name;
    button.addEventListener("click", () => (name === "download" ? this.#download() : this.acts[name]()));
    return button;
  }

  #download() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([this.acts.typed()], { type: "text/plain" }));
    link.download = `${document.title.replaceAll(/[^\p{L}\p{N} ]/gu, "")}.txt`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}

function paragraph(sentence) {
  return Object.assign(document.createElement("p"), { textContent: sentence });
}

function choice(name, label, stored, take) {
  const line = paragraph(say("ask", { label, stored: stored || say("empty") }));
  const button = Object.assign(document.createElement("button"), { type: "button", className: "secondary small" });
  button.textContent = say("takeButton");
  button.dataset.take = name;
  button.addEventListener("click", () => {
    take(name);
    line.remove();
  });
  line.append(" ", button);
  return line;
}
