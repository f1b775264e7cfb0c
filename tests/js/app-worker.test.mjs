// The service worker: what it keeps, when it shows the shell, and when a new version takes over.
import assert from "node:assert/strict";
import test, { beforeEach } from "node:test";
import { begin } from "../../static/app/worker.js";

const OWN = { version: "two", shell: "/app/", assets: ["/static/app/shell.0123456789ab.js", "/static/plain.css"] };
const page = (text, more = {}) => ({ ok: true, status: 200, redirected: false, text: async () => text, clone() { return this; }, ...more });

let stores, online, answers, asked, worker, device;

beforeEach(() => {
  stores = new Map();
  asked = [];
  online = true;
  answers = { "/app/": page("<div data-shell>"), default: page("x") };
  globalThis.caches = {
    open: async (name) => {
      if (!stores.has(name)) stores.set(name, new Map());
      const store = stores.get(name);
      return { put: async (key, value) => store.set(key, value), match: async (key) => store.get(key) };
    },
    match: async (key) => [...stores.values()].find((store) => store.has(key))?.get(key),
    keys: async () => [...stores.keys()],
    delete: async (name) => stores.delete(name),
  };
  globalThis.fetch = async (request, options) => {
    const path = typeof request === "string" ? request : new URL(request.url).pathname;
    asked.push([path, options]);
    if (!online) throw new TypeError("no network");
    const answer = answers[path] ?? answers.default;
    return typeof answer === "function" ? answer() : answer;
  };
  worker = new Worker();
  device = { idle: true, somebody: false };
  beginWith(OWN.assets);
});

function beginWith(assets) {
  const own = { ...OWN, assets };
  begin(worker, own, { isIdle: async () => device.idle, isSomebodyHere: async () => device.somebody });
}

class Worker {
  location = { origin: "https://site.example" };
  navigator = { userAgent: "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36" };
  preload = null;
  registration = {
    navigationPreload: { enable: async () => void (this.preload = true), disable: async () => void (this.preload = false) },
  };
  skipped = 0;
  clients = { claim: async () => {} };
  #listeners = {};
  addEventListener(name, listener) {
    this.#listeners[name] = listener;
  }
  skipWaiting() {
    this.skipped += 1;
  }
  async send(name, event = {}) {
    let work = null;
    const pending = [];
    const full = { waitUntil: (promise) => pending.push(promise), respondWith: (promise) => (work = promise), ...event };
    this.#listeners[name](full);
    if (name !== "fetch") await Promise.all(pending);
    return work;
  }
  go(path, more = {}) {
    const request = { method: "GET", mode: "navigate", cache: "default", url: `https://site.example${path}`, ...more };
    return this.send("fetch", { request });
  }
}

test("installing keeps the shell, asked for without cookies, and the files it needs", async () => {
  await worker.send("install");
  assert.deepEqual([...stores.get("lipse-app-two").keys()].sort(), ["/app/", ...OWN.assets].sort());
  assert.ok(asked.every(([, { credentials }]) => credentials === "omit"));
  assert.equal(worker.skipped, 1, "nothing waits on this device, so the new version begins at once");
});

const API_ROUTE = { condition: { urlPattern: "/api/*" }, source: "network" };

test("what goes to the API goes past the worker, where the browser can do that", async () => {
  const routes = [];
  await worker.send("install", { addRoutes: (route) => routes.push(route) });
  assert.deepEqual(routes, [API_ROUTE], "a file without a hash comes from the server where it answers");
});

test("files with a hash come from the cache without the worker, where the browser can do that", async () => {
  const routes = [];
  beginWith(OWN.assets.slice(0, 1));
  await worker.send("install", { addRoutes: (route) => routes.push(route) });
  const source = { cacheName: "lipse-app-two" };
  assert.deepEqual(routes, [API_ROUTE, { condition: { urlPattern: "/static/*" }, source }]);
});

test("a browser that does not know such a route installs the app without it", async () => {
  beginWith(OWN.assets.slice(0, 1));
  const addRoutes = async ({ source }) => {
    if (source !== "network") throw new TypeError("no such source");
  };
  await worker.send("install", { addRoutes });
  assert.ok(stores.get("lipse-app-two").has("/app/"));
});

test("a file with a hash that an older version kept is not fetched again", async () => {
  stores.set("lipse-app-one", new Map([[OWN.assets[0], page("old")]]));
  await worker.send("install");
  assert.deepEqual(asked.map(([path]) => path).sort(), ["/app/", "/static/plain.css"]);
});

for (const [name, path, answer] of [
  ["a file that is not there", OWN.assets[1], page("", { ok: false, status: 404 })],
  ["a page of the network that asks to sign in", "/app/", page("<form>Hotel Wi-Fi</form>")],
  ["a shell that was redirected", "/app/", page("<div data-shell>", { redirected: true })],
]) {
  test(`${name} fails the installation and leaves the older version in place`, async () => {
    stores.set("lipse-app-one", new Map());
    answers[path] = answer;
    await assert.rejects(worker.send("install"));
    assert.deepEqual([...stores.keys()], ["lipse-app-one"]);
    assert.equal(worker.skipped, 0);
  });
}

test("beginning removes older caches of the app and no others", async () => {
  for (const name of ["lipse-app-one", "lipse-app-two", "other"]) stores.set(name, new Map());
  await worker.send("activate");
  assert.deepEqual([...stores.keys()], ["lipse-app-two", "other"]);
});

for (const [name, userAgent, wanted] of [
  ["Firefox", "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Gecko/20100101 Firefox/153.0", false],
  ["Firefox on a phone", "Mozilla/5.0 (Android 15; Mobile; rv:153.0) Gecko/153.0 Firefox/153.0", false],
  ["Safari", "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15", true],
]) {
  test(`a page is asked for before the worker has started, or not, in ${name}`, async () => {
    worker.navigator = { userAgent };
    await worker.send("activate");
    assert.equal(worker.preload, wanted);
  });
}

test("a page comes from the server and is not kept", async () => {
  await worker.send("install");
  answers["/today/"] = page("Fay's day");
  assert.equal(await (await worker.go("/today/")).text(), "Fay's day");
  assert.equal(stores.get("lipse-app-two").has("/today/"), false);
});

test("without a network every page is the shell", async () => {
  await worker.send("install");
  online = false;
  for (const path of ["/today/", "/rounds/3/", "/field-notes/new/"]) {
    assert.equal(await (await worker.go(path)).text(), "<div data-shell>", path);
  }
});

test("what is no page of the site is left to the browser", async () => {
  for (const [path, more] of [
    ["/api/v1/events/", {}],
    ["/records.csv", {}],
    ["/today/", { method: "POST" }],
    ["/today/", { mode: "cors" }],
    ["/today/", { url: "https://elsewhere.example/today/" }],
  ]) {
    assert.equal(await worker.go(path, more), null, path);
  }
});

test("a refusal of the site is shown; where nobody's key is here a proxy's is too", async () => {
  await worker.send("install");
  for (const status of [403, 404, 500, 502]) {
    answers["/today/"] = page(`status ${status}`, { ok: false, status });
    assert.equal((await worker.go("/today/")).status, status);
  }
});

test("who has a key here sees the device's page when a proxy says that the site does not run", async () => {
  await worker.send("install");
  device.somebody = true;
  for (const status of [502, 503, 504]) {
    answers.default = page("", { ok: false, status });
    assert.equal(await (await worker.go("/today/")).text(), "<div data-shell>");
    assert.equal((await worker.go("/rounds/3/")).status, status, "a page that the device does not have");
  }
});

test("who has a key here waits three seconds for a slow server, and for a list as long as it takes", async () => {
  await worker.send("install");
  device.somebody = true;
  answers.default = () => new Promise((resolve) => setTimeout(resolve, 3300, page("late")));
  const both = await Promise.all([worker.go("/today/"), worker.go("/case-studies/"), worker.go("/today/", { cache: "no-cache" })]);
  assert.deepEqual(await Promise.all(both.map((one) => one.text())), ["<div data-shell>", "late", "late"]);
});

test("a new version waits while something on this device is unsent", async () => {
  device.idle = false;
  await worker.send("install");
  assert.equal(worker.skipped, 0);
});

test("who has nothing on this device waits for a slow server", async () => {
  await worker.send("install");
  answers["/today/"] = () => new Promise((resolve) => setTimeout(resolve, 3300, page("late")));
  assert.equal(await (await worker.go("/today/")).text(), "late");
});

test("hashed files come from what is kept, others from the server while it answers", async () => {
  await worker.send("install");
  answers["/static/plain.css"] = page("new");
  const file = (path) => worker.go(path, { mode: "no-cors" });
  asked.length = 0;
  assert.equal(await (await file(OWN.assets[0])).text(), "x");
  assert.equal(asked.length, 0);
  assert.equal(await (await file("/static/plain.css")).text(), "new");
  online = false;
  assert.equal(await (await file("/static/plain.css")).text(), "x");
});

test("a waiting version begins when it is asked to", async () => {
  await worker.send("message", { data: "other" });
  await worker.send("message", { data: "update" });
  assert.equal(worker.skipped, 1);
});
