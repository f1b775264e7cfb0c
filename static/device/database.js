// The one database of this site in a browser. Its schema only ever grows: an old tab reads on beside a newer one.
import { openDB } from "../vendor/idb.js";
import { inTime } from "./patience.js";

export const NAME = "lipse-device";
export const VERSION = 1;
// A browser whose database never answers must not keep anything from being sent.
const PATIENCE = 5000;

// Table: {key, indexes}. What a person wrote is encrypted in all of them (vault.js); the fields named here are not.
const TABLES = {
  // Who uses this browser, and the key of the person who is signed in.
  people: { key: "person" },
  // What was typed and the server has not acknowledged.
  drafts: { key: "id", indexes: ["person"] },
  // Photos, recordings and other files on their way to the server.
  files: { key: "id", indexes: ["person"] },
  // What the server has acknowledged: a line of the ledger each.
  receipts: { key: "id", indexes: ["person"] },
  // Cases, events and notes to read without a connection.
  copies: { key: "id", indexes: ["person"] },
};

let opened = null;
const forget = () => (opened = null);

function open() {
  opened ??= openAs(VERSION).catch((error) => {
    forget();
    throw error;
  });
  return opened;
}

async function openAs(version) {
  try {
    return await openDB(NAME, version, {
      upgrade: (database) => grow(database),
      // A handle that is in the way of a newer version, or that the browser closed, is opened again when it is needed.
      blocking: (_current, _blocked, event) => {
        event.target.close();
        forget();
      },
      terminated: forget,
    });
  } catch (error) {
    // A newer page has been here. Its schema has all that this page knows.
    if (error?.name === "VersionError" && version !== undefined) return openAs(undefined);
    throw error;
  }
}

function grow(database) {
  for (const [name, { key, indexes = [] }] of Object.entries(TABLES)) {
    if (database.objectStoreNames.contains(name)) continue;
    const table = database.createObjectStore(name, { keyPath: key });
    for (const index of indexes) table.createIndex(index, index);
  }
}

/** `work` with the open database; once more where the browser closed the handle meanwhile. */
function use(work) {
  const once = () => open().then(work);
  const again = (error) => {
    if (error?.name !== "InvalidStateError") throw error;
    forget();
    return once();
  };
  return inTime(once().catch(again), PATIENCE);
}

/** A table of the database. Every method rejects when the browser refuses or does not answer within five seconds. */
export class Table {
  constructor(name) {
    this.name = name;
  }

  get(key) {
    return use((database) => database.get(this.name, key));
  }

  all() {
    return use((database) => database.getAll(this.name));
  }

  keys() {
    return use((database) => database.getAllKeys(this.name));
  }

  of(person) {
    return use((database) => database.getAllFromIndex(this.name, "person", person));
  }

  /** Resolves when the record is durable. */
  put(record) {
    return this.#write((store) => store.put(record));
  }

  /** What is kept under the key of `record`, which is put there where nothing is: in one step, whatever other tabs do. */
  getOrPut(record, key) {
    return use(async (database) => {
      const transaction = database.transaction(this.name, "readwrite", { durability: "strict" });
      const found = await transaction.store.get(key);
      if (!found) transaction.store.put(record);
      await transaction.done;
      return found ?? record;
    });
  }

  remove(key) {
    return this.#write((store) => store.delete(key));
  }

  /** Write and remove many records. Resolves when all of it is durable. */
  change(records, keys = []) {
    return this.#write((store) => {
      for (const record of records) store.put(record);
      for (const key of keys) store.delete(key);
    });
  }

  #write(work) {
    return use(async (database) => {
      const transaction = database.transaction(this.name, "readwrite", { durability: "strict" });
      work(transaction.store);
      // Asked for at once, so that leaving the page does not break it off.
      transaction.commit();
      await transaction.done;
    });
  }
}
