/** What `work` resolves to; rejects when that takes longer than `milliseconds`. */
export async function inTime(work, milliseconds) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("timeout")), milliseconds);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A signal that is aborted after so many milliseconds, or with `signal` where there is one. */
export function within(milliseconds, signal = null) {
  const timeout = AbortSignal.timeout?.(milliseconds);
  if (!signal || !timeout) return timeout ?? signal ?? undefined;
  const either = new AbortController();
  for (const one of [timeout, signal]) {
    if (one.aborted) either.abort();
    one.addEventListener("abort", () => either.abort(), { once: true });
  }
  return either.signal;
}
