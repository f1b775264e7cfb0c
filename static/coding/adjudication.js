// Keys of the page of an adjudication. Each decision is a form that is sent; without this script, by its buttons.
import { text } from "../js/text.js";
import { actOf, codePoints, moved } from "./adjudication-keys.js";

const SHORTCUTS = "casebook-coding-single-keys";

class AdjudicationPage {
  constructor(root) {
    this.root = root;
    this.items = [...root.querySelectorAll("[data-item]")].filter((item) => !item.closest("details"));
    this.at = -1;
    root.classList.add("scripted");
    const single = this.part("single");
    single.checked = localStorage.getItem(SHORTCUTS) !== "off";
    single.addEventListener("change", () => localStorage.setItem(SHORTCUTS, single.checked ? "on" : "off"));
    document.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("selectionchange", () => this.onSelection());
    this.part("help").addEventListener("click", () => this.part("dialog").showModal());
    for (const form of root.querySelectorAll("[data-decide]")) this.watch(form);
    this.start();
  }

  part(name) {
    return this.root.querySelector(`[data-part=${name}]`);
  }

  /** Begin at the difference that the address names, else at the first that is open. */
  start() {
    const named = this.items.findIndex((item) => `#${item.id}` === decodeURIComponent(location.hash));
    const open = this.items.findIndex((item) => item.dataset.state === "open");
    if (document.querySelector("[data-takes-focus]")) this.show(named, { focus: false });
    else if (named >= 0 || open >= 0) this.show(named >= 0 ? named : open);
    else this.part("settle")?.focus();
  }

  show(at, { focus = true } = {}) {
    this.at = at;
    for (const item of this.items) item.removeAttribute("aria-current");
    const item = this.items[at];
    if (!item) return;
    item.setAttribute("aria-current", "true");
    if (focus) item.focus();
    item.scrollIntoView({ block: "nearest" });
    for (const mark of this.root.querySelectorAll("mark")) {
      mark.classList.toggle("current", mark.dataset.of.split(" ").includes(item.id));
    }
    this.root.querySelector("mark.current")?.scrollIntoView({ block: "nearest" });
  }

  /** Enter in the reason sends the decision that was begun with A or R; accepting, where none was. */
  watch(form) {
    const reason = form.elements.reason;
    reason.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter") {
        event.preventDefault();
        form.requestSubmit(button(form, form.dataset.begun ?? "accept"));
      } else if (event.key === "Escape") {
        delete form.dataset.begun;
        this.items[this.at]?.focus();
      }
    });
    form.addEventListener("focusin", () => {
      const at = this.items.indexOf(form.closest("[data-item]"));
      if (at >= 0 && at !== this.at) this.show(at, { focus: false });
    });
  }

  onKey(event) {
    if (this.part("dialog").open || event.defaultPrevented) return;
    const act = actOf(event, {
      single: this.part("single").checked,
      typing: event.target.matches("input:not([type=checkbox]), select, textarea, [contenteditable]"),
      onControl: Boolean(event.target.closest("a, button, summary, input")),
      inText: this.part("text").contains(event.target),
    });
    if (act === null) return;
    event.preventDefault();
    this.perform(act);
  }

  perform(act) {
    if (act === "next") this.show(moved(this.at, 1, this.items.length));
    else if (act === "previous") this.show(moved(this.at, -1, this.items.length));
    else if (act === "help") this.part("dialog").showModal();
    else if (act === "reject-all") this.beginRejectAll();
    else if (act === "accept" || act === "reject") this.begin(act);
    else this.part(act)?.click();
  }

  /** Send the decision where its reason is written; else go to the reason first. */
  begin(act) {
    const item = this.items[this.at];
    const form = item?.querySelector("[data-decide]");
    if (!form) {
      // Of a unit without codes, accepting says that none applies.
      if (item?.id === "mark-none" && act === "accept") this.beginRejectAll();
      return;
    }
    form.dataset.begun = act;
    if (form.elements.reason.value.trim()) form.requestSubmit(button(form, act));
    else form.elements.reason.focus();
  }

  beginRejectAll() {
    const box = this.part("reject-all");
    if (!box) return;
    box.open = true;
    box.querySelector("[name=reason]").focus();
  }

  /** A passage selected in the text can be chosen for a code that is added. */
  onSelection() {
    const choice = this.part("passage");
    const selection = document.getSelection();
    if (!choice || selection.rangeCount === 0 || selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const [start, end] = [offset(range.startContainer, range.startOffset), offset(range.endContainer, range.endOffset)];
    if (start === null || end === null || start >= end) return;
    let option = choice.querySelector("[data-selected]");
    if (!option) {
      option = document.createElement("option");
      option.dataset.selected = "";
      choice.append(option);
    }
    option.value = `${start}-${end}`;
    option.textContent = text(this.root, "selected", { passage: selection.toString().slice(0, 60) });
    choice.value = option.value;
  }
}

function button(form, act) {
  return form.querySelector(`button[value=${act}]`);
}

/** The code point of the text at a place in the page; null outside of the text. */
function offset(node, within) {
  const piece = node.parentElement?.closest("[data-start]");
  if (node.nodeType !== Node.TEXT_NODE || !piece) return null;
  return Number(piece.dataset.start) + codePoints(node.data, within);
}

const root = document.querySelector("[data-adjudication]");
if (root) new AdjudicationPage(root);
