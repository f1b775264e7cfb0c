// Notes that wait on this device, in IndexedDB, one record a person and note.
import { DeviceTable } from "../js/device.js";

const notes = new DeviceTable("lipse-notes", "notes", ["person", "uuid"]);

/** The record of one note of one person. */
export function noteStore(person, uuid) {
  return {
    get: async () => (await notes.get([person, uuid]))?.record ?? null,
    put: (record) => notes.put({ person, uuid, record, keptAt: Date.now() }),
    remove: () => notes.remove([person, uuid]),
  };
}

/** What waits on this device for one person: uuid, title, since when. */
export async function waitingNotes(person) {
  return (await notes.all())
    .filter((kept) => kept.person === person)
    .map((kept) => ({ uuid: kept.uuid, title: kept.record.content?.title || "", keptAt: kept.keptAt }));
}
