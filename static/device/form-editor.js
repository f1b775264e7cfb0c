// One form of an open page: keeps what is typed on this device, brings it back, and submits it.
import { waitAfter } from "../js/sending.js";
import { FormBar } from "./form-bar.js";
import { entered, toSend } from "./form-delivery.js";
import { beginnings, contents, differing, fill, hidden, isSame, isTyped, kept, threeWay } from "./form-fields.js";
import { newId, sendForm } from "./form-sending.js";
import { disown, own } from "./locks.js";

// States in which the form waits for the server and is not typed in.
const BUSY = new Set(["submitted"]);
const MOST_REFILLS = 5;
const REFILLING = 10_000;

export class FormEditor {
  /**
   * `about` names the form on this device, `here` is who has the page open (person.js), `show` puts an answered page in
   * the place of this one and `go` leads to another address.
   */
  constructor(form, { about, drafts, here, show, go }) {
    Object.assign(this, { form, about, drafts, here, show, go });
    // Said for people who look, and for tests/journeys/test_every_form.py.
    form.dataset.kept = "";
    this.id = null;
    this.began = beginnings(form);
    this.state = "typing";
    this.failures = 0;
    this.bar = new FormBar(form, {
      discard: () => this.discard(),
      edit: () => this.edit(),
      again: () => this.send(),
      signIn: () => this.#signIn(),
      typed: () => this.#asText(),
    });
    this.watching = new AbortController();
    const { signal } = this.watching;
    for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.changed(), { signal });
    for (const kind of ["online", "focus"]) addEventListener(kind, () => this.#retry(), { signal });
    addEventListener("beforeunload", (event) => this.#leave(event), { signal });
    // Back can show this page as it was left: what was submitted from it is done.
    addEventListener("pageshow", (event) => event.persisted && this.#resume(), { signal });
  }

  /** Bring back what was typed, if a draft of this form is here. `others` is how many more there are. */
  async restore(draft, others = []) {
    const { began, typed, state, problem } = draft.content;
    Object.assign(this, { id: draft.id, since: draft.since, began, submission: draft.content.submission, problem });
    const now = beginnings(this.form);
    const found = threeWay(began, typed, now);
    this.#fillIn(found.fill);
    this.#fillInAgain(found.fill);
    const ask = found.ask.map((name) => ({ name, label: this.#labelOf(name), stored: this.#shownOf(name, now[name]) }));
    this.lost = found.lost;
    // From here on the edit is one of what is stored now, but for what has to be decided.
    this.began = { ...now, ...Object.fromEntries(found.ask.map((name) => [name, began[name] ?? []])) };
    this.state = state === "submitted" ? "submitted" : "typing";
    const shown = { at: draft.at, ask, lost: found.lost, others, problem };
    this.bar.restored(shown, (name) => fill(this.form, name, now[name] ?? []));
    if (this.state === "submitted") await this.send();
    else await this.#keep();
  }

  #fillIn(values, options) {
    this.isRestoring = true;
    for (const [name, some] of Object.entries(values)) fill(this.form, name, some, options);
    this.isRestoring = false;
  }

  /** A page whose own script replaces fields after others were changed does so to what was brought back, too. */
  #fillInAgain(values) {
    let left = MOST_REFILLS;
    const observer = new MutationObserver(() => {
      const now = contents(this.form);
      const gone = Object.entries(values).filter(([name, some]) => name in now && !isSame(now[name], some));
      if (!gone.length) return;
      // Quietly: the script has sent these values already, and would replace the fields once more.
      this.#fillIn(Object.fromEntries(gone), { isQuiet: true });
      if (--left === 0) observer.disconnect();
    });
    observer.observe(this.form, { childList: true, subtree: true });
    // What the person enters from then on counts.
    this.form.addEventListener("input", (event) => event.isTrusted && observer.disconnect());
    setTimeout(() => observer.disconnect(), REFILLING);
  }

  /** Something was typed: it is written at once, one write after the other, the newest last. */
  changed() {
    if (this.isRestoring || BUSY.has(this.state)) return;
    this.isDirty = true;
    this.state = "typing";
    this.busy ??= this.#keepAll().finally(() => (this.busy = null));
  }

  async #keepAll() {
    while (this.isDirty) {
      this.isDirty = false;
      await this.#keep();
    }
  }

  /** Resolves to whether what the form contains is durable on this device. */
  async #keep() {
    const typed = contents(this.form);
    const isChanged = differing(this.began, typed).length > 0 || Object.keys(this.lost ?? {}).length > 0;
    try {
      if (!isChanged && this.state === "typing") await this.#forget();
      else await this.#put(typed);
      this.isKept = true;
    } catch {
      this.isKept = false;
    }
    this.isChanged = isChanged;
    this.bar.kept({ isChanged, isKept: this.isKept, state: this.state });
    return this.isKept;
  }

  async #put(typed) {
    this.id ??= newId();
    this.since ??= Date.now();
    await own(this.id);
    const { began, state, submitter, problem, lost } = this;
    const content = {
      url: location.pathname + location.search,
      title: document.querySelector("h1")?.innerText.trim() ?? "",
      action: this.action ?? this.#actionOf(null),
      began,
      typed: { ...typed, ...lost },
      hidden: hidden(this.form),
      submitter: submitter ?? null,
      state,
      submission: (this.submission ??= newId()),
      problem: problem ?? null,
    };
    await this.drafts.put({ id: this.id, kind: "form", about: this.about, since: this.since, content });
  }

  async #forget() {
    if (this.id) await this.drafts.remove(this.id);
    this.#letGo();
  }

  #letGo() {
    if (!this.id) return;
    disown(this.id);
    Object.assign(this, { id: null, since: null, submission: null, lost: {}, problem: null });
  }

  #actionOf(submitter) {
    const action = submitter?.getAttribute("formaction") ?? this.form.getAttribute("action");
    const { pathname, search } = new URL(action || location.href, location.href);
    return pathname + search;
  }

  /** The person submits the form. */
  async submit(submitter) {
    this.submitter = submitter?.name ? [submitter.name, submitter.value] : null;
    this.action = this.#actionOf(submitter);
    this.state = "submitted";
    this.typed = contents(this.form);
    this.form.inert = true;
    await this.busy;
    // Named on this device before it is sent, so that a page that is killed meanwhile sends it under the same name.
    this.isKept = await this.#put(this.typed).then(
      () => true,
      () => false,
    );
    this.bar.sending();
    await this.send();
  }

  /** Send what was submitted, and show what came of it. */
  async send() {
    this.cancel?.();
    if (this.isSending || this.state !== "submitted") return;
    this.isSending = true;
    this.form.inert = true;
    const { action, submitter, person = this.here.person } = this;
    const submission = (this.submission ??= newId());
    const typed = this.typed ?? contents(this.form);
    const whole = { action: action ?? this.#actionOf(null), typed, hidden: hidden(this.form), submitter, submission };
    const sent = toSend(whole, person);
    const answer = await sendForm(this.here.session, sent).finally(() => (this.isSending = false));
    await this.#answered(answer);
  }

  async #answered(answer) {
    const { what } = answer;
    // The person went back to typing while the answer was on its way.
    if (this.state !== "submitted") return what === "done" ? this.#refused({ status: 409, ...answer }) : undefined;
    if (what === "done" || what === "first") return this.#done(answer);
    if (what === "later") return this.#later();
    if (what === "sign-in") return this.#askToSignIn();
    return this.#refused(answer);
  }

  async #done({ what, location: next }) {
    if (what === "done") {
      await entered({ submission: this.submission, title: document.querySelector("h1")?.innerText.trim() ?? "" }, { location: next });
      await this.#forget().catch(() => this.#letGo());
    }
    else Object.assign(this, { state: "typing" });
    this.isChanged = false;
    this.isLeaving = true;
    this.go(next);
  }

  #later() {
    this.failures += 1;
    this.bar.waiting({ isKept: this.isKept, isOffline: !navigator.onLine });
    const timer = setTimeout(() => this.send(), waitAfter(this.failures));
    this.cancel = () => clearTimeout(timer);
  }

  #retry() {
    if (this.state === "submitted" && !this.isAsked) this.send();
  }

  async #askToSignIn() {
    this.bar.signIn({ isKept: this.isKept });
    await this.#signIn(false);
  }

  async #signIn(focus = true) {
    this.isAsked = true;
    const { signInAgain } = await import("./signin.js").catch(() => ({}));
    // Without the dialog the person signs in in another tab, and this page tries again when it is looked at.
    if (signInAgain) await signInAgain(this.here.session, { focus });
    this.isAsked = false;
    if (signInAgain) await this.send();
  }

  async #refused({ status, html, detail, location: stored }) {
    this.state = "typing";
    this.form.inert = false;
    this.problem = { status, detail: detail ?? "", location: stored ?? "" };
    const isPage = html && (status === 422 || status === 200);
    if (isPage && this.show(html, this)) return;
    // The next submit is another one: the server knows this one.
    if (status === 409) this.submission = null;
    await this.#keep();
    this.bar.refused({ ...this.problem, isKept: this.isKept });
  }

  /** The answered page stands in the place of this one: go on in its form, with what the first page began with. */
  goOnIn(form, next) {
    const editor = new FormEditor(form, { ...next, about: this.about });
    const { id, since, began, submission, isKept } = this;
    Object.assign(editor, { id, since, submission, isKept, began: { ...editor.began, ...began } });
    this.stop();
    editor.#keep();
    return editor;
  }

  /** Type on in what was submitted and did not reach the server. */
  edit() {
    this.cancel?.();
    this.state = "typing";
    this.typed = null;
    this.form.inert = false;
    this.#keep();
    kept(this.form).find(isTyped)?.focus();
  }

  /** Give up what was typed. */
  async discard() {
    this.cancel?.();
    await this.#forget().catch(() => this.#letGo());
    this.isChanged = false;
    this.isLeaving = true;
    this.form.reset();
    location.reload();
  }

  #resume() {
    this.isLeaving = false;
    this.form.inert = false;
    this.state = "typing";
    this.typed = null;
    this.changed();
  }

  #leave(event) {
    const isLost = this.isChanged && this.isKept === false && !this.isLeaving;
    if (isLost) event.preventDefault();
  }

  stop() {
    this.cancel?.();
    this.watching.abort();
    this.bar.remove();
  }

  #labelOf(name) {
    const one = kept(this.form).find((element) => element.name === name);
    const group = one?.closest("fieldset.field")?.querySelector("legend");
    return (group ?? one?.labels?.[0])?.innerText.trim() ?? name;
  }

  #shownOf(name, values) {
    const labels = new Map();
    for (const one of kept(this.form).filter((element) => element.name === name)) {
      for (const option of one.options ?? []) labels.set(option.value, option.label);
      if (one.type === "checkbox" || one.type === "radio") labels.set(one.value, one.labels?.[0]?.innerText.trim());
    }
    return (values ?? []).map((value) => labels.get(value) ?? value).join(", ");
  }

  #asText() {
    const lines = Object.entries(this.typed ?? contents(this.form)).map(([name, values]) => `${name}: ${values.join(", ")}`);
    return lines.join("\n");
  }
}
