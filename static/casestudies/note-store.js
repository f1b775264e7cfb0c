// Notes that wait on this device, in IndexedDB, one record a person and note. The schema only ever grows.
import { openDB } from "../vendor/idb.js";

const NAME = "lipse-notes";
let opened = null;

function database() {
  opened ??= openDB(NAME, 1, {
    upgrade(db) {
      db.createObjectStore("notes", { keyPath: ["person", "uuid"] });
    },
    // An old tab never blocks a newer one, and a handle the browser closed is opened again.
    blocking(_current, _blocked, event) {
      event.target.close();
      opened = null;
    },
    terminated() {
      opened = null;
    },
  });
  return opened;
}

/** The record of one note of one person. */
export function noteStore(person, uuid) {
  return {
    async get() {
      return (await (await database()).get("notes", [person, uuid]))?.record ?? null;
    },
    async put(record) {
      const transaction = (await database()).transaction("notes", "readwrite", { durability: "strict" });
      await transaction.store.put({ person, uuid, record: structuredClone(record), keptAt: Date.now() });
      await transaction.done;
    },
    async remove() {
      await (await database()).delete("notes", [person, uuid]);
    },
  };
}

/** What waits on this device for one person: uuid, title, since when. */
export async function waitingNotes(person) {
  const all = await (await database()).getAll("notes");
  return all
    .filter((kept) => kept.person === person)
    .map((kept) => ({ uuid: kept.uuid, title: kept.record.content?.title || "Untitled note", keptAt: kept.keptAt }));
}
