// The files of a note that are on this device, a row each.
import { text } from "../js/text.js";

const UNITS = ["B", "KB", "MB"];

/** 1536 -> "1.5 KB" */
export function amount(bytes) {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  const number = bytes / 1024 ** power;
  return `${number.toLocaleString([], { maximumFractionDigits: number < 10 ? 1 : 0 })} ${UNITS[power]}`;
}

/** The sentence of a stored file: what became of the details in it. */
export const outcome = ({ photo_details: details }) => ({ removed: "removed", kept: "withDetails" })[details] ?? "stored";

/**
 * `act` {remove(draft), elsewhere(draft), sendAll(draft), addHere(draft), insert(draft), caption(draft, words)} is what
 * a person can do.
 */
export class Rows {
  constructor(section, act) {
    Object.assign(this, { section, act, list: section.querySelector("[data-files-rows]"), rows: new Map() });
    this.template = section.querySelector("[data-files-row]").content.firstElementChild;
  }

  has(id) {
    return this.rows.has(id);
  }

  /** Show the file as it is now. Resolves to the canvas for its picture where the row is new. */
  show(draft) {
    const known = this.rows.get(draft.id);
    const row = known?.row ?? this.#made(draft);
    this.rows.set(draft.id, { ...known, row, draft });
    this.#fill(row, draft);
    return known ? null : row.querySelector("canvas");
  }

  sent({ id, sent, size, stored }) {
    const known = this.rows.get(id);
    if (!known) return;
    const bar = known.row.querySelector("progress");
    bar.hidden = Boolean(stored);
    bar.value = Math.floor((100 * sent) / size);
    if (!stored) return this.#say(known.row, "sending", { percent: bar.value });
    known.isStored = true;
    this.#say(known.row, outcome(stored));
    known.row.querySelector("[data-caption]").disabled = true;
    known.row.querySelector("[data-actions]").replaceChildren();
  }

  /** Rows of what is neither here any more nor known to be on the server go. */
  keepOnly(ids) {
    for (const [id, { row, isStored }] of this.rows) {
      if (isStored || ids.has(id)) continue;
      row.remove();
      this.rows.delete(id);
    }
  }

  #made(draft) {
    const row = this.template.cloneNode(true);
    const caption = row.querySelector("[data-caption]");
    caption.value = draft.content.caption;
    caption.addEventListener("change", () => this.act.caption(this.rows.get(draft.id).draft, caption.value.trim()));
    this.list.append(row);
    return row;
  }

  #fill(row, { about, content }) {
    const { name, size, was, state, problem, shared } = content;
    row.querySelector("[data-name]").textContent = shared ? text(this.section, "sharedText") : name;
    const values = { size: amount(size), was: amount(was) };
    row.querySelector("[data-size]").textContent = shared ? "" : was ? text(this.section, "smaller", values) : values.size;
    row.querySelector("[data-caption]").closest("label").hidden = Boolean(shared);
    const known = { damaged: "damaged", "other-receipt": "otherReceipt" }[problem];
    const why = known ? text(this.section, known) : problem;
    if (shared) row.querySelector("[data-state]").textContent = shared;
    else if (state === "refused") this.#say(row, "refused", { problem: why });
    else if (row.querySelector("progress").hidden) this.#say(row, about ? "waiting" : "unassigned");
    row.querySelector("[data-actions]").replaceChildren(...this.#buttons({ about, content }, row));
  }

  #say(row, name, values) {
    const words = text(this.section, name, values);
    const line = row.querySelector("[data-state]");
    if (line.textContent !== words) line.textContent = words;
  }

  #buttons({ about, content }) {
    const { state, code, shared } = content;
    const names = [];
    if (shared) names.push("insert");
    else if (!about) names.push("addHere");
    if (code === "unreadable_photo" && state === "refused") names.push("sendAll");
    if (!shared && state === "refused") names.push("saveElsewhere");
    return [...names.map((name) => this.#button(name)), this.#remover()];
  }

  #button(name) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "quiet", textContent: text(this.section, name) });
    button.addEventListener("click", () => this.act[name](this.#draftOf(button)));
    return button;
  }

  /** What is nowhere else is removed by pressing twice. */
  #remover() {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "quiet", textContent: text(this.section, "remove") });
    button.addEventListener("click", () => {
      if (button.dataset.surely) return this.act.remove(this.#draftOf(button));
      button.dataset.surely = "";
      button.textContent = text(this.section, "surely");
      return undefined;
    });
    return button;
  }

  #draftOf(button) {
    const row = button.closest("li");
    return [...this.rows.values()].find((one) => one.row === row).draft;
  }
}
