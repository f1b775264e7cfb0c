// The coding page: applies codes to a passage or to the whole unit, saves each at once, and undoes or redoes it by key.
import { text } from "../js/text.js";
import { actOf } from "./keys.js";
import { Server } from "./server.js";
import { matches, onKeys, Steps, withCode } from "./steps.js";
import { TextBox } from "./textbox.js";

const SHORTCUTS = "casebook-coding-single-keys";

class CodingPage {
  constructor(root) {
    this.root = root;
    this.form = root.querySelector("form");
    this.data = JSON.parse(root.dataset.codingPage);
    this.codes = new Map(this.data.codes.map((code) => [code.id, code]));
    this.codings = this.data.codings;
    this.onKeys = onKeys(this.data.recent, this.data.codes.map((code) => code.id));
    this.steps = new Steps();
    this.server = new Server(this.data.urls, this.form.elements.csrfmiddlewaretoken.value);
    this.text = new TextBox(this.part("text"), this.data.text, this.codes);
    this.selected = null;
    this.leaving = false;
    this.failures = 0;
    root.classList.add("scripted");
    this.listen();
    this.draw();
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  sentence(name, values) {
    return text(this.root, name, values);
  }

  /** Report that the server did not save something, and stay on the page. */
  fail(message) {
    this.failures += 1;
    this.report(message, true);
  }

  report(message, wrong = false) {
    const place = this.part("status");
    place.textContent = message;
    place.classList.toggle("wrong", wrong);
  }

  listen() {
    document.addEventListener("selectionchange", () => this.noteSelection());
    document.addEventListener("keydown", (event) => this.onKey(event));
    this.root.addEventListener("click", (event) => this.onClick(event));
    this.root.addEventListener("change", (event) => this.onChange(event));
    this.part("search").addEventListener("input", () => this.search());
    this.part("search").addEventListener("keydown", (event) => this.onSearchKey(event));
    this.form.addEventListener("submit", (event) => this.onSubmit(event));
    const single = this.part("single");
    single.checked = localStorage.getItem(SHORTCUTS) !== "off";
    single.addEventListener("change", () => localStorage.setItem(SHORTCUTS, single.checked ? "on" : "off"));
  }

  // Selection ---------------------------------------------------------------------------------------------------------

  noteSelection() {
    const inside = this.part("text").contains(document.getSelection().anchorNode);
    if (!inside) return;
    this.selected = this.text.selection();
    this.part("target").textContent = this.selected
      ? this.sentence("targetPassage", { passage: shortened(this.text.passage(this.selected)) })
      : this.sentence("targetUnit");
  }

  // Keys and buttons --------------------------------------------------------------------------------------------------

  onKey(event) {
    if (this.part("help").open) return;
    const act = actOf(event, { single: this.part("single").checked, typing: isTyping(event.target) });
    if (act === null) return;
    event.preventDefault();
    if (act.key) this.toggle(this.onKeys[act.key - 1]);
    else this.perform(act);
  }

  onClick(event) {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.code) this.toggle(Number(button.dataset.code));
    else if (button.dataset.retract) this.retract(this.codings.find((c) => c.id === Number(button.dataset.retract)));
    else if (button.dataset.act) this.perform(button.dataset.act);
  }

  onChange(event) {
    const field = event.target;
    if (field.name === "codes") this.setWhole(Number(field.value), field.checked);
    if (field.name === "is_flagged") this.annotate({ is_flagged: field.checked }, this.sentence(field.checked ? "flagged" : "unflagged"));
    if (field.name === "memo") this.annotate({ memo: field.value }, this.sentence("memoSaved"));
  }

  onSearchKey(event) {
    if (event.key === "Escape") this.part("text").focus();
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = this.root.querySelector("[data-code-row]:not([hidden]) button[data-code]");
    if (!first) return this.report(this.sentence("noMatch"), true);
    this.toggle(Number(first.dataset.code));
    event.target.select();
  }

  perform(act) {
    if (act === "undo") return this.undo();
    if (act === "redo") return this.redo();
    if (act === "help") return this.part("help").showModal();
    if (act === "search") return this.part("search").focus();
    if (act === "text") return this.part("text").focus();
    if (act === "memo") return this.form.elements.memo.focus();
    if (act === "flag") return this.form.elements.is_flagged.click();
    if (this.data.finished) return this.report(this.sentence("submitted"), true);
    return this.submit(act === "submit" ? "coded" : act);
  }

  search() {
    const query = this.part("search").value;
    for (const row of this.root.querySelectorAll("[data-code-row]")) row.hidden = !matches(row.textContent, query);
  }

  // Codes -------------------------------------------------------------------------------------------------------------

  find(code, start, end) {
    return this.codings.find((c) => c.code === code && c.start === start && c.end === end);
  }

  /** Apply the code to the selected passage, else to the whole unit; where it is applied already, retract it. */
  toggle(code) {
    if (!code || this.data.finished) return undefined;
    // The browser reports a changed selection a moment later; the code is for what is selected now.
    this.noteSelection();
    const { start, end } = this.selected ?? { start: null, end: null };
    const applied = this.find(code, start, end);
    return applied ? this.retract(applied) : this.apply({ code, start, end });
  }

  setWhole(code, wanted) {
    const applied = this.find(code, null, null);
    if (wanted && !applied) this.apply({ code, start: null, end: null });
    if (!wanted && applied) this.retract(applied);
  }

  async apply(coding, remember = true) {
    const name = this.codes.get(coding.code).name;
    const made = { ...coding, id: null, uuid: crypto.randomUUID() };
    this.codings.push(made);
    this.onKeys = withCode(this.onKeys, coding.code);
    if (remember) this.steps.add({ applied: coding });
    this.draw(coding.end);
    try {
      const { code, start, end, uuid } = made;
      made.id = (await this.server.apply(this.data.assignment, { code, start, end, uuid })).id;
      this.report(this.sentence("applied", { code: name, where: this.where(coding) }));
      this.drawCodings();
    } catch (error) {
      this.codings = this.codings.filter((c) => c !== made);
      this.draw();
      this.fail(this.sentence("notApplied", { code: name, error: error.message }));
    }
  }

  async retract(coding, remember = true) {
    if (!coding) return;
    await this.server.settled();
    if (coding.id === null) return;
    const name = this.codes.get(coding.code).name;
    this.codings = this.codings.filter((c) => c !== coding);
    const { code, start, end } = coding;
    if (remember) this.steps.add({ retracted: { code, start, end } });
    this.draw(end);
    try {
      await this.server.retract(coding.id);
      this.report(this.sentence("retracted", { code: name, where: this.where(coding) }));
    } catch (error) {
      this.codings.push(coding);
      this.draw();
      this.fail(this.sentence("notRetracted", { code: name, error: error.message }));
    }
  }

  where(coding) {
    return coding.start === null ? this.sentence("theWholeUnit") : `“${shortened(this.text.passage(coding))}”`;
  }

  undo() {
    const step = this.steps.undo();
    if (!step) return this.report(this.sentence("nothingToUndo"));
    return step.applied ? this.retract(this.same(step.applied), false) : this.apply(step.retracted, false);
  }

  redo() {
    const step = this.steps.redo();
    if (!step) return this.report(this.sentence("nothingToRedo"));
    return step.applied ? this.apply(step.applied, false) : this.retract(this.same(step.retracted), false);
  }

  same({ code, start, end }) {
    return this.find(code, start, end);
  }

  async annotate(values, message) {
    try {
      await this.server.annotate(values);
      this.report(message);
    } catch (error) {
      this.fail(this.sentence("notSaved", { error: error.message }));
    }
  }

  // Submitting --------------------------------------------------------------------------------------------------------

  async submit(act) {
    if (this.leaving) return;
    if (act === "coded" && !this.codings.length) {
      this.report(this.sentence("noCodes"), true);
      return;
    }
    if (act === "none-applies" && this.codings.length) {
      this.report(this.sentence("hasCodes"), true);
      return;
    }
    this.leaving = true;
    const before = this.failures;
    await this.server.settled();
    if (this.failures > before) {
      this.leaving = false;
      return;
    }
    this.part("send").value = act;
    this.form.requestSubmit(this.part("send"));
  }

  onSubmit(event) {
    if (event.submitter === this.part("send")) return;
    event.preventDefault();
    if (event.submitter?.value) this.submit(event.submitter.value);
  }

  // Drawing -----------------------------------------------------------------------------------------------------------

  draw(caret = null) {
    const focused = document.activeElement === this.part("text");
    this.text.draw(this.codings, focused ? caret : null);
    if (caret !== null) this.selected = null;
    for (const box of this.form.querySelectorAll("input[name=codes]")) {
      box.checked = Boolean(this.find(Number(box.value), null, null));
    }
    this.drawKeys();
    this.drawCodings();
  }

  drawKeys() {
    const list = this.part("keys");
    list.replaceChildren(
      ...this.onKeys.map((id, i) => {
        const button = element("button", { type: "button", className: "key" });
        button.dataset.code = id;
        button.disabled = this.data.finished;
        button.append(element("kbd", { textContent: i + 1 }), swatch(this.codes.get(id)), this.codes.get(id).name);
        const item = document.createElement("li");
        item.append(button);
        return item;
      }),
    );
  }

  drawCodings() {
    const list = this.part("codings");
    this.part("no-codings").hidden = this.codings.length > 0;
    const inOrder = [...this.codings].sort((a, b) => (a.start ?? -1) - (b.start ?? -1));
    list.replaceChildren(
      ...inOrder.map((coding) => {
        const code = this.codes.get(coding.code);
        const item = document.createElement("li");
        const message = coding.start === null ? this.sentence("wholeUnit") : shortened(this.text.passage(coding));
        const quote = element("span", { className: "quote", textContent: message });
        quote.dir = "auto";
        item.append(swatch(code), element("strong", { textContent: code.name }), " ", quote);
        if (coding.id && !this.data.finished) {
          const button = element("button", { type: "button", className: "quiet", textContent: this.sentence("retract") });
          button.setAttribute("aria-label", this.sentence("retractFrom", { code: code.name, where: message }));
          button.dataset.retract = coding.id;
          item.append(button);
        }
        return item;
      }),
    );
  }
}

function isTyping(target) {
  if (target.closest?.("[aria-readonly=true]")) return false;
  return Boolean(target.closest?.("textarea, select, [contenteditable=true], input:not([type=checkbox], [type=radio])"));
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

function swatch(code) {
  const dot = element("span", { className: "swatch" });
  dot.style.setProperty("--code", code.colour);
  return dot;
}

function shortened(message) {
  const letters = [...message.replace(/\s+/g, " ")];
  return letters.length > 60 ? `${letters.slice(0, 57).join("")}...` : letters.join("");
}

const root = document.querySelector("[data-coding-page]");
if (root) new CodingPage(root);
for (const dot of document.querySelectorAll("[data-colour]")) dot.style.setProperty("--code", dot.dataset.colour);
