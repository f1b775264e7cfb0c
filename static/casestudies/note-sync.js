// Saves one note: first on this device, then on the server, until the receipt matches what was sent.
// Knows no page, no database and no network: `store`, `send`, `hash`, `wait` are given, so that node can test it.
import { meaning, waitAfter } from "../js/sending.js";

/** Whether two contents say the same. */
export function same(a, b) {
  return Boolean(a && b) && (a === b || JSON.stringify(sorted(a)) === JSON.stringify(sorted(b)));
}

function sorted(content) {
  return Object.fromEntries(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What waits on this device, and onto it what was typed over the server's text before that was found. */
export function typedOnto(waiting, typed, sent) {
  const changed = Object.keys(typed).filter((name) => JSON.stringify(typed[name]) !== JSON.stringify(sent[name]));
  const both = { ...waiting, ...Object.fromEntries(changed.map((name) => [name, typed[name]])) };
  for (const [name, between] of Object.entries(WRITTEN)) {
    if (changed.includes(name)) both[name] = written(waiting[name] ?? "", typed[name], sent[name] ?? "", between);
  }
  return both;
}

// What is written in words, and what is between two pieces of it.
const WRITTEN = { text: "\n\n", title: " " };

/**
 * `waiting` with what was added to `sent` to make `typed`: in its place where that is there, otherwise at the end. Where
 * something went, the whole of `typed` stands at the end, so that nothing is lost.
 */
function written(waiting, typed, sent, between) {
  if (waiting === sent || typed.startsWith(waiting)) return typed;
  if (waiting.startsWith(typed)) return waiting;
  const { before, removed, added, after } = edit(sent, typed);
  if (removed) return `${waiting}${between}${typed}`;
  if (!after) return waiting + added;
  if (waiting.startsWith(before)) return before + added + waiting.slice(before.length);
  if (waiting.endsWith(after)) return waiting.slice(0, -after.length) + added + after;
  return `${waiting}${between}${added.trim()}`;
}

/** How the second text came of the first: what stands before and after the edit, what went and what came. */
function edit(first, second) {
  const shorter = Math.min(first.length, second.length);
  let start = 0;
  while (start < shorter && first[start] === second[start]) start += 1;
  // A character of two halves is not split.
  if (isHalf(first[start - 1])) start -= 1;
  let end = 0;
  while (end < shorter - start && first.at(-1 - end) === second.at(-1 - end)) end += 1;
  if (end && isSecondHalf(first.at(-end))) end -= 1;
  return {
    before: first.slice(0, start),
    removed: first.slice(start, first.length - end),
    added: second.slice(start, second.length - end),
    after: first.slice(first.length - end),
  };
}

const isHalf = (unit) => unit >= "\ud800" && unit <= "\udbff";
const isSecondHalf = (unit) => unit >= "\udc00" && unit <= "\udfff";

/**
 * What was typed after `sent`, on what the server made of it: {content, clashes}. A field that changed on both sides
 * keeps what was typed, and clashes.
 */
export function rebased(typed, sent, now) {
  const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const names = Object.keys(typed);
  const content = Object.fromEntries(
    names.map((name) => [name, equal(typed[name], sent[name]) ? now[name] : typed[name]]),
  );
  const clashes = names.some((name) => !equal(content[name], now[name]) && !equal(now[name], sent[name]));
  return { content, clashes };
}

export class NoteSync {
  /**
   * @param {object} parts
   *   store: {get(), put(record), remove()} of this draft on this device; each resolves when it is durable
   *   send: async ({content, base, amends, number}, options) => {status, body}; status 0 means that no answer came
   *   hash: async (text) => hexadecimal SHA-256, or null where the browser cannot
   *   wait: (milliseconds, callback) => cancel
   *   show: (state) => void, state {name, at, text, values, message, conflict, version}: `text` names a sentence of the
   *     page with its `values`, `message` is what the server said
   *   combined: (content) => void, when the server put another person's edit or a decision beside ours
   *   acknowledged: ({name, sent, stored, version, storedAt, equal}) => void, when the server has what was sent: hashes of
   *     the text that was sent and of the one it stored
   *   signIn: () => Promise that resolves when the person is signed in again
   * A record is {content, base, inflight, conflict, mine, number}: what is typed and the version it began from; the edit
   * that was sent and not answered; the conflict in which it is, and the content that the server has in that conflict,
   * with its number there: a device that did not hear of a newer one, or could not keep that, tells the server so.
   */
  constructor(
    { store, send, hash, wait, show, combined = () => {}, acknowledged = () => {}, signIn = () => new Promise(() => {}) },
    { stored = null, base = null } = {},
  ) {
    Object.assign(this, { store, send, hash, wait, show, combined, acknowledged, signIn, stored });
    this.record = { content: stored, base, inflight: null, conflict: null, mine: null, number: null };
    this.kept = stored;
    this.storedAt = null;
    this.failures = 0;
    // What the page says instead of "sending": the last answer of the server, or that this device fails.
    this.problem = null;
    this.failure = null;
    this.busy = null;
    this.cancel = null;
    this.writing = null;
    this.isUnkept = false;
    this.isUnsent = false;
    this.isDue = false;
    this.isAsking = false;
  }

  /** What waits on this device from an earlier visit, or null. It is sent at once, and a conflict is asked about. */
  async start() {
    let found;
    try {
      found = await this.store.get();
    } catch (error) {
      // What may wait there was not seen, so nothing is put in its place.
      this.store = { put: () => Promise.reject(error), remove: async () => {} };
      throw error;
    }
    if (!found) return null;
    if (!found.inflight && !found.conflict && same(found.content, this.stored)) {
      // The server has it: the page was closed before the receipt was read.
      await this.store.remove().catch(() => {});
      return null;
    }
    this.record = { mine: null, number: null, ...found };
    this.kept = found.content;
    this.check();
    return found.content;
  }

  /** Whether the server has all that was typed, in the note or in the conflict. */
  get isStored() {
    const { content, inflight, conflict, mine } = this.record;
    return !inflight && same(content, conflict ? mine : this.stored);
  }

  /** Whether nothing is left on this device: the note is as it is on the server. */
  get isSettled() {
    return this.isStored && !this.record.conflict;
  }

  /** Whether all that was typed is durable, on this device or on the server. */
  get isKept() {
    return this.isStored || same(this.kept, this.record.content);
  }

  /** Something was typed: keep it on this device. Resolves when it is durable here; what comes meanwhile is kept after. */
  keep(content) {
    if (same(content, this.record.content)) return this.writing ?? Promise.resolve();
    this.record.content = content;
    this.isUnsent = true;
    return this._keep();
  }

  /** A pause in typing: keep it on this device, then send. Resolves when it is durable here. */
  async change(content) {
    await this.keep(content);
    if (!this.isUnsent) return;
    this.isUnsent = false;
    this.flush();
  }

  /** Send what waits. Calls that come meanwhile join the one under way, which then sends what waits at its end. */
  flush() {
    this.isDue = true;
    this.busy ??= this._sendAll().finally(() => {
      this.busy = null;
    });
    return this.busy;
  }

  /** Send what waits, and ask the server whether the conflict is decided. */
  check() {
    this.isAsking = this.record.conflict !== null;
    return this.flush();
  }

  /** The page is being left while this device is still writing: what was typed goes to the server at once. */
  leave() {
    if (this.isKept) return;
    const { content, base, conflict, inflight, number } = this.record;
    // Behind one that is under way.
    const after = inflight?.amends && Number.isInteger(number) ? number + 1 : number;
    const edit = inflight && same(inflight.content, content) ? inflight : { content, base, amends: conflict, number: after };
    this.record.inflight ??= edit;
    this.send(edit, { keepalive: true });
  }

  /** A newer version of the server, for a page in which nothing waits. */
  renew(body) {
    if (!this.isSettled || this.busy || this.writing || !(body.version > (this.record.base ?? 0))) return;
    this.stored = contentOf(body, this.record.content);
    Object.assign(this.record, { content: this.stored, base: body.version });
    this.kept = this.stored;
    this.storedAt = body.stored_at;
    this.combined(this.stored);
    this.say();
  }

  _keep() {
    this.isUnkept = true;
    this.writing ??= this._write().finally(() => {
      this.writing = null;
    });
    return this.writing;
  }

  async _write() {
    while (this.isUnkept) {
      this.isUnkept = false;
      const { content } = this.record;
      const isSettled = this.isSettled;
      try {
        await (isSettled ? this.store.remove() : this.store.put(structuredClone(this.record)));
        this.failure = null;
        this.kept = content;
      } catch (error) {
        // Where the server has it, what stays here is sent again and known there as the same edit.
        this.failure = isSettled ? null : error;
        if (!isSettled && this.isStored) await this._forget();
      }
    }
    this.say();
  }

  /** A device that takes nothing more has an older text than the server; sent later it would undo the newer one. */
  async _forget() {
    await this.store.remove().then(() => (this.kept = null), () => {});
  }

  async _sendAll() {
    this.cancel?.();
    this.problem = null;
    while (this._hasToSend()) {
      // What was sent once is sent again unchanged until an answer comes: the server knows it as the same edit.
      if (!this.record.inflight) {
        const { content, base, conflict, number } = this.record;
        this.record.inflight = { content, base, amends: conflict, number };
        // What is typed from now on waits for its own pause: no version for every word typed on a slow line.
        this.isDue = false;
      }
      this.isAsking = false;
      await this._keep();
      const { status, body } = await this.send(this.record.inflight);
      const next = meaning(status);
      if (next === "stored" && (await this._receive(body))) continue;
      if (next === "conflict" && (await this._conflict(body))) continue;
      if (next === "refused") return this._refused(body);
      return this._later(next);
    }
    this.say();
    return undefined;
  }

  _hasToSend() {
    return this.record.inflight || (this.isDue && !this.isStored) || (this.isAsking && this.record.conflict);
  }

  async _receive(body) {
    const { content: sent, base, amends } = this.record.inflight;
    if (typeof body?.text !== "string" || !Number.isInteger(body.version)) return false;
    const proof = await this.hash(body.text);
    const isOurs = body.text === sent.text || body.erased || body.version > (base ?? 0) + 1;
    if ((proof !== null && proof !== body.sha256) || !isOurs) return false;
    this._answered();
    this.storedAt = body.stored_at;
    const stored = { stored: body.sha256, version: body.version, storedAt: body.stored_at };
    this.acknowledged({ name: sent.title, sent: await this.hash(sent.text), ...stored, equal: body.text === sent.text });
    const typed = this.record.content;
    const now = contentOf(body, sent);
    const { content, clashes } = rebased(typed, sent, now);
    this.record.content = content;
    this.stored = now;
    // Where a field that is typed in changed on the server too, the next edit says what it began from: a conflict.
    if (!clashes) Object.assign(this.record, { base: body.version, conflict: null, mine: null, number: null });
    else if (amends) this.record.mine = sent;
    if (!same(content, typed)) this.combined(content);
    await this._keep();
    return true;
  }

  async _conflict(body) {
    const sent = this.record.inflight.content;
    if (!Number.isInteger(body?.conflict)) return false;
    const proof = await this.hash(sent.text);
    if (proof !== null && proof !== body.sha256 && !body.erased) return false;
    this._answered();
    this.acknowledged({ name: sent.title, sent: proof, stored: body.sha256, version: null, storedAt: null, equal: true });
    Object.assign(this.record, { conflict: body.conflict, mine: sent, number: body.text_number ?? null });
    // Decided before the device learned of it: asking again brings the decision.
    this.isAsking = Number.isInteger(body.resolved_version);
    await this._keep();
    return true;
  }

  async _refused(body) {
    // Typing on may mend it, so the refused edit is not what is sent next.
    this.record.inflight = null;
    // Sentences for people: `detail` names the fields as programs do.
    const message = (body?.errors ?? []).map((error) => error.message).join(" ") || body?.detail;
    this.problem = { name: "action-needed", isRefused: true, ...(message ? { message } : { text: "refused" }) };
    await this._keep();
  }

  _later(reason) {
    this.failures += 1;
    const milliseconds = waitAfter(this.failures);
    this.cancel = this.wait(milliseconds, () => this.flush());
    this.problem = { name: "waiting", text: "retrying", retryIn: milliseconds };
    if (reason === "sign-in") {
      this.problem = { name: "action-needed", signIn: true, text: "signedOut" };
      this.signIn().then(() => this.flush());
    }
    this.say();
  }

  _answered() {
    this.record.inflight = null;
    this.failures = 0;
    this.problem = null;
  }

  /** Say how the note stands. "On this device" is said only of what is durable there. */
  say() {
    this.show(this._state());
  }

  _state() {
    const { base, conflict } = this.record;
    if (!this.isStored) {
      // What is durable stays so when a later write, of the same text and how it was sent, fails.
      if (this.failure && !this.isKept) return { name: "action-needed", text: "deviceFailed", values: { error: this.failure.message || this.failure.name } };
      if (!same(this.kept, this.record.content)) return { name: "writing", text: "keeping" };
      return this.problem ?? (conflict ? { name: "action-needed", conflict, text: "amending" } : { name: "waiting", text: "sending" });
    }
    if (conflict) return { name: "action-needed", conflict, text: "conflict" };
    if (base === null) return { name: "waiting", text: "empty" };
    return { name: "saved", at: this.storedAt, version: base };
  }
}

function contentOf(body, like) {
  return Object.fromEntries(Object.keys(like).map((name) => [name, name in body ? body[name] : like[name]]));
}
