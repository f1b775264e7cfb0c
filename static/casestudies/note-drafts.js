// Which draft of a note a page goes on with.
import { adoptFirst } from "../device/adopting.js";
import { disown, own } from "../device/locks.js";
import { KIND } from "./note-delivery.js";

/** The newest draft of a note that no other tab has, now of this tab; null where there is none that can be read. */
export async function adopted(drafts, uuid) {
  const ofNote = (await drafts.list()).filter(({ kind, about }) => kind === KIND && about === uuid);
  return adoptFirst(ofNote.sort((a, b) => b.at - a.at), { drafts, locks: { own, disown } });
}
