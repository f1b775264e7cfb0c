// What a device lists of cases, events and notes.

// What the line of a note leaves out.
const ONLY_IN_FULL = ["text", "informants", "device", "written_at"];
/** The overview of a device that has nothing. */
export const NOTHING = { at: null, cursor: null, organisations: [], cases: [], events: [], notes: [] };

/** The line of a note in the overview. */
export function lineOf(note) {
  return Object.fromEntries(Object.entries(note).filter(([name]) => !ONLY_IN_FULL.includes(name)));
}
