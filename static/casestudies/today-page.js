// Says on the page of today which notes wait on this device.
import { text } from "../js/text.js";
import { waitingNotes } from "./note-store.js";

const box = document.querySelector("[data-unsent-notes]");
if (box) {
  const waiting = await waitingNotes(box.dataset.person).catch(() => []);
  if (waiting.length > 0) {
    const words = document.createElement("p");
    words.textContent = text(box, "unsent", { count: waiting.length });
    const list = document.createElement("ul");
    list.append(...waiting.map(entry));
    box.append(words, list);
    box.hidden = false;
  }
}

function entry({ uuid, title, keptAt }) {
  const link = document.createElement("a");
  link.href = box.dataset.note.replace("00000000-0000-0000-0000-000000000000", uuid);
  link.textContent = title || text(box, "untitled");
  const item = document.createElement("li");
  item.append(link, ", ", text(box, "since", { day: new Date(keptAt).toLocaleString() }));
  return item;
}
