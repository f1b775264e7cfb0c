// Who has a draft: the editor of one tab, until that is closed or killed, or for a moment an outbox that sends it.
// Two locks a draft: one that editors alone take, so that nobody waits for another tab's editor, and one of the draft.

// The page that was left a moment ago lets go a little later.
const LEAVING = 1500;
// An outbox that is asked stops its request; what it has to write first takes less than this.
const SENDING = 5000;
const channel = globalThis.BroadcastChannel ? new BroadcastChannel("lipse-drafts") : null;
// What editors of this tab have: id => promise of a function that lets go, or of null. Two calls at once are one.
const owned = new Map();
// What the outbox of this tab sends: id => {stop, letGo}.
const borrowed = new Map();

channel?.addEventListener("message", ({ data: id }) => borrowed.get(id)?.stop.abort());

/**
 * Take the draft `id` for an editor of this tab, as long as the tab is open. An outbox that sends it is stopped and
 * waited for. Resolves to false where an editor of another tab has it.
 */
export async function own(id) {
  // Without locks (an old browser) a draft belongs to whoever asks: what is sent twice the server knows as one edit.
  if (!navigator.locks) return true;
  if (!owned.has(id)) owned.set(id, takeBoth(id));
  const taking = owned.get(id);
  const isOwned = await taking.catch((error) => {
    owned.delete(id);
    throw error;
  });
  if (!isOwned && owned.get(id) === taking) owned.delete(id);
  return Boolean(isOwned);
}

/** Whether an editor of this tab has the draft `id`, which sends it. */
export function holds(id) {
  return owned.has(id);
}

/** Let the draft `id` go, so that any page may send it. */
export function disown(id) {
  const taking = owned.get(id);
  owned.delete(id);
  taking?.then((letGo) => letGo?.());
}

/**
 * Take the draft `id` for as long as it is sent, where nobody has it; null otherwise. Resolves to a signal: when it is
 * aborted an editor wants the draft, and sending is to end.
 */
export async function borrow(id) {
  if (owned.has(id) || borrowed.has(id)) return null;
  const stop = new AbortController();
  if (!navigator.locks) return stop.signal;
  // Known before the lock is asked for, so that an editor that comes a moment later reaches it.
  const loan = { stop };
  borrowed.set(id, loan);
  try {
    loan.letGo = await take(`lipse-draft-${id}`, { ifAvailable: true });
  } finally {
    if (!loan.letGo) borrowed.delete(id);
  }
  return loan.letGo ? stop.signal : null;
}

/** Let go of what was borrowed. */
export function giveBack(id) {
  borrowed.get(id)?.letGo();
  borrowed.delete(id);
}

/** Run `work` in one tab of this browser at a time. Resolves to whether this tab was the one. */
export async function alone(name, work) {
  if (!navigator.locks) {
    await work();
    return true;
  }
  return navigator.locks.request(`lipse-${name}`, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
    return lock !== null;
  });
}

async function takeBoth(id) {
  const editor = await takeWithin(`lipse-editor-${id}`, LEAVING);
  if (!editor) return null;
  const taking = takeWithin(`lipse-draft-${id}`, SENDING);
  // After the lock is asked for: from then on no outbox takes it, and the one that has it hears this.
  borrowed.get(id)?.stop.abort();
  channel?.postMessage(id);
  const draft = await taking;
  if (!draft) editor();
  return draft && (() => [draft, editor].forEach((letGo) => letGo()));
}

/** As `take`; null where the lock is not free within so many milliseconds. */
async function takeWithin(name, milliseconds) {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), milliseconds);
  try {
    return await take(name, { signal: late.signal });
  } catch (error) {
    if (error.name !== "AbortError") throw error;
    return null;
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves to a function that lets the lock go; null where it is not free. */
function take(name, options) {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, options, (lock) => {
        if (!lock) return resolve(null);
        return new Promise((letGo) => resolve(() => letGo()));
      })
      .catch(reject);
  });
}
