// What a coder did and the server has not acknowledged: kept on this device, sent in order, until the answer comes.
// Knows no page, no database and no network: they are passed in, so that node can test it.
import { meaning, waitAfter } from "../js/sending.js";

const WRONG_PERSON = "other_person";

export class Outbox {
  /**
   * @param {object} parts
   *   store: {all(), put(record), remove(key)}: a table of this device with the key [person, assignment]
   *   send: async (assignment, body) => {status, body}; status 0 means that no answer came
   *   wait: (milliseconds, callback) => cancel
   *   on: {stored(record, state, sent), refused(record, dropped, problem), held(record, problem), changed()}
   */
  constructor({ store, send, wait, on }, person) {
    Object.assign(this, { store, send, wait, on, person });
    this.records = new Map();
    this.failures = 0;
    this.reason = "";
    this.busy = null;
    this.keeping = Promise.resolve();
    this.isKept = true;
  }

  /** What waits from earlier visits of this person; sent at once. */
  async start() {
    const found = (await this.store.all()).filter((record) => record.person === this.person);
    for (const record of found.sort((a, b) => a.since - b.since)) {
      if (!this.records.has(record.assignment)) this.records.set(record.assignment, { ...record, sending: 0, held: null });
    }
    this.flush();
  }

  /** How many changes and submits the server has not acknowledged. */
  get waiting() {
    return [...this.records.values()].reduce((n, one) => n + one.changes.length + (one.outcome ? 1 : 0), 0);
  }

  /** The changes of a unit that wait, oldest first. */
  changesOf(assignment) {
    return this.records.get(assignment)?.changes ?? [];
  }

  outcomeOf(assignment) {
    return this.records.get(assignment)?.outcome ?? null;
  }

  /** A change: {apply}, {retract}, {memo: {now, was}} or {is_flagged}. `unit`: {assignment, version, title, page, active}. */
  change(unit, change) {
    const record = this.#of(unit);
    const last = record.changes.at(-1);
    const isFree = record.changes.length > record.sending;
    if (isFree && last.memo && change.memo) last.memo.now = change.memo.now;
    else record.changes.push(change);
    return this.#keepAndSend(record);
  }

  /** Submit or postpone a unit after what was changed in it. */
  finish(unit, outcome) {
    const record = this.#of(unit);
    record.outcome = outcome;
    return this.#keepAndSend(record);
  }

  /** The person has decided about a record that was held: go on from `state`, or give up what waits. */
  release(assignment, state = null) {
    const record = this.records.get(assignment);
    if (!record) return undefined;
    record.held = null;
    if (state) {
      record.version = state.version;
      let before = state.memo;
      for (const { memo } of record.changes.filter((change) => change.memo)) {
        memo.was = before;
        before = memo.now;
      }
      return this.#keepAndSend(record);
    }
    record.changes = [];
    record.outcome = null;
    return this.#keepAndSend(record);
  }

  /** The page shows this version of a unit. */
  seen(assignment, version) {
    const record = this.records.get(assignment);
    if (record) record.version = version;
  }

  /** Send what waits. Calls that come meanwhile join the one under way. */
  flush() {
    this.busy ??= this.#sendAll().finally(() => {
      this.busy = null;
    });
    return this.busy;
  }

  #of({ assignment, version, title, page, active }) {
    const fresh = { person: this.person, assignment, version, title, page, changes: [], outcome: null, held: null };
    const record = this.records.get(assignment) ?? { ...fresh, since: Date.now(), sending: 0 };
    record.active = active;
    this.records.set(assignment, record);
    return record;
  }

  async #keepAndSend(record) {
    this.on.changed();
    await this.#keep(record);
    return this.flush();
  }

  /** On this device, one write after the other, so that an older state never replaces a newer one. */
  #keep(record) {
    const isEmpty = !record.changes.length && !record.outcome;
    const work = isEmpty
      ? () => this.store.remove([this.person, record.assignment])
      : () => this.store.put({ ...record, sending: 0 });
    this.keeping = this.keeping.then(work).then(
      () => (this.isKept = true),
      () => (this.isKept = false),
    );
    return this.keeping;
  }

  async #sendAll() {
    this.cancel?.();
    let record;
    while ((record = this.#next())) {
      if (!(await this.#sendOne(record))) return;
      if (!record.changes.length && !record.outcome) this.records.delete(record.assignment);
      await this.#keep(record);
      this.on.changed();
    }
  }

  #next() {
    return [...this.records.values()].find((one) => !one.held && (one.changes.length || one.outcome));
  }

  /** False where the rest has to wait. */
  async #sendOne(record) {
    record.sending = record.isSingle ? Math.min(1, record.changes.length) : record.changes.length;
    const sent = record.changes.slice(0, record.sending);
    const { status, body } = await this.send(record.assignment, this.#bodyOf(record, sent));
    record.sending = 0;
    const next = meaning(status);
    if (next === "later" || next === "sign-in" || body?.type?.endsWith(WRONG_PERSON)) return this.#later(next, body);
    this.failures = 0;
    this.reason = "";
    if (next === "stored") this.#stored(record, sent, body);
    else if (next === "conflict") this.#hold(record, body);
    else this.#refuse(record, sent, body);
    return true;
  }

  /** An outcome goes alone, after the changes, with the version that the answer to those named. */
  #bodyOf(record, sent) {
    const body = { person: this.person, active_seconds: record.active };
    if (sent.length) return { ...body, changes: sent };
    return { ...body, outcome: record.outcome, version: record.version, next: true };
  }

  #stored(record, sent, state) {
    const outcome = sent.length ? null : record.outcome;
    record.changes = record.changes.slice(sent.length);
    // More than what was sent here: another tab or device has changed the unit, so the submit has to ask.
    const isNewer = state.version > record.version + sent.length;
    if (outcome) record.outcome = null;
    else if (record.outcome && isNewer) this.#hold(record, { type: "changed_elsewhere", current: state });
    else record.version = state.version;
    this.on.stored(record, state, { changes: sent, outcome });
  }

  #hold(record, problem) {
    record.held = problem;
    this.on.held(record, problem);
  }

  /** Of several changes that are refused together the wrong one is found by sending them one by one. */
  #refuse(record, sent, problem) {
    if (sent.length > 1) {
      record.isSingle = true;
      return;
    }
    if (sent.length) record.changes = record.changes.slice(1);
    else record.outcome = null;
    this.on.refused(record, sent[0] ?? null, problem);
  }

  #later(next, body) {
    this.failures += 1;
    this.reason = next === "later" ? "later" : "sign-in";
    this.problem = body?.detail ?? "";
    this.cancel = this.wait(waitAfter(this.failures), () => this.flush());
    this.on.changed();
    return false;
  }
}
