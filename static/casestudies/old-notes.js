// Notes that an earlier version of the site left in the database `lipse-notes`, not encrypted: moved once, then deleted.
import { DeviceTable } from "../js/device.js";
import { deleteDB } from "../vendor/idb.js";
import { alone } from "../device/locks.js";
import { KIND } from "./note-delivery.js";

const OLD = "lipse-notes";

/** Move the notes of the person of `drafts`. Those of others wait until they sign in: only then is there a key. */
export async function moveOldNotes(drafts) {
  const known = await indexedDB.databases?.();
  if (known && !known.some(({ name }) => name === OLD)) return;
  await alone("old-notes", async () => {
    const old = new DeviceTable(OLD, "notes", ["person", "uuid"]);
    for (const { person, uuid, record, keptAt } of await old.all()) {
      if (person !== drafts.vault.person) continue;
      const content = { record: { mine: null, ...record }, api: `/api/v1/field-notes/${uuid}/` };
      await drafts.put({ id: crypto.randomUUID(), kind: KIND, about: uuid, since: keptAt, content });
      await old.remove([person, uuid]);
    }
    if ((await old.all()).length === 0) await deleteDB(OLD);
  });
}
