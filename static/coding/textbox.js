// The text as a read-only text box: it has a caret, so a passage is selected by keyboard, mouse or touch alike.
import { fromUtf16, passage, toUtf16, trimmed } from "./offsets.js";
import { pieces } from "./marks.js";

export class TextBox {
  constructor(box, text, codes) {
    this.box = box;
    this.text = text;
    this.length = fromUtf16(text, text.length);
    this.codes = codes;
    this.#makeReadable();
  }

  #makeReadable() {
    const { box } = this;
    box.contentEditable = "true";
    box.setAttribute("role", "textbox");
    box.setAttribute("aria-multiline", "true");
    box.setAttribute("aria-readonly", "true");
    box.setAttribute("inputmode", "none");
    box.spellcheck = false;
    for (const name of ["beforeinput", "drop", "paste", "cut", "dragstart"]) {
      box.addEventListener(name, (event) => event.preventDefault());
    }
  }

  /** The selected passage in code points, or null. */
  selection() {
    const chosen = document.getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed) return null;
    const range = chosen.getRangeAt(0);
    if (!this.box.contains(range.startContainer) || !this.box.contains(range.endContainer)) return null;
    const edges = trimmed(this.text, this.#units(range.startContainer, range.startOffset), this.#units(range.endContainer, range.endOffset));
    return edges && { start: fromUtf16(this.text, edges[0]), end: fromUtf16(this.text, edges[1]) };
  }

  #units(node, offset) {
    const before = document.createRange();
    before.selectNodeContents(this.box);
    before.setEnd(node, offset);
    return before.toString().length;
  }

  passage(coding) {
    return passage(this.text, coding.start, coding.end);
  }

  /** Draw the text with its marks; the caret goes behind `caret` (a code-point offset) where there is one. */
  draw(codings, caret = null) {
    this.box.replaceChildren(...pieces(this.length, codings).map((piece) => this.#piece(piece)));
    if (caret !== null) this.#putCaret(toUtf16(this.text, caret));
  }

  #piece({ start, end, codings }) {
    const words = document.createTextNode(passage(this.text, start, end));
    if (!codings.length) return words;
    const mark = document.createElement("mark");
    const names = codings.map((coding) => this.codes.get(coding.code).name);
    mark.title = names.join(", ");
    mark.className = codings.length > 1 ? "coded several" : "coded";
    mark.style.setProperty("--code", this.codes.get(codings[0].code).colour);
    mark.append(words);
    return mark;
  }

  #putCaret(units) {
    const walker = document.createTreeWalker(this.box, NodeFilter.SHOW_TEXT);
    let left = units;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (left <= node.length) {
        document.getSelection().collapse(node, left);
        return;
      }
      left -= node.length;
    }
  }
}
