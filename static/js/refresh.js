// The newest request wins: waits for a pause, cancels the one before, and drops an answer that comes too late.
export function newest(ask, show, pause, timers = globalThis) {
  let waiting = null;
  let under = null;
  return (...request) => {
    timers.clearTimeout(waiting);
    waiting = timers.setTimeout(async () => {
      under?.abort();
      const mine = (under = new AbortController());
      try {
        const answer = await ask(mine.signal, ...request);
        if (under === mine) show(answer, ...request);
      } catch (error) {
        if (error.name !== "AbortError") throw error;
      }
    }, pause);
  };
}

// Which parts of a page are taken from a fresh one: those that differ. A part that follows a control holds controls
// itself, so it is only taken when that control was changed: what somebody is typing elsewhere stays.
export function stale(parts, fresh, changed) {
  return parts.filter(({ name, follows, html }) => {
    const twin = fresh.get(name);
    return twin !== undefined && twin !== html && (!follows || follows === changed);
  });
}
