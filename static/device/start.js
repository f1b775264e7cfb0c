// On every page: the key of the person who is signed in, what waits here is sent, and said until it is.
import { text } from "../js/text.js";
import { Drafts, onChange, waitingHere } from "./drafts.js";
import { sender } from "./kinds.js";
import { alone, borrow, giveBack } from "./locks.js";
import { Outbox } from "./outbox.js";
import { here } from "./person.js";
import { reporter } from "./report.js";
import { signsOut } from "./sign-out.js";
import { deviceId, dropKeys } from "./vault.js";
import { moment, standing } from "./waiting.js";

const LOOK_AGAIN = 60_000;
const SHORTLY = 1000;
// A page that was left a moment ago may still be writing, and is not there any more to say so.
const WRITTEN_BY_THEN = 5000;

/** The outbox of this page, null where nobody is known here. */
export const outbox = here && begin(here);

const line = document.querySelector("[data-waiting]");
let state = { name: "idle" };
let timer = null;

function begin({ person, session, vault }) {
  const drafts = new Drafts(vault);
  const report = reporter(here, drafts);
  const made = new Outbox({
    drafts,
    send: sender({ session, drafts }),
    borrow,
    giveBack,
    alone,
    wait: (milliseconds, callback) => {
      const waiting = setTimeout(callback, milliseconds);
      return () => clearTimeout(waiting);
    },
    show: (now) => {
      state = now;
      look();
      if (now.name === "idle" && navigator.onLine) report();
    },
  });
  // The key is asked for before it is needed, so that a connection that goes away keeps nobody from writing. A page
  // that names its person has them signed in: nobody else's key stays.
  const isNamed = Boolean(document.body.dataset.person);
  vault
    .unlock()
    .then(() => isNamed && dropKeys(person))
    .then(deviceId)
    .then((device) => session.sentFrom(device))
    .catch(() => {})
    .then(() => made.flush());
  for (const name of ["online", "focus", "pageshow"]) addEventListener(name, () => made.flush());
  document.addEventListener("visibilitychange", () => document.hidden || made.flush());
  return made;
}

/** Say how many texts wait here; at most once a second, however fast somebody types. */
function look() {
  timer ??= setTimeout(async () => {
    timer = null;
    const waiting = await waitingHere().catch(() => []);
    show(waiting);
    if (outbox && waiting.some(({ person }) => person === here.person)) outbox.poke();
  }, SHORTLY);
}

function show(waiting) {
  if (!line) return;
  const mine = here ? waiting.filter(({ person }) => person === here.person) : waiting;
  const { count, oldest, level, needs } = standing(mine, Date.now(), { isOffline: !navigator.onLine });
  line.hidden = count === 0;
  line.dataset.level = level;
  if (!count) return;
  const sentences = [text(line, count === 1 ? "one" : "many", { count, since: moment(oldest) })];
  if (!here || state.name === "sign-in") sentences.push(text(line, "signIn"));
  else if (needs) sentences.push(text(line, needs === 1 ? "needsOne" : "needsMany", { count: needs }));
  if (level === "late" || level === "overdue") sentences.push(text(line, level));
  const words = line.querySelector("[data-waiting-words]");
  if (words.textContent !== sentences.join(" ")) words.textContent = sentences.join(" ");
  line.querySelector("[data-send-now]").hidden = !outbox;
}

line?.querySelector("[data-send-now]").addEventListener("click", () => outbox?.flush({ isAsked: true }));
onChange(look);
setInterval(look, LOOK_AGAIN);
setTimeout(look, WRITTEN_BY_THEN);
addEventListener("offline", look);
look();
signsOut(waitingHere);
