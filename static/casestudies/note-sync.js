// Saves one note: first on this device, then on the server, until the receipt matches what was sent.
// Knows no page, no database and no network: `store`, `send`, `hash`, `wait` are given, so that node can test it.
import { meaning, waitAfter } from "../js/sending.js";

/** Whether two contents say the same. */
export function same(a, b) {
  return Boolean(a && b) && JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(content) {
  return Object.fromEntries(Object.entries(content).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What waits on this device, and onto it what was typed over the server's text before that was found. */
export function typedOnto(waiting, typed, sent) {
  const changed = Object.keys(typed).filter((name) => JSON.stringify(typed[name]) !== JSON.stringify(sent[name]));
  const both = { ...waiting, ...Object.fromEntries(changed.map((name) => [name, typed[name]])) };
  if (changed.includes("text") && !typed.text.startsWith(waiting.text)) {
    both.text = waiting.text.startsWith(typed.text) ? waiting.text : `${waiting.text}\n\n${typed.text}`;
  }
  return both;
}

export class NoteSync {
  /**
   * @param {object} parts
   *   store: {get(), put(record), remove()} of this note on this device
   *   send: async ({content, base}) => {status, body}; status 0 means that no answer came
   *   hash: async (text) => hexadecimal SHA-256, or null where the browser cannot
   *   wait: (milliseconds, callback) => cancel
   *   show: (state) => void, state {name, at, text, values, message, conflict, version}: `text` names a sentence of the
   *     page with its `values`, `message` is what the server said
   *   combined: (content) => void, when the server put another person's edit beside ours
   */
  constructor({ store, send, hash, wait, show, combined = () => {} }, { stored = null, base = null } = {}) {
    Object.assign(this, { store, send, hash, wait, show, combined });
    this.stored = stored;
    this.record = { content: stored, base, inflight: null, conflict: null };
    this.failures = 0;
    this.busy = null;
    this.cancel = null;
    this.keeping = null;
    this.isUnkept = false;
    this.isUnsent = false;
    this.isDue = false;
  }

  /** What waits on this device from an earlier visit, or null. It is sent at once. */
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
    this.record = found;
    if (found.conflict) this._say("action-needed", { conflict: found.conflict, text: "conflict" });
    else this.flush();
    return found.content;
  }

  /** Something was typed: keep it on this device. Resolves when it is durable here; what comes meanwhile is kept after. */
  keep(content) {
    if (same(content, this.record.content)) return this.keeping ?? Promise.resolve();
    this.record.content = content;
    this.isUnsent = true;
    this.isUnkept = true;
    this.keeping ??= this._keepTyped().finally(() => {
      this.keeping = null;
    });
    return this.keeping;
  }

  async _keepTyped() {
    while (this.isUnkept) {
      this.isUnkept = false;
      try {
        await this._keepOrDrop();
      } catch (error) {
        this._say("action-needed", { text: "deviceFailed", values: { error: error.message } });
      }
    }
  }

  async _keepOrDrop() {
    const { base, inflight, conflict } = this.record;
    if (!inflight && !conflict && same(this.record.content, this.stored)) {
      // Typed and taken back: nothing waits.
      await this.store.remove();
      if (base === null) this._say("waiting", { text: "empty" });
      else this._say("saved", { version: base });
      return;
    }
    await this.store.put(this.record);
    if (!conflict && !same(this.record.content, this.stored)) this._say("waiting", { text: "sending" });
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
    if (this.record.conflict) return Promise.resolve();
    this.isDue = true;
    this.busy ??= this._sendAll().finally(() => {
      this.busy = null;
    });
    return this.busy;
  }

  async _sendAll() {
    this.cancel?.();
    while (this.record.inflight || (this.isDue && !same(this.record.content, this.stored))) {
      // What was sent once is sent again unchanged until an answer comes: the server knows it as the same edit.
      if (!this.record.inflight) {
        this.record.inflight = { content: this.record.content, base: this.record.base };
        // What is typed from now on waits for its own pause: no version for every word typed on a slow line.
        this.isDue = false;
      }
      await this._keep();
      const { status, body } = await this.send(this.record.inflight);
      const next = meaning(status);
      if (next === "stored" && (await this._receive(body))) continue;
      if (next === "conflict") return this._conflict(body);
      if (next === "refused") return this._refused(body);
      return this._later(next);
    }
    return undefined;
  }

  async _receive(body) {
    const sent = this.record.inflight.content;
    const proof = await this.hash(body.text);
    const matches = proof === null ? body.text !== undefined : proof === body.sha256;
    const isOurs = body.text === sent.text || body.version > (this.record.inflight.base ?? 0) + 1;
    if (!matches || !isOurs) return false;
    this.failures = 0;
    this.record.base = body.version;
    const untouched = same(this.record.content, sent);
    const now = contentOf(body, sent);
    this.record.inflight = null;
    this.stored = now;
    if (untouched) {
      this.record.content = now;
      if (!same(now, sent)) this.combined(now);
      try {
        await this.store.remove();
      } catch {
        // The server has it. What stays here is sent again and known there as the same edit.
      }
      this._say("saved", { at: body.stored_at, version: body.version });
    } else {
      await this._keep();
    }
    return true;
  }

  async _conflict(body) {
    this.record.conflict = body.conflict;
    this.record.inflight = null;
    await this._keep();
    this._say("action-needed", { conflict: body.conflict, text: "conflict" });
  }

  async _refused(body) {
    // Typing on may mend it, so the refused edit is not what is sent next.
    this.record.inflight = null;
    await this._keep();
    this._say("action-needed", body?.detail ? { message: body.detail } : { text: "refused" });
  }

  _later(reason) {
    this.failures += 1;
    const milliseconds = waitAfter(this.failures);
    this.cancel = this.wait(milliseconds, () => this.flush());
    if (reason === "sign-in") this._say("action-needed", { signIn: true, text: "signedOut" });
    else this._say("waiting", { text: "retrying", retryIn: milliseconds });
  }

  async _keep() {
    try {
      await this.store.put(this.record);
    } catch {
      // The text is still in the page and on its way to the server; `change` has said that this device fails.
    }
  }

  _say(name, more = {}) {
    this.show({ name, ...more });
  }
}

function contentOf(body, like) {
  return Object.fromEntries(Object.keys(like).map((name) => [name, name in body ? body[name] : like[name]]));
}
