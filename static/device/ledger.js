// The ledger of this device: of each note, form and file written here, the newest receipt of the server.
import { Table } from "./database.js";

const table = new Table("receipts");

/**
 * The server has acknowledged what was sent. `sent` and `stored` are the SHA-256 of what was sent and of what the server
 * says it has, in hexadecimal; `equal` says whether it stored what was sent where that is known otherwise (a form has no
 * hash, it is done once under its name); `name` is what the thing is called, `page` its address. What a person wrote is encrypted.
 * Never rejects: what the server has is stored, also where this device cannot keep a line about it.
 */
export async function record({ kind, uuid, name = "", page = "", sent, stored, equal = stored && sent === stored, ...more }) {
  try {
    const { here } = await import("./person.js");
    if (!here) return;
    const { version = null, storedAt = null } = more;
    const sealed = await here.vault.seal({ name, page, sent, stored, version, storedAt });
    const { person } = here;
    await table.put({ id: `${person}/${kind}/${uuid}`, person, kind, uuid, at: Date.now(), equal: Boolean(equal), sealed });
  } catch {
    // The note is on the server; its author finds it there.
  }
}

/** The receipts of a person without names and hashes, for counting: {kind, uuid, at, equal}. */
export async function outlines(person) {
  return (await table.of(person)).map(({ kind, uuid, at, equal }) => ({ kind, uuid, at, equal }));
}

/** The receipts of the person of `vault`, the newest first, with `name`, `page`, `sent`, `stored`, `version`. */
export async function lines(vault) {
  const found = (await table.of(vault.person)).sort((a, b) => b.at - a.at);
  return Promise.all(
    found.map(async ({ sealed, ...line }) => ({ ...line, ...(await vault.unseal(sealed).catch(() => ({}))) })),
  );
}
