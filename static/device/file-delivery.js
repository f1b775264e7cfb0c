// Sends a file that waits on this device, from any page.
import { Table } from "./database.js";
import { sendFile } from "./file-sending.js";
import { Files } from "./files.js";
import { disown, own } from "./locks.js";

const channel = globalThis.BroadcastChannel ? new BroadcastChannel("lipse-files") : null;

/** The files of the person whose drafts these are. */
export const filesOf = (drafts) => new Files({ drafts, table: new Table("files"), locks: { own, disown } });

/** As sendFile. What is sent is told to every open page. */
export function deliverFile(draft, { session, drafts, stored }) {
  const show = (progress) => {
    channel?.postMessage(progress);
    listeners.forEach((listener) => listener(progress));
  };
  return sendFile(draft, { session, drafts, files: filesOf(drafts), show, ...(stored ? { stored } : {}) });
}

const listeners = new Set();
channel?.addEventListener("message", ({ data }) => listeners.forEach((listener) => listener(data)));

/** Call `listener` with {id, sent, size, stored} while a file is sent, by this tab or another. */
export function onProgress(listener) {
  listeners.add(listener);
}
