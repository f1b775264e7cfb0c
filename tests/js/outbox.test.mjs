// What waits on a device is sent once, in order, by one tab, and longer and longer pauses lie between attempts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inOrder, Outbox } from "../../static/device/outbox.js";

const draft = (id, more = {}) => ({ id, kind: "note", about: id, since: Number(id), at: 1, content: { text: id }, ...more });

/** A device: its drafts, which of them other tabs hold, and what the server answers, by draft. */
function device(drafts, { answers = {}, held = new Set(), isAlone = true, clock = 1000 } = {}) {
  const seen = { sent: [], states: [], waits: [], owned: new Set(), most: 0 };
  const kept = new Map(drafts.map((one) => [one.id, one]));
  let under = 0;
  const stop = new AbortController();
  const box = new Outbox({
    drafts: {
      list: async () => [...kept.values()].map((one) => ({ ...one, content: undefined })),
      get: async (id) => kept.get(id) ?? null,
      remove: async (id) => void kept.delete(id),
      mark: async (id, needs) => void kept.set(id, { ...kept.get(id), needs }),
    },
    send: async (one, signal) => {
      seen.sent.push(one.id);
      seen.most = Math.max(seen.most, (under += 1));
      await new Promise((resolve) => setTimeout(resolve));
      under -= 1;
      const answer = answers[one.id];
      if (answer === "wanted") stop.abort();
      if (signal.aborted) return "later";
      const now = Array.isArray(answer) ? answer.shift() : answer;
      if (now instanceof Error) throw now;
      return now ?? "done";
    },
    borrow: async (id) => !held.has(id) && seen.owned.add(id) && stop.signal,
    giveBack: (id) => seen.owned.delete(id),
    alone: async (_, work) => {
      if (isAlone) await work();
      return isAlone;
    },
    wait: (milliseconds, callback) => {
      seen.waits.push({ milliseconds, callback });
      return () => {};
    },
    now: () => clock,
    show: (state) => seen.states.push(state),
  });
  return { box, seen, kept, held };
}

test("notes go before forms and forms before files, the oldest first", () => {
  const mixed = [draft("3", { kind: "file" }), draft("2", { kind: "form" }), draft("4"), draft("1")];
  assert.deepEqual(inOrder(mixed).filter((things) => things.length).map((things) => things.flat().map(({ id }) => id)), [["1", "4"], ["2"], ["3"]]);
});

test("what waits is sent and leaves the device", async () => {
  const { box, seen, kept } = device([draft("2"), draft("1")]);
  await box.flush();
  assert.deepEqual(seen.sent, ["1", "2"]);
  assert.equal(kept.size, 0);
  assert.deepEqual(seen.states.at(-1), { name: "idle", sent: 2 });
  assert.equal(seen.waits.length, 0);
});

test("edits of one thing go one after another, and the next waits for the one before", async () => {
  const { box, seen } = device([draft("1", { about: "x" }), draft("2", { about: "x" })], { answers: { 1: "later" } });
  await box.flush();
  assert.deepEqual(seen.sent, ["1"]);
});

test("500 notes go four at a time", async () => {
  const { box, seen, kept } = device(Array.from({ length: 500 }, (_, number) => draft(String(number + 1))));
  await box.flush();
  assert.equal(new Set(seen.sent).size, 500);
  assert.equal(seen.sent.length, 500);
  assert.equal(seen.most, 4);
  assert.equal(kept.size, 0);
});

test("what an open editor holds is left to it and looked at again", async () => {
  const { box, seen, kept, held } = device([draft("1"), draft("2")], { held: new Set(["1"]) });
  await box.flush();
  assert.deepEqual(seen.sent, ["2"]);
  assert.equal(seen.waits.length, 1);
  held.delete("1");
  await seen.waits[0].callback();
  await box.flush();
  assert.equal(kept.size, 0);
  assert.equal(seen.owned.size, 0);
});

test("without an answer pauses double from one second to five minutes, and an answer ends them", async () => {
  const { box, seen } = device([draft("1")], { answers: { 1: [...Array(10).fill("later"), "done"] } });
  for (let attempt = 0; attempt < 11; attempt += 1) await box.flush();
  const waits = seen.waits.map(({ milliseconds }) => milliseconds);
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16000, 32000, 64000, 128000, 256000, 300000]);
  assert.equal(seen.states.at(-1).name, "idle");
});

test("three sendings in a row without an answer end the attempt: the network is away", async () => {
  const many = Array.from({ length: 40 }, (_, number) => draft(String(number + 1)));
  const { box, seen } = device(many, { answers: Object.fromEntries(many.map(({ id }) => [id, "later"])) });
  await box.flush();
  assert.ok(seen.sent.length <= 6);
  assert.equal(seen.states.at(-1).name, "waiting");
});

test("one that the server cannot answer keeps nothing else from being sent", async () => {
  const { box, seen, kept } = device([draft("1"), draft("2"), draft("3")], { answers: { 1: new Error("broken") } });
  await box.flush();
  assert.deepEqual(seen.sent, ["1", "2", "3"]);
  assert.deepEqual([...kept.keys()], ["1"]);
  assert.equal(seen.owned.size, 0);
});

test("nothing more is sent once the server has said that somebody else is signed in", async () => {
  const many = Array.from({ length: 20 }, (_, number) => draft(String(number + 1)));
  const { box, seen, kept } = device(many, { answers: Object.fromEntries(many.map(({ id }) => [id, "sign-in"])) });
  await box.flush();
  assert.ok(seen.sent.length <= 4);
  assert.equal(kept.size, 20);
  assert.equal(seen.states.at(-1).name, "sign-in");
});

for (const [answer, minutes] of [["needs-person", 10], ["undecided", 1]]) test(`${answer} is asked about again after ${minutes} minutes, or when the person asks`, async () => {
  const { box, seen, kept } = device([draft("1")], { answers: { 1: [answer, answer, "done"] } });
  await box.flush();
  await box.flush();
  assert.deepEqual(seen.sent, ["1"]);
  assert.deepEqual(kept.get("1").needs, { at: 1000, wait: minutes * 60_000 });
  await box.flush({ isAsked: true });
  assert.deepEqual(seen.sent, ["1", "1"]);
  box.now = () => 1000 + minutes * 60_000;
  await box.flush();
  assert.equal(kept.size, 1);
  box.now = () => 1001 + minutes * 60_000;
  await box.flush();
  assert.equal(kept.size, 0);
});

test("a text that was encrypted with another key is not sent and not thrown away", async () => {
  const { box, seen, kept } = device([draft("1", { content: null })]);
  await box.flush();
  assert.deepEqual(seen.sent, []);
  assert.equal(kept.size, 1);
});

test("what was typed on while it was sent stays", async () => {
  const { box, kept } = device([draft("1")]);
  box.send = async () => {
    kept.set("1", draft("1", { at: 2 }));
    return "done";
  };
  await box.flush();
  assert.equal(kept.get("1").at, 2);
});

test("while another tab sends, this one waits for its end", async () => {
  const { box, seen } = device([draft("1")], { isAlone: false });
  await box.flush();
  assert.deepEqual(seen.sent, []);
  assert.equal(seen.states.at(-1).name, "elsewhere");
  assert.equal(seen.waits.length, 1);
});

test("a database that does not answer is asked again", async () => {
  const { box, seen } = device([draft("1")]);
  box.drafts.list = () => Promise.reject(new Error("timeout"));
  await box.flush();
  assert.equal(seen.states.at(-1).name, "waiting");
  assert.equal(seen.waits[0].milliseconds, 1000);
});

test("what an editor wants while it is sent is left to it, and is no failure of the network", async () => {
  const { box, seen, kept } = device([draft("1")], { answers: { 1: "wanted" } });
  await box.flush();
  assert.equal(kept.size, 1);
  assert.equal(seen.owned.size, 0);
  assert.deepEqual(seen.states.at(-1), { name: "idle", sent: 0 });
  assert.equal(seen.waits.length, 1);
});
