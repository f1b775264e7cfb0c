// Tells the server how many texts this device keeps and since when: counts, no texts. So the office sees what waits.
import { Table } from "./database.js";
import { outlines } from "./ledger.js";
import { counts, isNews } from "./tally.js";
import { deviceId } from "./vault.js";

const people = new Table("people");
const SETTLED = 3000;

/** A function that reports a moment after it was last called, where there is something new. */
export function reporter({ person, session }, drafts) {
  const id = `report ${person}`;
  let timer = null;
  async function report() {
    const now = Date.now();
    const next = counts(await outlines(person), await drafts.list(), now);
    if (!isNews(await people.get(id), next, now)) return;
    const { status } = await session.form(document.body.dataset.deviceReport, { device: await deviceId(), ...next });
    if (status === 204) await people.put({ person: id, at: now, counts: next });
  }
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => report().catch(() => {}), SETTLED);
  };
}
