// The codebook beside the text: a tree with headings that open and close, a search, keys, and definitions on demand.
import { element, swatch } from "./elements.js";
import { matches } from "./steps.js";

// A codebook with more codes than this is shown closed at first.
const MOST_OPEN = 40;
const TEXTS = ["definition", "include", "exclude", "examples"];

export class CodeList {
  /** `texts`: {apply(name), definition(name), include, exclude, examples}: sentences of the page. */
  constructor(list, codes, texts) {
    Object.assign(this, { list, codes, texts, query: "" });
    this.rows = codes.map((code) => this.#row(code));
    this.closed = new Set();
    this.#nest();
    if (codes.length > MOST_OPEN) this.closed = new Set(this.rows.filter((row) => row.below.length));
    list.replaceChildren(...this.rows.map((row) => row.item));
    this.#draw();
  }

  /** Show only codes whose name or texts have every word; their headings stay. */
  search(query) {
    this.query = query.trim();
    this.#draw();
  }

  /** The first code that the search shows; null without a search or without a match. */
  first() {
    if (!this.query) return null;
    return this.rows.find((row) => row.code.is_codable && this.#isMatch(row))?.code ?? null;
  }

  get hasMatch() {
    return this.rows.some((row) => row.code.is_codable && this.#isMatch(row));
  }

  /** Mark the codes that are applied to the target. */
  press(ids) {
    for (const { code, apply } of this.rows) {
      const pressed = String(ids.has(code.id));
      if (apply && apply.getAttribute("aria-pressed") !== pressed) apply.setAttribute("aria-pressed", pressed);
    }
  }

  disable(isDisabled) {
    for (const { apply } of this.rows) if (apply) apply.disabled = isDisabled;
  }

  #row(code) {
    const item = element("li", { className: `depth-${Math.min(code.depth, 4)}` });
    const row = { code, item, below: [], above: [], apply: null };
    if (code.is_codable) item.append(this.#applicable(row));
    else item.append(this.#heading(row));
    return row;
  }

  #applicable(row) {
    const { code, item } = row;
    row.apply = element("button", { type: "button", className: "apply" }, swatch(code), element("span", { textContent: code.name, className: "name" }));
    row.apply.dataset.code = code.id;
    row.apply.setAttribute("aria-pressed", "false");
    if (code.shortcut) row.apply.append(element("kbd", { textContent: code.shortcut.replace("shift-", "⇧ ") }));
    const line = element("div", { className: "code-row" }, row.apply);
    if (TEXTS.some((name) => code[name])) line.append(this.#definition(code, item));
    return line;
  }

  #definition(code, item) {
    const button = element("button", { type: "button", className: "quiet define", textContent: "?" });
    button.setAttribute("aria-label", this.texts.definition(code.name));
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => {
      const shown = item.querySelector(".definition");
      button.setAttribute("aria-expanded", String(!shown));
      if (shown) shown.remove();
      else item.append(this.#words(code));
    });
    return button;
  }

  #words(code) {
    const box = element("div", { className: "definition" });
    for (const name of TEXTS.filter((each) => code[each])) {
      const label = name === "definition" ? [] : [element("strong", { textContent: this.texts[name] }), " "];
      box.append(element("p", {}, ...label, code[name]));
    }
    return box;
  }

  #heading(row) {
    const button = element("button", { type: "button", className: "code-heading", textContent: row.code.name });
    button.addEventListener("click", () => {
      if (!this.closed.delete(row)) this.closed.add(row);
      this.#draw();
    });
    row.toggle = button;
    return button;
  }

  #nest() {
    const open = [];
    for (const row of this.rows) {
      while (open.length && open.at(-1).code.depth >= row.code.depth) open.pop();
      row.above = [...open];
      for (const heading of open) heading.below.push(row);
      open.push(row);
    }
  }

  #isMatch({ code }) {
    return matches([code.name, ...TEXTS.map((name) => code[name])].join(" "), this.query);
  }

  #draw() {
    for (const row of this.rows) {
      row.item.hidden = this.query
        ? !this.#isMatch(row) && !row.below.some((each) => this.#isMatch(each))
        : row.above.some((heading) => this.closed.has(heading));
      row.toggle?.setAttribute("aria-expanded", String(this.query !== "" || !this.closed.has(row)));
    }
  }
}
