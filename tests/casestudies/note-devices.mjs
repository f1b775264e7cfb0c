// Devices of fieldworkers for tests/casestudies/test_note_histories.py: the scripts of the site as they are, with a
// database in memory in the place of the browser's and the test in the place of the network. One JSON object a line:
// commands come in, requests and states go out.
import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { deliverNote, noteStore, sender, sha256 } from "../../static/casestudies/note-delivery.js";
import { NoteSync, typedOnto } from "../../static/casestudies/note-sync.js";
import { Session } from "../../static/js/session.js";

globalThis.navigator ??= {};
process.on("unhandledRejection", (error) => say({ error: error.stack }));
Object.defineProperty(crypto.subtle, "digest", {
  value: async (_name, bytes) => new Uint8Array(createHash("sha256").update(bytes).digest()),
});

const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const never = () => new Promise(() => {});
let devices = new Map();
let requests = new Map();
let asked = 0;
let unanswered = 0;
let turns = 0;
const answered = [];

globalThis.fetch = (address, { method, headers, body }) => {
  const [device, url] = address.split("|");
  asked += 1;
  unanswered += 1;
  turns = 0;
  const number = asked;
  say({ request: number, device, method, url, headers, body: body ?? null });
  return new Promise((resolve, reject) => requests.set(number, { resolve, reject }));
};

class Device {
  constructor(name, { username, number, api }) {
    Object.assign(this, { name, kept: new Map(), tabs: new Map(), serial: 0, clock: 0, isBroken: false });
    this.api = `${name}|${api}`;
    this.uuid = api;
    this.session = new Session({ url: `${name}|/my-account/session/`, person: username, number, token: "" });
    this.drafts = {
      put: async (draft) => {
        if (this.isBroken) throw new Error("quota");
        this.clock += 1;
        this.kept.set(draft.id, structuredClone({ ...draft, at: this.clock }));
      },
      remove: async (id) => void this.kept.delete(id),
    };
  }

  orphans() {
    const owned = new Set([...this.tabs.values()].map(({ id }) => id));
    return [...this.kept.values()].filter(({ id }) => !owned.has(id)).sort((a, b) => b.at - a.at);
  }

  async open(name, stored, base) {
    const found = this.orphans()[0] ?? null;
    const id = found?.id ?? `${this.name}-${(this.serial += 1)}`;
    const tab = { id, isAlive: true, dies: "", content: stored, timers: [] };
    const { drafts, uuid, api } = this;
    const store = noteStore(drafts, { id, uuid, api, found });
    const alive = (work) => (...given) => (tab.isAlive ? work(...given) : never());
    tab.sync = new NoteSync(
      {
        store: {
          get: store.get,
          put: alive(async (record) => {
            if (tab.dies === "before") return this.kill(tab);
            await store.put(record);
            return tab.dies === "after" ? this.kill(tab) : undefined;
          }),
          remove: alive(store.remove),
        },
        send: alive(sender(this.session, api)),
        hash: sha256,
        wait: (_milliseconds, callback) => {
          tab.timers.push(callback);
          return () => (tab.timers = tab.timers.filter((one) => one !== callback));
        },
        show: () => {},
        combined: (content) => (tab.content = content),
      },
      { stored, base },
    );
    this.tabs.set(name, tab);
    const waiting = await tab.sync.start();
    if (waiting) tab.content = typedOnto(tab.sync.record.content, stored, stored);
  }

  kill(tab) {
    tab.isAlive = false;
    for (const [name, one] of this.tabs) if (one === tab) this.tabs.delete(name);
    return never();
  }
}

// A tab that was to die at its next write may have died since the test looked.
const ifOpen = (work) => ({ device, tab }) => {
  const one = devices.get(device).tabs.get(tab);
  if (one) work(one, devices.get(device));
};

const commands = {
  reset: ({ all }) => {
    devices = new Map(Object.entries(all).map(([name, about]) => [name, new Device(name, about)]));
    requests = new Map();
  },
  open: ({ device, tab, stored, base }) => devices.get(device).open(tab, stored, base),
  type: ({ device, tab, text, title, dies }) => {
    const one = devices.get(device).tabs.get(tab);
    one.dies = dies;
    one.content = { ...one.content, text: one.content.text + text, ...(title ? { title } : {}) };
    one.sync.keep(one.content);
  },
  pause: ifOpen((one) => {
    one.sync.change(one.content);
    one.sync.flush();
  }),
  come_back: ifOpen(({ sync, timers }) => {
    timers.splice(0).forEach((callback) => callback());
    sync.check();
  }),
  leave: ifOpen((one, device) => {
    one.sync.keep(one.content);
    one.sync.leave();
    device.kill(one);
  }),
  crash: ifOpen((one, device) => void device.kill(one)),
  break: ({ device, isBroken }) => (devices.get(device).isBroken = isBroken),
  outbox: async ({ device }) => {
    const { drafts, session } = devices.get(device);
    for (const draft of devices.get(device).orphans().reverse()) await deliverNote(draft, { session, drafts });
  },
};

function state() {
  const tabs = [];
  for (const [device, { tabs: open }] of devices) {
    for (const [name, { sync, content }] of open) {
      const { problem, record } = sync;
      tabs.push({ device, name, text: content.text, isKept: sync.isKept, isSettled: sync.isSettled, problem, record });
    }
  }
  const kept = [...devices.values()].flatMap(({ name, kept: drafts }) =>
    [...drafts.values()].map(({ id, content }) => ({ device: name, id, record: content.record })),
  );
  return { tabs, kept };
}

/** Says how all devices stand when nothing moves any more but what the test holds back. */
async function settle() {
  for (turns = 0; turns < 8; turns += 1) {
    // The test takes its time; looking again and again would take the processor from it.
    if (unanswered > 0) await new Promise((resolve) => answered.push(resolve));
    await new Promise(setImmediate);
  }
  say({ state: state() });
}

for await (const line of createInterface({ input: process.stdin })) {
  const { answer, held, status, body, command, ...about } = JSON.parse(line);
  turns = 0;
  answered.splice(0).forEach((resolve) => resolve());
  if (held) unanswered -= 1;
  else if (answer) {
    const { resolve, reject } = requests.get(answer) ?? { resolve: () => {}, reject: () => {} };
    requests.delete(answer);
    if (!about.late) unanswered -= 1;
    if (status === 0) reject(new TypeError("no network"));
    else resolve(new Response(status === 204 ? null : body, { status }));
    if (about.late) settle();
  } else {
    Promise.resolve().then(() => commands[command](about)).catch((error) => say({ error: error.stack }));
    settle();
  }
}
