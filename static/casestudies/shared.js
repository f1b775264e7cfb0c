// Says what another app has shared and is in no note yet.
import { onChange, waitingHere } from "../device/drafts.js";
import { KIND } from "../device/files.js";
import { here } from "../device/person.js";
import { text } from "../js/text.js";

const notice = document.querySelector("[data-shared]");
const failed = new URLSearchParams(location.search).get("failed");

if (notice) {
  onChange(look);
  look();
}

async function look() {
  const waiting = await waitingHere().catch(() => []);
  const count = waiting.filter(({ person, kind, about }) => person === here?.person && kind === KIND && !about).length;
  const sentences = [];
  const why = { nobody: "nobody", app: "noApp", QuotaExceededError: "noRoom" }[failed] ?? "failed";
  if (failed) sentences.push(text(notice, why, { error: failed }));
  if (count) sentences.push(text(notice, count === 1 ? "one" : "many", { count }));
  notice.hidden = !sentences.length;
  notice.textContent = sentences.join(" ");
}
