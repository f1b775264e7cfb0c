// Notes on this device and their way to the server, with or without the page of the note.
import { NoteSync } from "./note-sync.js";

export const KIND = "note";

/** Hexadecimal SHA-256 of the UTF-8 text; null without a secure connection, where browsers have none. */
export async function sha256(text) {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The function that sends an edit of one note to its address `api`. */
export function sender(session, api) {
  return ({ content, base, amends, number }, options = {}) => {
    const body = { ...content, device: device(), written_at: new Date().toISOString() };
    // A device that does not know the case study of a note says nothing of it; the server knows it.
    if (!content.case_study) delete body.case_study;
    if (base !== null) body.base_version = base;
    if (amends) body.amends = amends;
    if (amends && Number.isInteger(number)) body.text_number = number;
    return session.send("PUT", api, body, options);
  };
}

function device() {
  const kind = globalThis.matchMedia?.("(pointer: coarse)").matches ? "touch" : "desk";
  return `${navigator.userAgentData?.platform ?? navigator.platform ?? ""} ${kind}`.slice(0, 100);
}

/** The line of a note in the ledger of this device, when the server has acknowledged it. */
export function ledgerOf(uuid) {
  return async (receipt) => {
    const { record } = await import("../device/ledger.js");
    await record({ kind: KIND, uuid, page: `/field-notes/${uuid}/`, ...receipt });
  };
}

/** The record of a note in the draft `id`, for NoteSync. `found` is the draft where there is one already. */
export function noteStore(drafts, { id, uuid, api, found = null }) {
  let since = found?.since;
  return {
    get: async () => found?.content?.record ?? null,
    put: async (record) => {
      since ??= Date.now();
      await drafts.put({ id, kind: KIND, about: uuid, since, content: { record, api } });
    },
    remove: async () => {
      since = undefined;
      await drafts.remove(id);
    },
  };
}

/**
 * Send a draft of a note that no page has open. Resolves to "done", "later", "sign-in", "needs-person" where the server
 * refused it, or "undecided" where it is in a conflict that nobody has decided yet.
 */
export async function deliverNote(draft, { session, drafts, signal }) {
  if (!draft.content) return "needs-person";
  const { api } = draft.content;
  const send = sender(session, api);
  const sync = new NoteSync({
    store: noteStore(drafts, { id: draft.id, uuid: draft.about, api, found: draft }),
    send: (edit, options) => send(edit, { signal, ...options }),
    hash: sha256,
    wait: () => () => {},
    show: () => {},
    // Without a database there is no ledger, and the server has the note all the same.
    acknowledged: (receipt) => ledgerOf(draft.about)(receipt).catch(() => {}),
  });
  if ((await sync.start()) === null) return "done";
  await sync.busy;
  if (sync.isSettled) return "done";
  if (sync.problem?.signIn) return "sign-in";
  if (sync.isStored) return "undecided";
  return sync.problem?.isRefused ? "needs-person" : "later";
}
