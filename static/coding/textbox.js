// The text of a unit: it has a caret, so a passage is selected by keyboard, mouse, touch or screen reader alike, and
// nothing changes it. What an input method or an extension writes into it is taken out again at once.
import { Marks } from "./marks.js";
import { Offsets } from "./offsets.js";
import { Snap } from "./snap.js";

const MOST_STRIPES = 6;
const REFUSED = ["beforeinput", "drop", "paste", "cut", "dragstart", "dragover"];

export class TextBox {
  /** `codes`: Map of id to {name, colour}. Shows nothing until `show`. */
  constructor(box, codes) {
    Object.assign(this, { box, codes });
    Object.assign(box, { contentEditable: "true", spellcheck: false, tabIndex: 0 });
    const attributes = { role: "textbox", "aria-multiline": "true", "aria-readonly": "true", inputmode: "none" };
    for (const [name, value] of Object.entries(attributes)) box.setAttribute(name, value);
    for (const name of REFUSED) box.addEventListener(name, (event) => event.preventDefault());
    box.addEventListener("compositionend", () => this.#restore());
    this.observer = new MutationObserver(() => this.#restore());
  }

  /** Show another text with its passages. */
  show({ text, language, segments }, codings) {
    this.offsets = new Offsets(text);
    this.snap = new Snap(this.offsets, language, segments);
    this.box.lang = language;
    this.chosen = null;
    this.codings = new Set();
    this.#drawAll(codings.filter((coding) => coding.start !== null));
    this.box.scrollTop = 0;
  }

  passage({ start, end }) {
    return this.offsets.passage(start, end);
  }

  add(coding) {
    if (coding.start === null) return;
    this.codings.add(coding);
    this.#draw(() => this.marks.add(coding));
  }

  remove(coding) {
    if (!this.codings.delete(coding)) return;
    this.#draw(() => this.marks.remove(coding));
  }

  /** The passage that is selected now, whole words or segments, in code points; null without one. */
  selection() {
    this.chosen = this.#selected() ?? this.chosen;
    if (!this.chosen) return null;
    const [from, to] = this.chosen.toSorted((a, b) => a - b);
    return from === to ? null : this.snap.passage(from, to);
  }

  /** Select a passage and show it. */
  select({ start, end }) {
    this.box.focus({ preventScroll: true });
    this.#put([this.offsets.toUtf16(start), this.offsets.toUtf16(end)]);
    const index = this.marks.at(start);
    this.marks.pieces[index].node.scrollIntoView({ block: "nearest" });
  }

  /** Anchor and focus of the selection in UTF-16 units, null where it is not in the text. */
  #selected() {
    const { anchorNode, anchorOffset, focusNode, focusOffset } = document.getSelection();
    if (!this.box.contains(anchorNode) || !this.box.contains(focusNode)) return null;
    return [this.#units(anchorNode, anchorOffset), this.#units(focusNode, focusOffset)];
  }

  #units(node, offset) {
    if (node === this.box) {
      const next = this.box.childNodes[offset];
      return next ? this.#startOf(next) : this.offsets.text.length;
    }
    const span = node.parentNode === this.box ? node : node.parentNode;
    if (node !== span) return this.#startOf(span) + offset;
    return this.#startOf(span) + (offset ? span.textContent.length : 0);
  }

  #startOf(span) {
    return span.piece ? this.offsets.toUtf16(span.piece.start) : 0;
  }

  #put([anchor, focus]) {
    const places = [anchor, focus].flatMap((units) => {
      const { node, start } = this.marks.pieces[this.marks.at(this.offsets.fromUtf16(units))];
      return [node.firstChild, units - this.offsets.toUtf16(start)];
    });
    document.getSelection().setBaseAndExtent(...places);
    this.chosen = [anchor, focus];
  }

  /** Draw what changed; selection and caret stay where they are in the text. */
  #draw(change) {
    const selected = this.#selected();
    change();
    this.#setLanes();
    if (selected) this.#put(selected);
    this.observer.takeRecords();
  }

  #setLanes() {
    const lanes = String(Math.min(this.marks.lanes, MOST_STRIPES));
    if (this.box.style.getPropertyValue("--lanes") !== lanes) this.box.style.setProperty("--lanes", lanes);
  }

  #drawAll(codings) {
    this.observer.disconnect();
    this.marks = new Marks(this.offsets.length, {
      split: (piece, rest) => this.#split(piece, rest),
      change: (piece) => this.#paint(piece),
    });
    const [whole] = this.marks.pieces;
    this.#made(whole, document.createTextNode(this.offsets.text));
    this.box.replaceChildren(whole.node);
    for (const coding of codings) {
      this.codings.add(coding);
      this.marks.add(coding);
    }
    this.#setLanes();
    this.observer.observe(this.box, { childList: true, characterData: true, subtree: true });
  }

  /** Something else than this page has changed the text. */
  #restore() {
    if (this.box.textContent === this.offsets.text && [...this.box.childNodes].every((node) => node.piece)) return;
    this.#drawAll([...this.codings]);
    if (this.chosen && document.activeElement === this.box) this.#put(this.chosen);
    this.observer.takeRecords();
  }

  #made(piece, words) {
    piece.node = document.createElement("span");
    piece.node.piece = piece;
    piece.node.append(words);
  }

  #split(piece, rest) {
    const words = piece.node.firstChild;
    this.#made(rest, words.splitText(this.offsets.toUtf16(rest.start) - this.offsets.toUtf16(piece.start)));
    piece.node.after(rest.node);
    this.#paint(rest);
  }

  /** One stripe for each passage, the same stripe along the whole passage, and the names of the codes. */
  #paint({ node, codings }) {
    node.className = codings.length ? "coded" : "";
    if (!codings.length) {
      for (const name of ["role", "title", "style"]) node.removeAttribute(name);
      return;
    }
    node.setAttribute("role", "mark");
    node.title = codings.map((coding) => this.codes.get(coding.code).name).join(", ");
    const colours = codings.map((coding) => this.codes.get(coding.code).colour);
    node.style.setProperty("--code", colours[0]);
    node.style.backgroundImage = colours.map(stripe).join(", ");
    node.style.backgroundPosition = codings.map(({ lane }) => `0 calc(100% - ${lane % MOST_STRIPES} * 4px)`).join(", ");
  }
}

/** A stripe in the colour of a code, nearer to the colour of the text so that it is seen on light and dark paper. */
function stripe(colour) {
  const seen = `color-mix(in srgb, ${colour}, var(--ink) 25%)`;
  return `linear-gradient(${seen}, ${seen})`;
}
