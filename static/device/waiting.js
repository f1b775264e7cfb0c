// How what waits on this device is to be spoken of. Pure: no page, no database.

const HOUR = 3600_000;
export const LATE = 24 * HOUR;
export const OVERDUE = 72 * HOUR;
// What is typed while the server answers is on its way, not waiting.
const ON_ITS_WAY = 5_000;

/**
 * Of drafts {since, needs}: {count, oldest, level, needs}. `level` is "none", "waiting", "late" from 24 hours on, or
 * "overdue" from 72 hours on; `oldest` is milliseconds since 1970, null for none; `needs` counts what a person has to
 * decide. A clock that was set back makes nothing younger than nothing.
 */
export function standing(drafts, now, { isOffline = false } = {}) {
  const waiting = isOffline ? drafts : drafts.filter(({ since }) => Math.abs(now - since) >= ON_ITS_WAY);
  if (!waiting.length) return { count: 0, oldest: null, level: "none", needs: 0 };
  const oldest = Math.min(...waiting.map(({ since }) => since));
  const age = Math.max(0, now - oldest);
  const level = age >= OVERDUE ? "overdue" : age >= LATE ? "late" : "waiting";
  return { count: waiting.length, oldest, level, needs: waiting.filter(({ needs }) => needs).length };
}

/** A moment as this browser writes it: with the day, unless it is today. */
export function moment(milliseconds, now = Date.now()) {
  const at = new Date(milliseconds);
  const time = { hour: "2-digit", minute: "2-digit" };
  const isToday = at.toDateString() === new Date(now).toDateString();
  return at.toLocaleString([], isToday ? time : { day: "numeric", month: "short", year: "numeric", ...time });
}
