// Sends what a coder did in a page that was closed, from any page of the site.
import { Outbox } from "./outbox.js";

/** @returns "done" | "later" | "sign-in" | "needs-person", as in device/kinds.js */
export async function deliverCoding(draft, { session, drafts, signal }) {
  const { record, api, person } = draft.content;
  const problems = [];
  const keep = (_record, dropped, problem) => problems.push({ dropped, problem });
  const left = { ...record, person, held: null };
  const outbox = new Outbox(
    {
      store: { all: async () => [left], put: async () => {}, remove: async () => {} },
      send: (assignment, body) => session.send("POST", `${api}${assignment}/changes/`, body, { signal }),
      wait: () => () => {},
      on: { stored: () => {}, refused: keep, held: () => {}, changed: () => {} },
    },
    person,
  );
  await outbox.start();
  await outbox.flush();
  const now = outbox.records.get(record.assignment);
  if (!now && !problems.length) return "done";
  // A change that was refused stays, until the person opens the unit and reads why.
  const changes = [...problems.map(({ dropped }) => dropped).filter(Boolean), ...(now?.changes ?? [])];
  const outcome = now?.outcome ?? record.outcome;
  const kept = { ...record, changes, outcome, version: now?.version ?? record.version };
  await drafts.put({ ...draft, content: { ...draft.content, record: kept } });
  if (problems.length || now?.held) return "needs-person";
  return outbox.reason === "sign-in" ? "sign-in" : "later";
}
