// The coder's codings of a unit as a list in the order of the text: the way to each passage for keyboard and screen
// readers, also where passages overlap. One coding that comes or goes changes one row.
import { element, shortened, swatch } from "./elements.js";

export class CodingList {
  /** `texts`: {whole, retract, retractFrom(code, where), show(code, where)}. `passage`: the words of a coding. */
  constructor(list, codes, texts, passage) {
    Object.assign(this, { list, codes, texts, passage });
    this.rows = [];
  }

  show(codings, isFinal) {
    this.isFinal = isFinal;
    this.rows = [...codings].sort(inOrder).map((coding) => this.#row(coding));
    this.list.replaceChildren(...this.rows.map((row) => row.item));
  }

  add(coding) {
    const row = this.#row(coding);
    const index = this.rows.findIndex((each) => inOrder(each.coding, coding) > 0);
    if (index < 0) {
      this.rows.push(row);
      this.list.append(row.item);
    } else {
      this.rows[index].item.before(row.item);
      this.rows.splice(index, 0, row);
    }
  }

  remove(coding) {
    const index = this.rows.findIndex((each) => each.coding === coding);
    if (index < 0) return;
    const [row] = this.rows.splice(index, 1);
    const hadFocus = row.item.contains(document.activeElement);
    row.item.remove();
    if (hadFocus) (this.rows[index] ?? this.rows.at(-1))?.item.querySelector("button")?.focus();
  }

  /** The passage after (or before) the one at hand, for going from one to the next. */
  beside(coding, step) {
    const passages = this.rows.map((row) => row.coding).filter((each) => each.start !== null);
    if (!passages.length) return null;
    const index = passages.indexOf(coding);
    const next = index < 0 ? (step > 0 ? 0 : passages.length - 1) : index + step;
    const place = (next + passages.length) % passages.length;
    return { coding: passages[place], number: place + 1, count: passages.length };
  }

  #row(coding) {
    const code = this.codes.get(coding.code);
    const where = coding.start === null ? this.texts.whole : shortened(this.passage(coding));
    const name = element("strong", { textContent: code.name });
    const item = element("li", {}, swatch(code), name, " ");
    if (coding.start === null) item.append(element("span", { className: "quote", textContent: where }));
    else item.append(this.#button("show", where, this.texts.show(code.name, where), coding));
    if (!this.isFinal) {
      item.append(this.#button("retract", this.texts.retract, this.texts.retractFrom(code.name, where), coding));
    }
    return { coding, item };
  }

  #button(act, words, label, coding) {
    const button = element("button", { type: "button", className: `quiet ${act}`, textContent: words, dir: "auto" });
    button.setAttribute("aria-label", label);
    button.dataset[act] = coding.uuid;
    return button;
  }
}

function inOrder(a, b) {
  return (a.start ?? -1) - (b.start ?? -1) || (a.end ?? -1) - (b.end ?? -1);
}
