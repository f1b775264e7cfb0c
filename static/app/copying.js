// Keeps what the person can read on this device up to date.
import { alone } from "../device/locks.js";
import { here } from "../device/person.js";
import { Copies } from "./copies.js";
import { fill, isDue } from "./filling.js";

/** Fetch what has changed, if the last time was long enough ago and no other tab does it. */
export async function copy() {
  const copies = new Copies(here.vault);
  const isToday = location.pathname === "/today/";
  if (!(await here.vault.unlock())) return;
  await alone("copies", async () => {
    if (!isToday && !isDue(await copies.overview(), Date.now())) return;
    await fill({ get: (url) => here.session.send("GET", url), copies, username: here.username, now: Date.now });
  });
}
