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

// A browser whose database never answers must not keep a note from being sent.
const PATIENCE = 5000;

async function inTime(work) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("timeout")), PATIENCE);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** The record of one note of one person. */
export function noteStore(person, uuid) {
  return {
    get: () => inTime(get(person, uuid)),
    put: (record) => inTime(put(person, uuid, structuredClone(record))),
    remove: () => inTime(remove(person, uuid)),
  };
}

async function get(person, uuid) {
  return (await (await database()).get("notes", [person, uuid]))?.record ?? null;
}

async function put(person, uuid, record) {
  const transaction = (await database()).transaction("notes", "readwrite", { durability: "strict" });
  transaction.store.put({ person, uuid, record, keptAt: Date.now() });
  // Asked for at once, so that leaving the page does not break it off.
  transaction.commit();
  await transaction.done;
}

async function remove(person, uuid) {
  await (await database()).delete("notes", [person, uuid]);
}

/** What waits on this device for one person: uuid, title, since when. */
export async function waitingNotes(person) {
  const all = await (await database()).getAll("notes");
  return all
    .filter((kept) => kept.person === person)
    .map((kept) => ({ uuid: kept.uuid, title: kept.record.content?.title || "", keptAt: kept.keptAt }));
}
