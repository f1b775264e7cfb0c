// Photos, recordings and other files that wait on this device for the server, encrypted, in parts: a file of any size
// needs the memory of one part. What is known of a file is a draft of the kind "file"; its parts are in a table of their
// own. Knows no page, so that node can test it.
import { Sha256 } from "./sha256.js";

export const KIND = "file";
export const PART = 1024 * 1024;
// So much is hashed without a pause: a page has other things to do.
const BLOCK = 256 * 1024;
// Files that this tab is writing. The outbox of the same tab leaves them alone.
const open = new Set();

/** A part is not on this device: the browser deleted it, or the file was brought from another one without its parts. */
export class MissingPart extends Error {
  name = "MissingPart";
}

export const isOpenHere = (id) => open.has(id);

/**
 * The content of a draft of a file:
 *   name, type, caption, keepsDetails, was: as a person sees it; `was` is the size before it was made smaller, or 0
 *   api: the address of its upload; empty for a shared file that is in no note yet
 *   sizes: the size of each part; size, sha256: of the whole
 *   state: "recording" until it is whole, "waiting", "refused"; problem: why the server refused it
 * `about` of the draft is the UUID of its note, its `id` that of the upload.
 */
export class Files {
  /** `table`: {get, put, remove} of the parts, `drafts` those of one person, `locks`: {own, disown}. */
  constructor({ drafts, table, locks }) {
    Object.assign(this, { drafts, vault: drafts.vault, table, locks });
  }

  /**
   * Resolves to the draft of a file when all of it is durable on this device. Rejects where the browser has no room or
   * no key, and then nothing of it stays.
   */
  async keep(blob, { about, api = "", ...more }) {
    const writer = await this.begin({ about, api, name: blob.name ?? "", type: blob.type, ...more });
    try {
      for (let at = 0; at < blob.size; at += PART) await writer.add(blob.slice(at, at + PART));
      return await writer.finish();
    } catch (error) {
      await writer.drop().catch(() => {});
      throw error;
    }
  }

  /** A file that is written part by part: {id, add(blob), finish(), drop()}. With `isKept` it survives its tab. */
  async begin({ about, api, isKept = false, ...more }) {
    const id = crypto.randomUUID();
    open.add(id);
    await this.locks.own(id);
    const content = { name: "", type: "", caption: "", keepsDetails: false, was: 0, problem: "", ...more };
    const draft = { id, kind: KIND, about, since: Date.now() };
    draft.content = { ...content, api: api.replace("{upload}", id), sizes: [], size: 0, sha256: "", state: "recording" };
    if (isKept) await this.drafts.put(draft);
    return new Writer(this, draft);
  }

  /** The bytes from `from` to `to` of a file. Rejects where they are not on this device. */
  async read({ id, content }, from, to) {
    const pieces = [];
    let start = 0;
    for (const [number, size] of content.sizes.entries()) {
      const end = start + size;
      if (end > from && start < to) {
        const part = await this.part(id, number);
        pieces.push(part.subarray(Math.max(from - start, 0), Math.min(to, end) - start));
      }
      start = end;
      if (start >= to) break;
    }
    return pieces.length === 1 ? pieces[0] : joined(pieces);
  }

  /** The whole file, to show it or to save it elsewhere. */
  async blob({ id, content }) {
    const parts = [];
    for (const number of content.sizes.keys()) parts.push(await this.part(id, number));
    return new Blob(parts, { type: content.type });
  }

  async part(id, number) {
    const found = await this.table.get(key(id, number));
    if (!found) throw new MissingPart(number);
    return new Uint8Array(await this.vault.unsealBytes(found));
  }

  /** A recording whose tab was closed, with what was kept of it; null where that is nothing. */
  async completed(draft) {
    const digest = new Sha256();
    const sizes = [];
    for (;;) {
      const part = await this.part(draft.id, sizes.length).catch(() => null);
      if (!part) break;
      await hash(digest, part);
      sizes.push(part.length);
    }
    if (!sizes.length) return null;
    return this.whole(draft, sizes, digest);
  }

  async whole(draft, sizes, digest) {
    const size = sizes.reduce((sum, one) => sum + one, 0);
    const content = { ...draft.content, sizes, size, sha256: digest.digest(), state: "waiting" };
    await this.drafts.put({ ...draft, content });
    return { ...draft, content };
  }

  /** Whether what is on this device is what was kept. */
  async isSound(draft) {
    const digest = new Sha256();
    try {
      for (const number of draft.content.sizes.keys()) await hash(digest, await this.part(draft.id, number));
    } catch {
      return false;
    }
    return digest.digest() === draft.content.sha256;
  }

  /** Write what a person changed of a file: its caption, its note, whether details are kept. */
  async change(draft, changes) {
    const { about = draft.about, ...content } = changes;
    await this.drafts.put({ ...draft, about, content: { ...draft.content, ...content } });
  }

  /** Delete the parts: of a recording that was never finished all that there are. */
  async removeParts({ id, content }) {
    const number = content.sizes.length;
    for (let part = 0; part < number || (await this.table.get(key(id, part))); part++) await this.table.remove(key(id, part));
  }

  async remove(draft) {
    await this.drafts.remove(draft.id);
    await this.removeParts(draft);
  }

  /** Delete parts of files whose tab was closed before they were whole. `all` lists the drafts of everybody. */
  async sweep(all) {
    // Before the drafts: a file that becomes whole meanwhile is among those.
    const keys = await this.table.keys();
    const known = new Set((await all()).map(({ id }) => id));
    const lost = new Set(keys.map((one) => one.split("/")[0]).filter((id) => !known.has(id) && !isOpenHere(id)));
    for (const id of lost) {
      // Another tab may be writing it.
      if (!(await this.locks.own(id))) continue;
      for (const one of keys.filter((each) => each.startsWith(`${id}/`))) await this.table.remove(one);
      this.locks.disown(id);
    }
  }
}

class Writer {
  constructor(files, draft) {
    Object.assign(this, { files, draft, sizes: [], digest: new Sha256(), last: Promise.resolve() });
  }

  get id() {
    return this.draft.id;
  }

  /** Resolves when the part is durable. Parts are written one after another, in the order of the calls. */
  add(blob) {
    this.last = this.last.then(() => this.#write(blob));
    return this.last;
  }

  async #write(blob) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    if (!bytes.length) return;
    const { vault, table } = this.files;
    const sealed = await vault.sealBytes(bytes);
    await table.put({ id: key(this.id, this.sizes.length), person: vault.person, ...sealed });
    this.sizes.push(bytes.length);
    await hash(this.digest, bytes);
  }

  /** Resolves to the draft, which any page may send from now on. */
  async finish(more = {}) {
    await this.last;
    const draft = { ...this.draft, content: { ...this.draft.content, ...more } };
    const whole = await this.files.whole(draft, this.sizes, this.digest);
    this.#close();
    return whole;
  }

  /** The draft with what is durable of it by now. */
  written() {
    return { ...this.draft, content: { ...this.draft.content, sizes: [...this.sizes] } };
  }

  async drop() {
    this.#close();
    await this.last.catch(() => {});
    await this.files.remove(this.written());
  }

  #close() {
    open.delete(this.id);
    this.files.locks.disown(this.id);
  }
}

const key = (id, number) => `${id}/${String(number).padStart(7, "0")}`;

function joined(pieces) {
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

async function hash(digest, bytes) {
  for (let at = 0; at < bytes.length; at += BLOCK) {
    if (at) await new Promise((resolve) => setTimeout(resolve));
    digest.update(bytes.subarray(at, at + BLOCK));
  }
}
