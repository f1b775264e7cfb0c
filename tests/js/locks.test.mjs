// A draft has one editor, and what only sends it lets go of it at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

// Node waits for open channels before it ends; a browser has no such wait.
const Channel = globalThis.BroadcastChannel;
globalThis.BroadcastChannel = class extends Channel {
  constructor(name) {
    super(name);
    this.unref();
  }
};

/** The locks of one browser, as in the Web Locks API: one holder a name, the others in the order in which they came. */
function browser() {
  const queues = new Map();
  const grant = (name) => {
    const first = queues.get(name)?.[0];
    if (!first || first.isHeld) return;
    first.isHeld = true;
    Promise.resolve(first.callback({ name })).finally(() => {
      queues.set(name, queues.get(name).filter((one) => one !== first));
      grant(name);
    });
  };
  return {
    request(name, { ifAvailable = false, signal = null }, callback) {
      const queue = queues.get(name) ?? [];
      if (ifAvailable && queue.length) return Promise.resolve(callback(null));
      return new Promise((resolve, reject) => {
        const request = { callback: async (lock) => resolve(await callback(lock)), isHeld: false };
        signal?.addEventListener("abort", () => {
          if (request.isHeld) return;
          queues.set(name, queues.get(name).filter((one) => one !== request));
          reject(signal.reason);
        });
        queues.set(name, [...queue, request]);
        setTimeout(() => grant(name));
      });
    },
  };
}

/** A tab of that browser: the module anew. */
async function tab(locks) {
  Object.defineProperty(globalThis, "navigator", { value: { locks }, configurable: true });
  return import(`../../static/device/locks.js?${Math.random()}`);
}

test("two calls at once in one tab are one owner", async () => {
  const one = await tab(browser());
  assert.deepEqual(await Promise.all([one.own("a"), one.own("a")]), [true, true]);
  assert.equal(one.holds("a"), true);
});

test("an editor of another tab is not disturbed, and one that let go is", async () => {
  const locks = browser();
  const [one, two] = [await tab(locks), await tab(locks)];
  await one.own("a");
  assert.equal(await two.own("a"), false);
  assert.equal(two.holds("a"), false);
  one.disown("a");
  assert.equal(await two.own("a"), true);
});

test("the page that was left lets go a moment later, and the next one waits for it", async () => {
  const locks = browser();
  const [left, next] = [await tab(locks), await tab(locks)];
  await left.own("a");
  const taking = next.own("a");
  await pause(300);
  left.disown("a");
  assert.equal(await taking, true);
});

for (const isSameTab of [true, false]) {
  test(`an editor gets what an outbox of ${isSameTab ? "its own" : "another"} tab sends, when that has stopped`, async () => {
    const locks = browser();
    const sending = await tab(locks);
    const editing = isSameTab ? sending : await tab(locks);
    const signal = await sending.borrow("a");
    const order = [];
    signal.addEventListener("abort", async () => {
      await pause(20);
      order.push("written");
      sending.giveBack("a");
    });
    assert.equal(await editing.own("a"), true);
    order.push("edited");
    assert.deepEqual(order, ["written", "edited"]);
    assert.equal(await sending.borrow("a"), null);
  });
}

test("an outbox takes nothing that is edited or sent, and again what was let go", async () => {
  const locks = browser();
  const [one, two] = [await tab(locks), await tab(locks)];
  await one.own("a");
  assert.deepEqual([await one.borrow("a"), await two.borrow("a")], [null, null]);
  one.disown("a");
  await pause(1);
  assert.ok(await two.borrow("a"));
  assert.equal(await one.borrow("a"), null);
  two.giveBack("a");
  await pause(1);
  assert.ok(await one.borrow("a"));
  one.giveBack("a");
});
