// Says on the page of today which notes wait on this device.
import { text } from "../js/text.js";
import { Drafts, onChange, waitingHere } from "../device/drafts.js";
import { here } from "../device/person.js";
import { KIND } from "./note-delivery.js";
import { moveOldNotes } from "./old-notes.js";

const box = document.querySelector("[data-unsent-notes]");
if (box && here) {
  const drafts = new Drafts(here.vault);
  await moveOldNotes(drafts).catch(() => {});
  await show(drafts);
  onChange(() => show(drafts));
}

async function show(drafts) {
  const found = (await waitingHere().catch(() => [])).filter(({ kind, person }) => kind === KIND && person === here.person);
  const waiting = await Promise.all(found.slice(0, 50).map(({ id }) => drafts.get(id).catch(() => null)));
  const words = document.createElement("p");
  words.textContent = text(box, "unsent", { count: found.length });
  const list = document.createElement("ul");
  list.append(...waiting.filter(Boolean).map(entry));
  box.replaceChildren(words, list);
  box.hidden = found.length === 0;
}

function entry({ about, content, since }) {
  const link = document.createElement("a");
  link.href = box.dataset.note.replace("00000000-0000-0000-0000-000000000000", about);
  link.textContent = content?.record.content?.title || text(box, "untitled");
  const item = document.createElement("li");
  item.append(link, ", ", text(box, "since", { day: new Date(since).toLocaleString() }));
  return item;
}
