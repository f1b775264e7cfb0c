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
