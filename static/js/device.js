// Records that wait on this device, in IndexedDB. The schema of a database only ever grows.
import { openDB } from "../vendor/idb.js";

// A browser whose database never answers must not keep anything from being sent.
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

/** A table of a database on this device: `get`, `put`, `remove`, `all`. */
export class DeviceTable {
  constructor(database, table, keyPath) {
    Object.assign(this, { database, table, keyPath, opened: null });
  }

  get(key) {
    return inTime(this.#open().then((db) => db.get(this.table, key)));
  }

  all() {
    return inTime(this.#open().then((db) => db.getAll(this.table)));
  }

  put(record) {
    return inTime(this.#put(structuredClone(record)));
  }

  remove(key) {
    return inTime(this.#open().then((db) => db.delete(this.table, key)));
  }

  async #put(record) {
    const transaction = (await this.#open()).transaction(this.table, "readwrite", { durability: "strict" });
    transaction.store.put(record);
    // Asked for at once, so that leaving the page does not break it off.
    transaction.commit();
    await transaction.done;
  }

  #open() {
    const forget = () => (this.opened = null);
    this.opened ??= openDB(this.database, 1, {
      upgrade: (db) => db.createObjectStore(this.table, { keyPath: this.keyPath }),
      // An old tab never blocks a newer one, and a handle the browser closed is opened again.
      blocking: (_current, _blocked, event) => {
        event.target.close();
        forget();
      },
      terminated: forget,
    });
    return this.opened;
  }
}
