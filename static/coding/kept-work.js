// What a coder did and the server has not acknowledged, as drafts of this device (device/drafts.js): encrypted, and one
// for each unit and tab, so that two tabs never write one record.
import { adoptAll } from "../device/adopting.js";
import { newId } from "../device/form-sending.js";

export const KIND = "coding";

export class KeptWork {
  /**
   * `drafts` as in device/drafts.js, `locks` {own, disown} as in device/locks.js, `api` the address of the coder's
   * units: a draft holds it, so that any page can send what waits.
   */
  constructor({ drafts, locks, api, person }) {
    Object.assign(this, { drafts, locks, api, person, ids: new Map(), spare: new Map() });
  }

  /** What waits from earlier visits and no other tab has: one record a unit, its changes in the order of their tabs. */
  async all() {
    const found = new Map();
    const left = (await this.drafts.list()).filter((one) => one.kind === KIND).sort((a, b) => a.since - b.since);
    for (const { id, content } of await adoptAll(left, this)) {
      const { record } = content;
      const before = found.get(record.assignment);
      if (!before) this.ids.set(record.assignment, id);
      else this.spare.set(record.assignment, [...(this.spare.get(record.assignment) ?? []), id]);
      found.set(record.assignment, before ? joined(before, record) : record);
    }
    for (const record of found.values()) if (this.spare.has(record.assignment)) await this.put(record);
    return [...found.values()];
  }

  async put(record) {
    const id = this.ids.get(record.assignment) ?? newId();
    this.ids.set(record.assignment, id);
    await this.locks.own(id);
    const content = { record, api: this.api, person: this.person };
    await this.drafts.put({ id, kind: KIND, about: record.page, since: record.since, content });
    // What other tabs left is in this record from now on.
    for (const other of this.spare.get(record.assignment) ?? []) await this.#drop(other);
    this.spare.delete(record.assignment);
  }

  async remove([, assignment]) {
    const id = this.ids.get(assignment);
    this.ids.delete(assignment);
    if (id) await this.#drop(id);
  }

  async #drop(id) {
    await this.drafts.remove(id);
    this.locks.disown(id);
  }
}

function joined(before, after) {
  return { ...before, changes: [...before.changes, ...after.changes], outcome: after.outcome ?? before.outcome };
}
