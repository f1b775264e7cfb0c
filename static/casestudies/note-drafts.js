// Which draft of a note a page goes on with.
import { waitingHere } from "../device/drafts.js";
import { own } from "../device/locks.js";
import { KIND } from "./note-delivery.js";

/** The newest draft of a note that no other tab has, now of this tab; null where there is none that can be read. */
export async function adopted(drafts, uuid) {
  const here = await waitingHere();
  const ofNote = here.filter(({ kind, about, person }) => kind === KIND && about === uuid && person === drafts.vault.person);
  for (const { id } of ofNote.sort((a, b) => b.at - a.at)) {
    if (!(await own(id))) continue;
    // Read after it is owned: another page may have sent it a moment ago.
    const draft = await drafts.get(id);
    if (draft?.content) return draft;
  }
  return null;
}
