// Every page of somebody who does fieldwork starts the service worker, offers a new version of the app and keeps what
// the person can read on this device up to date. On the pages of others: removes what an earlier role left here.
import { onChange, waitingHere } from "../device/drafts.js";
import { here } from "../device/person.js";

const { appWorker, person } = document.body.dataset;

if (appWorker && person && here) {
  // After the page itself: on a slow line nothing may come before what the person asked for.
  if (document.readyState === "complete") setTimeout(begin);
  else addEventListener("load", () => setTimeout(begin), { once: true });
}

// A module that is fetched when it is needed keeps nobody from typing.
if (person && !appWorker) import("./copies.js").then(({ clearCopies }) => clearCopies()).catch(() => {});

function begin() {
  (globalThis.requestIdleCallback ?? setTimeout)(async () => {
    const copies = import("./copying.js").then(({ copy }) => copy());
    await Promise.all([start().catch(() => null), copies.catch(() => null)]);
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
