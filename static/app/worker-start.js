// What the service worker of this site is made of; /sw.js calls it with what its version consists of.
import { waitingHere } from "../device/drafts.js";
import { personHere } from "../device/vault.js";
import { isShared, share } from "./share.js";
import { begin } from "./worker.js";

const device = {
  isIdle: async () => (await waitingHere().catch(() => [])).length === 0,
  isSomebodyHere: async () => (await personHere().catch(() => null)) !== null,
};

export function start(worker, own) {
  begin(worker, own, device);
  worker.addEventListener("fetch", (event) => {
    if (isShared(event.request)) event.respondWith(share(event.request));
  });
}
