// The coding page: applies codes to a passage or to the whole text, keeps and sends each, and goes to the next unit
// without loading a page.
import { text } from "../js/text.js";
import { Activity } from "./activity.js";
import { CodeList } from "./codelist.js";
import { CodingList } from "./codinglist.js";
import { Delivery } from "./delivery.js";
import { element, shortened, swatch } from "./elements.js";
import { actOf } from "./keys.js";
import { Newer } from "./newer.js";
import { withRecent } from "./steps.js";
import { TextBox } from "./textbox.js";
import { heading } from "./unitheading.js";
import { Work } from "./work.js";

const SINGLE_KEYS = "casebook-coding-single-keys";
const MEMO_PAUSE = 400;
const WHOLE = { start: null, end: null };

class CodingPage {
  constructor(root, unit, codebook) {
    this.root = root;
    this.codes = new Map(codebook.codes.map((code) => [code.id, code]));
    const codable = codebook.codes.filter((code) => code.is_codable && code.shortcut);
    this.byShortcut = new Map(codable.map((code) => [code.shortcut, code.id]));
    this.text = new TextBox(this.part("text"), this.codes);
    const said = (name, keys) => (...values) => this.sentence(name, Object.fromEntries(keys.map((key, i) => [key, values[i]])));
    this.codeList = new CodeList(this.part("codes"), codebook.codes, {
      definition: said("definitionOf", ["name"]),
      include: this.sentence("include"),
      exclude: this.sentence("exclude"),
      examples: this.sentence("examples"),
    });
    this.codingList = new CodingList(
      this.part("codings"),
      this.codes,
      {
        whole: this.sentence("wholeText"),
        retract: this.sentence("retract"),
        retractFrom: said("retractFrom", ["code", "where"]),
        show: said("showPassage", ["code", "where"]),
      },
      (coding) => this.text.passage(coding),
    );
    this.work = new Work({
      on: { added: (coding) => this.added(coding), removed: (coding) => this.removed(coding) },
      send: (change) => this.delivery.outbox.change(this.about(), change),
    });
    this.delivery = new Delivery(root, {
      stored: (record, state, sent) => this.stored(record, state, sent),
      refused: (record, dropped, problem) => this.refused(record, dropped, problem),
      held: (record, problem) => this.newer.ask(record, problem),
    });
    this.newer = new Newer(this);
    this.activity = new Activity();
    this.activity.watch(document);
    this.listen();
    this.begin(unit);
    root.classList.add("scripted");
  }

  /** Show what waits from earlier visits, then send it. */
  async start() {
    try {
      await this.delivery.outbox.start();
    } catch (error) {
      this.report(this.sentence("noDevice", { error: error.message }), true);
    }
    if (this.delivery.outbox.changesOf(this.unit.assignment).length) this.begin(this.unit);
    if (!this.unit.finished) await this.delivery.loadAhead(this.unit.assignment);
  }

  part(name) {
    return this.root.querySelector(`[data-part="${name}"]`);
  }

  sentence(name, values) {
    return text(this.root, name, values);
  }

  report(message, wrong = false) {
    const place = this.part("status");
    place.textContent = message;
    place.classList.toggle("wrong", wrong);
  }

  about() {
    const { assignment, version, title, page } = this.unit;
    return { assignment, version, title, page, active: this.activity.seconds };
  }

  // A unit --------------------------------------------------------------------------------------------------------------

  begin(unit) {
    clearTimeout(this.memoTimer);
    this.unit = unit;
    this.isWhole = false;
    this.recent = unit.recent;
    this.passage = null;
    this.activity.begin(unit.active_seconds);
    this.work.begin(unit, this.delivery.outbox.changesOf(unit.assignment));
    heading(this.root, unit);
    this.text.show(unit, this.work.codings);
    this.codingList.show(this.work.codings, Boolean(unit.finished));
    this.codeList.disable(Boolean(unit.finished));
    this.part("memo").value = this.work.memo;
    this.part("flag").checked = this.work.isFlagged;
    for (const field of this.root.querySelectorAll("[data-until-submitted]")) field.hidden = Boolean(unit.finished);
    this.drawRecent();
    this.drawTarget();
    this.drawEmpty();
  }

  /** Go to another unit in this page. */
  go(unit, message) {
    history.pushState({}, "", unit.page);
    this.begin(unit);
    this.text.box.focus({ preventScroll: true });
    scrollTo(0, 0);
    this.report(message);
  }

  // Target --------------------------------------------------------------------------------------------------------------

  /** What a code applies to now: a passage, the whole text, or nothing. */
  target() {
    return this.isWhole ? WHOLE : this.text.selection();
  }

  setWhole(isWhole) {
    this.isWhole = isWhole;
    this.drawTarget();
  }

  noteSelection() {
    const selection = document.getSelection();
    if (!this.text.box.contains(selection.anchorNode)) return;
    if (!selection.isCollapsed) this.isWhole = false;
    this.drawTarget();
  }

  drawTarget() {
    const target = this.target();
    const words = this.isWhole
      ? this.sentence("targetWhole")
      : target
        ? this.sentence("targetPassage", { passage: shortened(this.text.passage(target)) })
        : this.sentence("targetNone");
    const place = this.part("target");
    if (place.textContent !== words) place.textContent = words;
    this.part("whole").setAttribute("aria-pressed", String(this.isWhole));
    this.codeList.press(target ? this.work.at(target) : new Set());
  }

  // Keys and buttons ----------------------------------------------------------------------------------------------------

  listen() {
    document.addEventListener("selectionchange", () => this.noteSelection());
    document.addEventListener("keydown", (event) => this.onKey(event));
    this.root.addEventListener("click", (event) => this.onClick(event));
    this.part("search").addEventListener("input", () => this.codeList.search(this.part("search").value));
    this.part("search").addEventListener("keydown", (event) => this.onSearchKey(event));
    this.part("memo").addEventListener("input", () => {
      clearTimeout(this.memoTimer);
      this.memoTimer = setTimeout(() => this.writeMemo(), MEMO_PAUSE);
    });
    this.part("memo").addEventListener("change", () => this.writeMemo());
    this.part("flag").addEventListener("change", (event) => {
      this.work.flag(event.target.checked);
      this.report(this.sentence(event.target.checked ? "flagged" : "unflagged"));
    });
    const single = this.part("single");
    single.checked = localStorage.getItem(SINGLE_KEYS) !== "off";
    single.addEventListener("change", () => localStorage.setItem(SINGLE_KEYS, single.checked ? "on" : "off"));
    addEventListener("pagehide", () => {
      this.writeMemo();
      this.delivery.giveBack(this.unit.assignment);
    });
    addEventListener("popstate", () => location.reload());
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  onKey(event) {
    if (event.isComposing || this.root.querySelector("dialog[open]")) return;
    if (event.key === "Dead" && this.text.box.contains(event.target)) return void event.preventDefault();
    const act = actOf(event, {
      single: this.part("single").checked,
      typing: isTyping(event.target),
      taken: this.byShortcut,
    });
    if (act === null) return;
    event.preventDefault();
    if (act.shortcut) this.toggle(this.byShortcut.get(act.shortcut));
    else this.perform(act);
  }

  onClick(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const { code, retract, show, act } = button.dataset;
    if (code) this.toggle(Number(code));
    else if (retract) this.retract(this.work.codings.find((c) => c.uuid === retract));
    else if (show) this.showPassage(this.work.codings.find((c) => c.uuid === show));
    else if (act) this.perform(act);
  }

  onSearchKey(event) {
    if (event.key === "Escape") this.text.box.focus();
    if (event.key !== "Enter") return;
    event.preventDefault();
    const first = this.codeList.first();
    if (!first) return this.report(this.sentence(event.target.value.trim() ? "noMatch" : "noQuery"), true);
    this.toggle(first.id);
    event.target.select();
  }

  perform(act) {
    const acts = {
      undo: () => this.step("undo", "nothingToUndo"),
      redo: () => this.step("redo", "nothingToRedo"),
      help: () => this.part("help").showModal(),
      search: () => this.part("search").focus(),
      text: () => this.text.box.focus(),
      memo: () => this.part("memo").focus(),
      flag: () => this.part("flag").click(),
      whole: () => this.setWhole(!this.isWhole),
      passage: () => this.stepPassage(1),
      "passage-before": () => this.stepPassage(-1),
      "submit-newer": () => this.newer.answer(true),
      "look-first": () => this.newer.answer(false),
      "give-up": () => this.newer.giveUp(),
    };
    if (acts[act]) return acts[act]();
    if (this.unit.finished) return this.report(this.sentence("submitted"), true);
    return this.submit({ submit: "coded", postpone: "postponed" }[act] ?? act);
  }

  // Codes ---------------------------------------------------------------------------------------------------------------

  /** Apply the code to the target; where it is applied already, retract it. Without a target: say so. */
  toggle(code) {
    if (this.unit.finished) return this.report(this.sentence("submitted"), true);
    const target = this.target();
    if (!target) return this.report(this.sentence("noTarget"), true);
    const applied = this.work.find(code, target);
    if (applied) return this.retract(applied);
    const made = this.work.apply(code, target);
    this.recent = withRecent(this.recent, code);
    this.drawRecent();
    return this.report(this.sentence("applied", { code: this.codes.get(code).name, where: this.where(made) }));
  }

  retract(coding) {
    if (!coding || this.unit.finished) return;
    this.work.retract(coding);
    this.report(this.sentence("retracted", { code: this.codes.get(coding.code).name, where: this.where(coding) }));
  }

  step(direction, nothing) {
    const done = this.unit.finished ? null : this.work.step(direction);
    if (!done) return this.report(this.sentence(nothing));
    const coding = done.applied ?? done.retracted;
    const values = { code: this.codes.get(coding.code).name, where: this.where(coding) };
    return this.report(this.sentence(done.applied ? "applied" : "retracted", values));
  }

  where(coding) {
    return coding.start === null ? this.sentence("theWholeText") : `“${shortened(this.text.passage(coding))}”`;
  }

  stepPassage(step) {
    const found = this.codingList.beside(this.passage, step);
    if (!found) return this.report(this.sentence("noPassages"));
    return this.showPassage(found.coding, { number: found.number, count: found.count });
  }

  showPassage(coding, place = null) {
    this.passage = coding;
    this.isWhole = false;
    this.text.select(coding);
    const values = { code: this.codes.get(coding.code).name, where: this.where(coding), ...place };
    this.report(this.sentence(place ? "passageOf" : "passageShown", values));
  }

  added(coding) {
    this.text.add(coding);
    this.codingList.add(coding);
    this.drawEmpty();
    this.drawTarget();
  }

  removed(coding) {
    this.text.remove(coding);
    this.codingList.remove(coding);
    this.drawEmpty();
    this.drawTarget();
  }

  writeMemo() {
    clearTimeout(this.memoTimer);
    if (!this.unit.finished) this.work.write(this.part("memo").value);
  }

  // Submitting ----------------------------------------------------------------------------------------------------------

  submit(outcome) {
    this.writeMemo();
    const { outbox } = this.delivery;
    if (outbox.outcomeOf(this.unit.assignment)) return this.report(this.sentence("submitting"));
    if (outcome === "coded" && !this.work.codings.length) return this.report(this.sentence("noCodes"), true);
    if (outcome === "none-applies" && this.work.codings.length) return this.report(this.sentence("hasCodes"), true);
    const sent = this.about();
    const next = this.delivery.takeAhead();
    this.cameFrom = sent.assignment;
    outbox.finish(sent, outcome);
    if (next) return this.go(next, this.sentence("nextUnit", { title: sent.title, next: next.title }));
    return this.report(this.sentence("submitting"));
  }

  stored(record, state, { outcome }) {
    const isHere = record.assignment === this.unit.assignment;
    if (!outcome) return isHere && this.adopt(state);
    const { next } = state;
    // What waited from an earlier visit is submitted without a word to the unit at hand.
    if (!isHere && record.assignment !== this.cameFrom) return undefined;
    if (!next) return this.leave();
    if (isHere) this.go(next, this.sentence("nextUnit", { title: record.title, next: next.title }));
    else if (next.assignment !== this.unit.assignment && !this.delivery.outbox.changesOf(this.unit.assignment).length) {
      this.go(next, this.sentence("otherUnit", { title: this.unit.title, next: next.title }));
    }
    return this.delivery.loadAhead(this.unit.assignment);
  }

  /** There is no next unit here: the queue says what else there is. */
  leave() {
    const form = this.part("leave");
    form.elements.csrfmiddlewaretoken.value = this.delivery.session.token;
    form.submit();
  }

  adopt(state) {
    const { come, gone, hasMemo } = this.work.adopt(state, this.delivery.outbox.changesOf(this.unit.assignment));
    const memo = this.part("memo");
    if (hasMemo && document.activeElement !== memo) memo.value = this.work.memo;
    this.part("flag").checked = this.work.isFlagged;
    if (come.length || gone.length) this.report(this.sentence("fromElsewhere", { come: come.length, gone: gone.length }));
  }

  // What the server does not accept ---------------------------------------------------------------------------------------

  refused(record, dropped, problem) {
    const why = problem?.detail ?? "";
    this.report(this.sentence("notSaved", { title: record.title, error: why }), true);
    if (record.assignment !== this.unit.assignment || !dropped) return;
    const wrong = dropped.apply && this.work.codings.find((c) => c.uuid === dropped.apply.uuid);
    if (wrong) {
      this.work.codings = this.work.codings.filter((c) => c !== wrong);
      this.removed(wrong);
    }
  }

  // Drawing -------------------------------------------------------------------------------------------------------------

  drawEmpty() {
    this.part("no-codings").hidden = this.work.codings.length > 0;
  }

  drawRecent() {
    const known = this.recent.map((id) => this.codes.get(id)).filter(Boolean);
    this.part("recent-title").hidden = !known.length;
    this.part("recent").replaceChildren(
      ...known.map((code) => {
        const button = element("button", { type: "button", className: "recent" }, swatch(code), code.name);
        button.dataset.code = code.id;
        button.disabled = Boolean(this.unit.finished);
        return element("li", {}, button);
      }),
    );
  }
}

function isTyping(target) {
  if (target.closest?.("[aria-readonly=true]")) return false;
  return Boolean(target.closest?.("textarea, select, [contenteditable=true], input:not([type=checkbox], [type=radio])"));
}

/** Plain forms have no script to start. */
async function begin(root) {
  const unit = JSON.parse(root.dataset.codingPage);
  const answer = await fetch(unit.codebook, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`${unit.codebook}: ${answer.status}`);
  await new CodingPage(root, unit, await answer.json()).start();
}

const root = document.querySelector("[data-coding-page]");
if (root) begin(root);
