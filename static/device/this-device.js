// The page of this device: all it shows is read from the device, so that it works without a connection.
import { text } from "../js/text.js";
import { describe } from "./describe.js";
import { Drafts, onChange, waitingHere } from "./drafts.js";
import { exporting } from "./exporting.js";
import { filesOf } from "./file-delivery.js";
import { lines } from "./ledger.js";
import { disown, holds, own } from "./locks.js";
import { here } from "./person.js";
import { outbox } from "./start.js";
import { fileLink, isPersisted, persist } from "./storage.js";
import { tally } from "./tally.js";
import { moment } from "./waiting.js";

// A list of more is no help to anybody.
const MOST_ROWS = 200;
const page = document.querySelector("[data-this-device]");
const part = (name) => page.querySelector(`[data-${name}]`);
const say = (name, values) => text(page, name, values);
let drafts = null;

if (page) begin();

async function begin() {
  page.hidden = false;
  if (here) {
    drafts = new Drafts(here.vault);
    part("send-all").addEventListener("click", () => outbox.flush({ isAsked: true }));
    exporting({ page, part, say, here, drafts, outbox });
  }
  part("needs-person").hidden = !here;
  await keeping();
  await show();
  let timer = null;
  onChange(() => {
    clearTimeout(timer);
    timer = setTimeout(show, 300);
  });
}

async function show() {
  try {
    const everybody = await waitingHere();
    const mine = here ? await drafts.all() : [];
    const stored = here ? await lines(here.vault) : [];
    sums(everybody, mine, stored);
    waiting(mine);
    receipts(stored);
  } catch {
    part("tally").textContent = say("database");
  }
}

function sums(everybody, mine, stored) {
  if (!here) {
    part("tally").textContent = everybody.length ? say("nobody", { count: everybody.length }) : say("none");
    return;
  }
  const sum = tally(stored, mine);
  const name = sum.written === 0 ? "none" : sum.isEqual ? "all" : "notAll";
  part("tally").textContent = say(name, sum);
  part("differs").hidden = sum.mismatches === 0;
  part("differs").textContent = say("differs", { count: sum.mismatches });
  const others = everybody.filter(({ person }) => person !== here.person).length;
  part("others").hidden = others === 0;
  part("others").textContent = say("others", { count: others });
}

function made(name) {
  return part(name).content.cloneNode(true).firstElementChild;
}

function kindName(kind) {
  return ["note", "form", "file"].includes(kind) ? say(kind) : kind;
}

/** An address of this site; a file that somebody else made may hold another. */
function isOfThisSite(address) {
  return address.startsWith("/") && !address.startsWith("//");
}

function link(element, address) {
  if (address && isOfThisSite(address)) element.href = address;
  else element.removeAttribute("href");
}

function waiting(mine) {
  part("nothing-waits").hidden = mine.length > 0;
  part("sending").hidden = mine.length === 0;
  part("waiting-rows").replaceChildren(...mine.slice(0, MOST_ROWS).map(waitingRow));
  part("waiting-more").textContent = mine.length > MOST_ROWS ? say("more", { count: mine.length - MOST_ROWS }) : "";
}

function waitingRow(draft) {
  const row = made("waiting-row");
  const { name, page: address, text: written } = describe(draft);
  const shown = draft.content === null ? say("unreadable") : name || say("untitled");
  row.querySelector("[data-name]").textContent = shown;
  row.querySelector("[data-kind]").textContent = `(${kindName(draft.kind)})`;
  const since = say("since", { since: moment(draft.since) });
  row.querySelector("[data-state]").textContent = `${say(draft.needs ? "needs" : "waits")}, ${since}`;
  for (const of of row.querySelectorAll("[data-of]")) of.textContent = ` ${shown}`;
  const open = row.querySelector("[data-open]");
  link(open, address);
  open.hidden = !address;
  const save = row.querySelector("[data-save]");
  save.hidden = !written;
  save.addEventListener("click", () => saveAs(`${shown}\n\n${written}`, `${draft.kind}.txt`));
  row.querySelector("[data-discard]").addEventListener("click", () => discard(draft, shown));
  return row;
}

function receipts(stored) {
  part("nothing-stored").hidden = stored.length > 0;
  part("stored").hidden = stored.length === 0;
  part("stored-rows").replaceChildren(...stored.slice(0, MOST_ROWS).map(storedRow));
  part("stored-more").textContent = stored.length > MOST_ROWS ? say("more", { count: stored.length - MOST_ROWS }) : "";
}

function storedRow({ kind, name, page: address, version, storedAt, at, stored, equal }) {
  const row = made("stored-row");
  const open = row.querySelector("[data-open]");
  open.textContent = name || say("untitled");
  link(open, address ?? "");
  row.querySelector("[data-kind]").textContent = kindName(kind);
  row.querySelector("[data-at]").textContent = moment(Date.parse(storedAt) || at);
  row.querySelector("[data-version]").textContent = version ? say("version", { version }) : "";
  row.querySelector("[data-hash]").textContent = (stored ?? "").slice(0, 12);
  row.querySelector("[data-equal]").textContent = say(equal ? "equal" : "unequal");
  return row;
}

function saveAs(content, name) {
  const saved = fileLink(content, name, name);
  saved.click();
  setTimeout(() => URL.revokeObjectURL(saved.href), 60_000);
}

async function discard(draft, name) {
  const question = part("discard-question");
  question.querySelector("[data-name]").textContent = name;
  question.returnValue = "keep";
  question.showModal();
  await new Promise((resolve) => question.addEventListener("close", resolve, { once: true }));
  if (question.returnValue !== "discard") return;
  // Of what an editor has open that editor disposes.
  if (holds(draft.id) || !(await own(draft.id))) return;
  const removed = draft.kind === "file" && draft.content ? filesOf(drafts).remove(draft) : drafts.remove(draft.id);
  await removed.finally(() => disown(draft.id));
}

async function keeping() {
  const shown = part("persisted");
  const ask = part("persist");
  const answer = await isPersisted();
  const canAsk = Boolean(navigator.storage?.persist);
  shown.textContent = say(answer ? "keptForever" : canAsk ? "notAsked" : "cannotAsk");
  ask.hidden = Boolean(answer) || !canAsk;
  ask.addEventListener("click", async () => {
    shown.textContent = say((await persist()) ? "keptForever" : "notKept");
    ask.hidden = true;
  });
}
