// Sends what waits on this device and no open editor holds: notes first, then forms, then files, the oldest first.
// Knows no page, no database and no network, so that node can test it.
import { waitAfter } from "../js/sending.js";

const ORDER = ["note", "form", "coding", "file"];
// Different things are sent side by side, edits of one thing one after another. The page keeps connections of its own.
const SIDE_BY_SIDE = 4;
// After so many sendings in a row without an answer the network or the server is away.
const AWAY = 3;
// What an open editor holds is looked at again, since its tab may be killed.
const HELD_ELSEWHERE = 15_000;
// What a person has to change or decide is asked about again after this time, or when the person presses the button. A
// conflict can be decided on another device.
const ASK_AGAIN = { "needs-person": 10 * 60_000, undecided: 60_000 };

/** The drafts that are due, in the order in which they are sent: [[draft of one thing, ...], ...] for each kind. */
export function inOrder(drafts) {
  const kinds = [...ORDER, ...new Set(drafts.map((draft) => draft.kind).filter((kind) => !ORDER.includes(kind)))];
  return kinds.map((kind) => {
    const things = new Map();
    for (const draft of drafts.filter((one) => one.kind === kind).sort((a, b) => a.since - b.since)) {
      // Files of one note are things of their own: one that is being recorded does not keep the others.
      const thing = kind === "file" ? draft.id : draft.about;
      things.set(thing, [...(things.get(thing) ?? []), draft]);
    }
    return [...things.values()];
  });
}

export class Outbox {
  /**
   * @param {object} parts
   *   drafts: {list, get, remove, mark} as in drafts.js, of one person
   *   send: async (draft, signal) => "done" | "later" | "sign-in" | "needs-person" | "undecided" | "more" |
   *     "unknown"
   *   borrow, giveBack, alone: as in locks.js
   *   wait: (milliseconds, callback) => cancel
   *   now: () => milliseconds
   *   show: (state) => void, state {name: "idle" | "sending" | "waiting" | "sign-in" | "elsewhere", sent, retryIn}
   */
  constructor({ drafts, send, borrow, giveBack, alone, wait, now = Date.now, show = () => {} }) {
    Object.assign(this, { drafts, send, borrow, giveBack, alone, wait, now, show });
    this.failures = 0;
    this.busy = null;
    this.cancel = null;
  }

  /** Send what waits now. Calls that come meanwhile join the one under way. `isAsked`: the person pressed the button. */
  flush({ isAsked = false } = {}) {
    this.isAsked ||= isAsked;
    this.busy ??= this.#run().finally(() => {
      this.busy = null;
    });
    return this.busy;
  }

  /** Something changed on this device: look at it soon, unless a time is set already. */
  poke() {
    if (!this.busy && !this.cancel) this.#later(waitAfter(1));
  }

  async #run() {
    this.cancel?.();
    this.cancel = null;
    this.result = { done: 0, later: 0, inARow: 0, signIn: false, held: 0 };
    let isAlone = true;
    try {
      isAlone = await this.alone("outbox", () => this.#sendAll());
    } catch {
      // The browser's database or its locks did not answer.
      this.result.later += 1;
    }
    this.#conclude(isAlone);
  }

  async #sendAll() {
    const everything = this.isAsked;
    this.isAsked = false;
    const waiting = await this.drafts.list();
    const isDue = ({ needs }) => everything || !needs || Math.abs(this.now() - needs.at) > (needs.wait ?? 0);
    const due = waiting.filter(isDue);
    if (due.length) this.show({ name: "sending", sent: 0 });
    for (const things of inOrder(due)) {
      const left = [...things];
      const work = async () => {
        while (left.length && !this.#isOver()) await this.#sendThing(left.shift());
      };
      await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    }
  }

  #isOver() {
    return this.result.signIn || this.result.more || this.result.inARow >= AWAY;
  }

  async #sendThing(drafts) {
    for (const draft of drafts) {
      if (this.#isOver() || !(await this.#sendOne(draft))) return;
    }
  }

  /** Resolves to whether a later edit of the same thing may follow. */
  async #sendOne({ id }) {
    const signal = await this.borrow(id);
    if (!signal) {
      this.result.held += 1;
      return false;
    }
    try {
      // What is read under the lock is what is sent: an editor that was closed meanwhile may have sent or changed it.
      const draft = await this.drafts.get(id);
      return draft ? await this.#settle(draft, await this.#answer(draft, signal)) : true;
    } finally {
      this.giveBack(id);
    }
  }

  async #answer(draft, signal) {
    if (draft.content === null) return "needs-person";
    const answer = await this.send(draft, signal).catch(() => "later");
    // An editor wanted it meanwhile, and sends it.
    return answer === "later" && signal.aborted ? "held" : answer;
  }

  async #settle(draft, answer) {
    const { result } = this;
    if (answer === "done") {
      result.done += 1;
      result.inARow = 0;
      const now = await this.drafts.get(draft.id);
      if (now && now.at === draft.at) await this.drafts.remove(draft.id);
      this.show({ name: "sending", sent: result.done });
    } else if (answer in ASK_AGAIN) {
      result.inARow = 0;
      await this.drafts.mark(draft.id, { at: this.now(), wait: ASK_AGAIN[answer] });
    } else if (answer === "sign-in") {
      result.signIn = true;
    } else if (answer === "more") {
      // A long file: what was written meanwhile goes before it.
      result.inARow = 0;
      result.more = true;
    } else if (answer === "unknown" || answer === "held") {
      // Of a kind that only a newer page can send, or an editor has it.
      result.held += 1;
    } else {
      result.later += 1;
      result.inARow += 1;
    }
    return answer === "done";
  }

  #conclude(isAlone) {
    const { done, later, signIn, held, more } = this.result;
    if (!isAlone) {
      // Another tab sends. It may be closed before it is through.
      this.#later(HELD_ELSEWHERE);
      return this.show({ name: "elsewhere" });
    }
    this.failures = later || signIn ? (done ? 1 : this.failures + 1) : 0;
    const retryIn = this.failures ? waitAfter(this.failures) : HELD_ELSEWHERE;
    if (more && !later && !signIn) this.#later(0);
    else if (later || signIn || held) this.#later(retryIn);
    const name = signIn ? "sign-in" : later ? "waiting" : more ? "sending" : "idle";
    return this.show({ name, sent: done, ...(this.failures ? { retryIn } : {}) });
  }

  #later(milliseconds) {
    this.cancel?.();
    this.cancel = this.wait(milliseconds, () => {
      this.cancel = null;
      this.flush();
    });
  }
}
