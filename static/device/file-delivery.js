// Sends a file that waits on this device, from any page.
import { Table } from "./database.js";
import { sendFile } from "./file-sending.js";
import { Files, KIND } from "./files.js";
import { record } from "./ledger.js";
import { disown, own } from "./locks.js";

const channel = globalThis.BroadcastChannel ? new BroadcastChannel("lipse-files") : null;

/** The files of the person whose drafts these are. */
export const filesOf = (drafts) => new Files({ drafts, table: new Table("files"), locks: { own, disown } });

/** As sendFile. What is sent is told to every open page, and what is stored is a line of the ledger. */
export function deliverFile(draft, { session, drafts, signal }) {
  const show = (progress) => {
    channel?.postMessage(progress);
    listeners.forEach((listener) => listener(progress));
  };
  return sendFile(draft, { session, drafts, signal, files: filesOf(drafts), show, stored: entered });
}

function entered({ id, about, content }, { sent_sha256: stored, stored_at: storedAt }) {
  const page = `/field-notes/${about}/#files`;
  return record({ kind: KIND, uuid: id, name: content.name, page, sent: content.sha256, stored, storedAt });
}

const listeners = new Set();
channel?.addEventListener("message", ({ data }) => listeners.forEach((listener) => listener(data)));

/** Call `listener` with {id, sent, size, stored} while a file is sent, by this tab or another. */
export function onProgress(listener) {
  listeners.add(listener);
}
