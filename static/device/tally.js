// What the ledger of a device adds up to. Pure: no page, no database.

/**
 * Of the receipts {kind, uuid, equal} and the drafts {kind, about} of one person, for one kind of thing or for all:
 * {written, stored, waiting, mismatches, isEqual}, each a number of things. A thing is stored when the newest receipt
 * says that the server has what was sent and nothing of it waits; `isEqual` when that is so of all that was written.
 */
export function tally(receipts, drafts, kind = null) {
  const isOf = (one) => kind === null || one.kind === kind;
  const lines = new Map(receipts.filter(isOf).map((one) => [`${one.kind} ${one.uuid}`, one]));
  const waiting = new Set(drafts.filter(isOf).map((one) => `${one.kind} ${one.about}`));
  const things = [...lines];
  const stored = things.filter(([thing, { equal }]) => equal && !waiting.has(thing)).length;
  const mismatches = things.filter(([, { equal }]) => !equal).length;
  const written = new Set([...lines.keys(), ...waiting]).size;
  return { written, stored, waiting: waiting.size, mismatches, isEqual: written === stored };
}

// Where nothing changed the report is sent again after this time, so that its date is of use.
const AGAIN = 6 * 3600_000;

/** What the server is told of the receipts and drafts of one person: counts, no texts. */
export function counts(receipts, drafts, now) {
  const { written, stored, mismatches } = tally(receipts, drafts, "note");
  const oldest = Math.min(now, ...drafts.map(({ since }) => since));
  return {
    waiting: drafts.length,
    oldest_seconds: Math.round((now - oldest) / 1000),
    notes_written: written,
    notes_stored: stored,
    mismatches,
  };
}

/** Whether counts say something that those reported last, {counts, at} or nothing, did not. */
export function isNews(last, next, now) {
  if (!last) return next.waiting + next.notes_written > 0;
  const names = ["waiting", "notes_written", "notes_stored", "mismatches"];
  return names.some((name) => last.counts[name] !== next[name]) || Math.abs(now - last.at) > AGAIN;
}
