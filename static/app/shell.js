// The page that opens without a connection: draws what is on this device at the address that was asked for.
import { Drafts, waitingHere } from "../device/drafts.js";
import { here } from "../device/person.js";
import { text } from "../js/text.js";
import { address, pageAt } from "./addresses.js";
import { Copies, clearCopies } from "./copies.js";
import { edit } from "./editing.js";
import { NOTHING } from "./overview.js";
import { Pages } from "./pages.js";
import { ago, moment } from "./words.js";

const root = document.querySelector("[data-shell]");
const { language } = root.dataset;
const say = (name, values) => text(root, name, values);
// Names of cases, events and notes are not in the title: browsers keep titles in the history.
const TITLES = { case: "titleCase", event: "titleEvent", note: "titleNote", edit: "titleNote", new: "newNote" };
const part = (name) => document.querySelector(`[data-shell-${name}]`);

await open();
// Tests and measurements see by this that the page can be used.
root.dataset.ready = "";

async function open() {
  const at = pageAt(location.pathname);
  if (at?.page === "device") return device();
  if (!here || !(await here.vault.unlock().catch(() => false))) return locked();
  root.dataset.username = here.username;
  const { dataset } = document.querySelector("[data-sign-in-again]");
  for (const name of ["textSame", "textOther"]) dataset[name] = dataset[name].replaceAll("{person}", here.username);
  const copies = new Copies(here.vault);
  const drafts = new Drafts(here.vault);
  const [overview, waiting] = await Promise.all([
    copies.overview().catch(() => NOTHING),
    drafts.all().catch(() => []),
  ]);
  const notes = waiting.filter(({ kind }) => kind === "note");
  if (at?.page === "new" || at?.page === "edit") {
    await write(at, { copies, drafts, overview, notes });
    // Words for a time take this browser a while, and nobody waits for them to write.
    return (globalThis.requestIdleCallback ?? setTimeout)(() => aged(overview));
  }
  aged(overview);
  const note = at?.page === "note" ? await copies.note(at.key).catch(() => null) : null;
  const shown = JSON.parse(root.dataset.fields);
  const pages = new Pages(
    { overview, drafts: notes, note },
    { say, shown, language, username: here.username, now: Date.now() },
  );
  const drawn = at && pages.draw(at);
  return drawn ? show(drawn) : absent(at, notes);
}

function show({ title, lead, actions, content }) {
  const kind = TITLES[pageAt(location.pathname)?.page];
  document.title = `${kind ? say(kind) : title} · ${root.dataset.site}`;
  part("heading").textContent = title;
  part("lead").textContent = lead;
  part("actions").replaceChildren(...actions);
  part("content").replaceChildren(...content.filter(Boolean));
}

async function write(at, device) {
  const uuid = at.key ?? crypto.randomUUID();
  // So that reloading the page of a new note finds its text again.
  if (!at.key) history.replaceState(null, "", address.edit(uuid) + location.search);
  const title = await edit(part("content"), { uuid, say, ...device });
  if (title === null) return absent(at, device.notes);
  return show({ title, lead: say("writing"), actions: [], content: [...part("content").children] });
}

/** What was written here and waits, also for nobody: the page of this device brings its own script. */
async function device() {
  show({ title: say("device"), lead: "", actions: [], content: [] });
  part("age").textContent = say("deviceWords");
  part("device").hidden = false;
  await import("../device/this-device.js");
}

/** How old what is shown is. */
function aged({ at }) {
  const line = part("age");
  if (at === null) line.textContent = say("empty");
  else {
    const values = { time: moment(at, Date.now(), language), ago: ago(at, Date.now(), language) };
    line.textContent = say(values.ago ? "asOf" : "asOfDay", values);
  }
}

async function absent(at, notes) {
  const waits = at?.page === "note" && notes.some(({ about }) => about === at.key);
  // A note that was written here and is not on the server yet is read where it is written.
  if (waits) return location.replace(address.edit(at.key));
  show({ title: say(at ? "notHere" : "needsNetwork"), lead: "", actions: [], content: [] });
  part("content").append(Object.assign(document.createElement("p"), { textContent: say("notHereWords") }));
  return undefined;
}

/** Nobody's key is here: nothing can be read, and what could be fetched again leaves. */
async function locked() {
  const waiting = await waitingHere().catch(() => []);
  await clearCopies().catch(() => {});
  const count = waiting.length;
  show({ title: say("locked"), lead: "", actions: [part("sign-in").content.cloneNode(true)], content: [] });
  part("age").textContent = say(count === 1 ? "lockedOne" : count ? "lockedMany" : "lockedNone", { count });
}
