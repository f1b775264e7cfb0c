// Every page of somebody who does fieldwork starts the service worker, offers a new version of the app and keeps what
// the person can read on this device up to date. On the pages of others: removes what an earlier role left here.
import { onChange, waitingHere } from "../device/drafts.js";
import { alone } from "../device/locks.js";
import { here } from "../device/person.js";
import { Copies, clearCopies } from "./copies.js";
import { fill, isDue } from "./filling.js";

const { appWorker, person } = document.body.dataset;

if (appWorker && person && here) {
  // After the page itself: on a slow line nothing may come before what the person asked for.
  if (document.readyState === "complete") setTimeout(begin);
  else addEventListener("load", () => setTimeout(begin), { once: true });
}

if (person && !appWorker) clearCopies().catch(() => {});

function begin() {
  (globalThis.requestIdleCallback ?? setTimeout)(async () => {
    await Promise.all([start().catch(() => null), copy().catch(() => null)]);
  });
}

/** Where it cannot be started (no secure connection, storage refused) the site works as it does without it. */
async function start() {
  if (!navigator.serviceWorker) return;
  const registration = await navigator.serviceWorker.register(appWorker, { type: "module", scope: "/" });
  const look = () => registration.waiting && offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  look();
}

async function offer(waiting) {
  const unsent = await waitingHere().catch(() => []);
  if (unsent.length === 0) return waiting.postMessage("update");
  const bar = document.querySelector("[data-app-update]");
  bar.hidden = false;
  bar.querySelector("button").addEventListener("click", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    waiting.postMessage("update");
  });
  // What waited was sent: nothing holds the new version any more.
  const stop = onChange(async () => {
    if ((await waitingHere().catch(() => [])).length > 0) return;
    stop();
    bar.hidden = true;
    waiting.postMessage("update");
  });
}

async function copy() {
  const copies = new Copies(here.vault);
  const isToday = location.pathname === "/today/";
  if (!(await here.vault.unlock())) return;
  await alone("copies", async () => {
    if (!isToday && !isDue(await copies.overview(), Date.now())) return;
    await fill({ get: (url) => here.session.send("GET", url), copies, username: here.username, now: Date.now });
  });
}
