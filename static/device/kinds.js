// What sends a draft of each kind. A module is loaded when something of its kind waits.
import { inTime } from "./patience.js";

const MINUTE = 60_000;

// kind: {load: () => async (draft, {session, drafts, signal}) => "done" | "later" | "sign-in" | "needs-person", patience}
const KINDS = {
  note: { load: () => import("../casestudies/note-delivery.js").then((module) => module.deliverNote) },
  form: { load: () => import("./form-delivery.js").then((module) => module.deliverForm) },
  coding: { load: () => import("../coding/coding-delivery.js").then((module) => module.deliverCoding) },
  file: { load: () => import("./file-delivery.js").then((module) => module.deliverFile) },
};

/** Sends a draft by the module of its kind; a kind that this page does not know is "unknown". */
export function sender({ session, drafts }, kinds = KINDS) {
  return async (draft, signal) => {
    const kind = kinds[draft.kind];
    if (!kind) return "unknown";
    const deliver = await kind.load();
    return inTime(deliver(draft, { session, drafts, signal }), kind.patience ?? 2 * MINUTE);
  };
}
