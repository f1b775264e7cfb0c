// What a person can read without a connection, encrypted: one record with the cases, the events and a line of each note,
// and one record for the whole of each note.
import { Table } from "../device/database.js";
import { NOTHING } from "./overview.js";

export class Copies {
  /** `vault` is the one of the person; `table` is for tests. */
  constructor(vault, table = new Table("copies")) {
    Object.assign(this, { vault, table });
  }

  /** {at, cursor, organisations, cases, events, notes}; `at` is null where nothing is here. Rejects without a key. */
  async overview() {
    const found = await this.table.get(this.#key("overview"));
    return found ? this.vault.unseal(found.sealed) : NOTHING;
  }

  /** A whole note as the API gave it, null where it is not here. Rejects without a key. */
  async note(uuid) {
    const found = await this.table.get(this.#key(uuid));
    return found ? this.vault.unseal(found.sealed) : null;
  }

  /** Keep an overview with these whole notes, new or changed; notes that it does not list leave the device. */
  async keep(overview, changed = []) {
    const listed = new Set(overview.notes.map(({ uuid }) => uuid));
    const records = [
      ...changed.filter(({ uuid }) => listed.has(uuid)).map((note) => [note.uuid, note]),
      ["overview", overview],
    ];
    const sealed = await Promise.all(records.map(([id, value]) => this.#sealed(id, value)));
    const kept = new Set(["overview", ...listed].map((id) => this.#key(id)));
    // Of everybody else who used this browser too: without their key nobody can read it, and it comes again.
    const gone = (await this.table.keys()).filter((key) => !kept.has(key));
    await this.table.change(sealed, gone);
  }

  async #sealed(id, value) {
    return { id: this.#key(id), person: this.vault.person, sealed: await this.vault.seal(value) };
  }

  #key(id) {
    return `${this.vault.person}:${id}`;
  }
}

/** Remove what everybody may read here: for a page that opens with nobody's key on this device. */
export async function clearCopies(table = new Table("copies")) {
  const keys = await table.keys();
  if (keys.length) await table.change([], keys);
}
