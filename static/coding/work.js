// The codings, memo and flag of the unit in the page, as the coder sees them: what the server has and what still waits.
import { Steps } from "./steps.js";

export class Work {
  /** `on`: {added(coding), removed(coding)} draws; `send(change)` goes to the outbox. */
  constructor({ on, send }) {
    Object.assign(this, { on, send });
  }

  /** Another unit; `waiting` are changes of this device that the server does not have yet. */
  begin(unit, waiting) {
    this.unit = unit;
    this.steps = new Steps();
    const state = replayed(unit, waiting);
    this.writtenMemo = state.memo;
    this.codings = state.codings;
    Object.assign(this, { memo: state.memo, isFlagged: state.is_flagged });
  }

  find(code, { start, end }) {
    return this.codings.find((c) => c.code === code && c.start === start && c.end === end);
  }

  /** Codes that are applied to a target. */
  at({ start, end }) {
    return new Set(this.codings.filter((c) => c.start === start && c.end === end).map((c) => c.code));
  }

  apply(code, { start, end }, remember = true) {
    const coding = { uuid: crypto.randomUUID(), code, start, end, memo: "" };
    if (remember) this.steps.add({ applied: { code, start, end } });
    this.#add(coding);
    this.send({ apply: { uuid: coding.uuid, code, start, end } });
    return coding;
  }

  retract(coding, remember = true) {
    const { code, start, end, uuid } = coding;
    if (remember) this.steps.add({ retracted: { code, start, end } });
    this.#remove(coding);
    this.send({ retract: uuid });
    return coding;
  }

  /** Undo (or redo) a step: {applied} or {retracted} with the coding; null where there is nothing to undo. */
  step(direction) {
    const step = this.steps[direction]();
    if (!step) return null;
    const place = step.applied ?? step.retracted;
    const isApplying = Boolean(step.applied) === (direction === "redo");
    const present = this.find(place.code, place);
    if (isApplying) return { applied: present ?? this.apply(place.code, place, false) };
    return { retracted: present ? this.retract(present, false) : place };
  }

  write(memo) {
    if (memo === this.memo) return;
    this.memo = memo;
    const was = this.writtenMemo;
    this.writtenMemo = memo;
    this.send({ memo: { now: memo, was } });
  }

  flag(isFlagged) {
    this.isFlagged = isFlagged;
    this.send({ is_flagged: isFlagged });
  }

  /** The server's state and what still waits: draw what differs. Returns what came from elsewhere. */
  adopt(state, waiting) {
    this.unit.version = state.version;
    const next = replayed(state, waiting);
    this.writtenMemo = next.memo;
    const wanted = new Map(next.codings.map((coding) => [coding.uuid, coding]));
    const known = new Set(this.codings.map((coding) => coding.uuid));
    const gone = this.codings.filter((coding) => !wanted.has(coding.uuid));
    const come = next.codings.filter((coding) => !known.has(coding.uuid));
    for (const coding of gone) this.#remove(coding);
    for (const coding of come) this.#add(coding);
    const hasMemo = next.memo !== this.memo;
    Object.assign(this, { memo: next.memo, isFlagged: next.is_flagged });
    return { come, gone, hasMemo };
  }

  #add(coding) {
    this.codings.push(coding);
    this.on.added(coding);
  }

  #remove(coding) {
    this.codings = this.codings.filter((each) => each !== coding);
    this.on.removed(coding);
  }
}

/** A state with the changes that wait on top of it. */
export function replayed(state, changes) {
  let codings = [...state.codings];
  let { memo, is_flagged } = state;
  for (const change of changes) {
    const { apply, retract } = change;
    if (apply && !codings.some((c) => c.uuid === apply.uuid)) codings.push({ ...apply, memo: "" });
    if (retract) codings = codings.filter((c) => c.uuid !== retract);
    memo = change.memo?.now ?? memo;
    is_flagged = change.is_flagged ?? is_flagged;
  }
  return { codings, memo, is_flagged };
}
