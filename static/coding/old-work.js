// Work that an earlier version of the site left in the database `lipse-coding`, not encrypted: moved once, then deleted.
import { DeviceTable } from "../js/device.js";
import { newId } from "../device/form-sending.js";
import { alone } from "../device/locks.js";
import { deleteDB } from "../vendor/idb.js";
import { KIND } from "./kept-work.js";

const OLD = "lipse-coding";

/** Move the work of the person named `username`. That of others waits until they sign in: only then is there a key. */
export async function moveOldWork(drafts, { username, api }) {
  const known = await indexedDB.databases?.();
  if (known && !known.some(({ name }) => name === OLD)) return;
  await alone("old-work", async () => {
    const old = new DeviceTable(OLD, "work", ["person", "assignment"]);
    for (const record of await old.all()) {
      if (record.person !== username) continue;
      const content = { record, api, person: username };
      await drafts.put({ id: newId(), kind: KIND, about: record.page, since: record.since, content });
      await old.remove([record.person, record.assignment]);
    }
    if ((await old.all()).length === 0) await deleteDB(OLD);
  });
}
