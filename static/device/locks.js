// Which tab owns a draft: the browser lets a lock go when its tab is closed or killed.

const held = new Map();

/** Take the draft `id` for this tab as long as it is open. Resolves to false where another tab has it. */
export function own(id) {
  if (held.has(id)) return Promise.resolve(true);
  // Without locks (an old browser) a draft belongs to whoever asks: what is sent twice the server knows as one edit.
  if (!navigator.locks) return Promise.resolve(true);
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(`lipse-draft-${id}`, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(false);
        return new Promise((letGo) => {
          held.set(id, letGo);
          resolve(true);
        });
      })
      .catch(reject);
  });
}

/** Whether this tab has the draft `id`: an editor of its own, which sends it. */
export function holds(id) {
  return held.has(id);
}

/** Let the draft `id` go, so that any page may send it. */
export function disown(id) {
  held.get(id)?.();
  held.delete(id);
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
