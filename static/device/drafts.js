// What was typed on this device and waits for the server, encrypted. Each record belongs to one tab while that is open
// (locks.js), so that two tabs never write one record.
import { Table } from "./database.js";

const table = new Table("drafts");

/**
 * A draft: {id, kind, about, since, at, content}. `kind` names what sends it ("note", "form"), `about` what it is of
 * (the UUID of a note, the address of a form), `since` and `at` when it was begun and last written, in milliseconds.
 * All but `content` is readable without a key, so nothing that a person typed may be in it.
 */
export class Drafts {
  constructor(vault) {
    this.vault = vault;
  }

  /** Resolves when the draft is durable on this device. */
  async put({ id, kind, about, since, content }) {
    const sealed = await this.vault.seal(content);
    const now = Date.now();
    await table.put({ id, kind, about, since: since ?? now, at: now, person: this.vault.person, sealed });
    announce();
  }

  async get(id) {
    const found = await table.get(id);
    return found?.person === this.vault.person ? this.#opened(found) : null;
  }

  /** The drafts of the person, oldest first. One that cannot be decrypted has `content` null. */
  async all() {
    const found = await table.of(this.vault.person);
    const opened = await Promise.all(found.map((one) => this.#opened(one)));
    return opened.sort((a, b) => a.since - b.since);
  }

  /** The drafts of the person without what was typed, which no key is needed for. */
  async list() {
    return (await table.of(this.vault.person)).map(outside);
  }

  /** The server answered at `needs.at` that a person has to do something; ask again `needs.wait` later. Typing on ends it. */
  async mark(id, needs) {
    const found = await table.get(id);
    if (!found) return;
    await table.put({ ...found, needs });
    announce();
  }

  async remove(id) {
    await table.remove(id);
    announce();
  }

  async #opened({ sealed, ...draft }) {
    const content = await this.vault.unseal(sealed).catch(() => null);
    return { ...draft, content };
  }
}

/** How many drafts of anybody wait here, and since when the oldest: {person, kind, about, since} each, without texts. */
export async function waitingHere() {
  return (await table.all()).map(outside);
}

function outside({ id, person, kind, about, since, at, needs }) {
  return { id, person, kind, about, since, at, ...(needs ? { needs } : {}) };
}

const channel = globalThis.BroadcastChannel ? new BroadcastChannel("lipse-device") : null;
const listeners = new Set();
channel?.addEventListener("message", () => listeners.forEach((listener) => listener()));

/** Call `listener` when drafts on this device change, in this tab or another. */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function announce() {
  listeners.forEach((listener) => listener());
  channel?.postMessage("changed");
}
