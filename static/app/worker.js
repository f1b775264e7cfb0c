// The service worker of this site. It keeps one page without a name in it, the shell, and the hashed files that page
// needs; never a page of somebody who is signed in, never an answer of the API. A page comes from the server; where that
// does not answer, the shell comes in its place and draws what is on this device. Knows no database.
import { isHurried, isPage } from "./addresses.js";

const CACHES = "lipse-app-";
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
// Milliseconds that a page of this device waits for the server. Who reloads asks for the server's page and waits longer.
const HURRY = 3000;
const RELOAD = 15000;
// What a proxy answers while the site is not running.
const NO_SITE = new Set([502, 503, 504]);
const LATE = Symbol("late");

/**
 * `own`: {version, shell, assets} of this version: a text, the address of the shell, the addresses of its files.
 * `device`: {isIdle, isSomebodyHere}, async: whether nothing waits to be sent, whether somebody's key is here.
 */
export function begin(worker, own, device) {
  const name = CACHES + own.version;
  const files = new Set(own.assets);

  worker.addEventListener("install", (event) => {
    // What is sent while a page is left must not depend on a worker that ends with it.
    event.addRoutes?.({ condition: { urlPattern: "/api/*" }, source: "network" });
    // Hashed files come from the cache without asking the worker for each, in browsers that know such a route.
    if (own.assets.every((address) => HASHED.test(address))) {
      const route = { condition: { urlPattern: "/static/*" }, source: { cacheName: name } };
      Promise.resolve(event.addRoutes?.(route)).catch(() => {});
    }
    event.waitUntil(install());
  });
  worker.addEventListener("activate", (event) => event.waitUntil(activate()));
  worker.addEventListener("message", (event) => event.data === "update" && worker.skipWaiting());
  worker.addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== worker.location.origin) return;
    if (files.has(pathname)) event.respondWith(file(request));
    else if (request.mode === "navigate" && isPage(pathname)) event.respondWith(page(event, pathname));
  });

  async function install() {
    try {
      const cache = await caches.open(name);
      await Promise.all([keepShell(cache), ...own.assets.map((address) => keep(cache, address))]);
    } catch (error) {
      await caches.delete(name);
      throw error;
    }
    // Otherwise this version waits: for what is unsent, for somebody who presses Update, or until no tab is open.
    if (await device.isIdle()) await worker.skipWaiting();
  }

  async function keep(cache, address) {
    const isHashed = HASHED.test(address);
    const kept = isHashed ? await caches.match(address) : null;
    const answer = kept ?? (await fetch(address, { credentials: "omit", cache: isHashed ? "default" : "no-cache" }));
    if (!answer.ok || answer.redirected) throw new Error(`${answer.status} ${address}`);
    await cache.put(address, answer);
  }

  async function keepShell(cache) {
    // Without cookies: nobody is signed in to what is kept.
    const answer = await fetch(own.shell, { credentials: "omit", cache: "no-cache" });
    // A network that asks for a password of its own answers everything with its page.
    const isOurs = answer.ok && !answer.redirected && (await answer.clone().text()).includes("data-shell");
    if (!isOurs) throw new Error(`${answer.status} ${own.shell}`);
    await cache.put(own.shell, answer);
  }

  async function activate() {
    const old = (await caches.keys()).filter((one) => one.startsWith(CACHES) && one !== name);
    await Promise.all(old.map((one) => caches.delete(one)));
    await preload(worker);
    await worker.clients.claim();
  }

  async function kept(address) {
    return (await caches.open(name)).match(address);
  }

  /** Hashed files never change. Others, of a site in debug mode, come from the server where it answers. */
  async function file(request) {
    const path = new URL(request.url).pathname;
    if (HASHED.test(path)) return (await kept(path)) ?? fetch(request);
    return fetch(request).catch(async (error) => (await kept(path)) ?? Promise.reject(error));
  }

  async function page(event, path) {
    const network = answered(event);
    event.waitUntil(network);
    const isReload = ["reload", "no-cache"].includes(event.request.cache);
    const first = isHurried(path) ? await Promise.race([network, late(isReload ? RELOAD : HURRY)]) : await network;
    const isServed = first !== LATE && first !== null && !(isHurried(path) && NO_SITE.has(first.status));
    if (isServed) return first;
    // Who has nothing on this device waits for the server, or is told that it does not answer.
    const answer = first === null || (await device.isSomebodyHere()) ? null : await network;
    return answer ?? (await kept(own.shell)) ?? (await network) ?? Response.error();
  }
}

/**
 * Preloading asks the server while the worker starts. Gecko ends a page whose preload fails, whatever the worker answers
 * with; there it is turned off, also where an older version of this worker turned it on.
 */
async function preload({ navigator, registration }) {
  const { navigationPreload } = registration;
  const isGecko = /\bGecko\/\d/.test(navigator.userAgent);
  await (isGecko ? navigationPreload?.disable() : navigationPreload?.enable());
}

async function answered(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return null;
  }
}

function late(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds, LATE));
}
