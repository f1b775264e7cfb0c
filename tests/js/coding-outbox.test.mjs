// What a coder did reaches the server once and in order, whatever the network and the server do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Outbox } from "../../static/coding/outbox.js";
import { replayed, Work } from "../../static/coding/work.js";

const unit = { assignment: 7, version: 0, title: "Letter", page: "/assignments/7/", active: 3 };
const problem = (code, more = {}) => ({ type: `urn:lipse:problem:${code}`, detail: code, ...more });

function outbox(answers, kept = []) {
  const seen = { sent: [], stored: [], refused: [], held: [], waits: [], kept: new Map(kept.map((r) => [r.assignment, r])) };
  const box = new Outbox(
    {
      store: {
        all: async () => [...seen.kept.values()],
        put: async (record) => void seen.kept.set(record.assignment, structuredClone(record)),
        remove: async ([, assignment]) => void seen.kept.delete(assignment),
      },
      send: async (assignment, body) => {
        seen.sent.push({ assignment, ...structuredClone(body) });
        return answers.shift() ?? { status: 0, body: null };
      },
      wait: (milliseconds, callback) => {
        seen.waits.push({ milliseconds, callback });
        return () => {};
      },
      on: {
        stored: (record, state, sent) => seen.stored.push(sent),
        refused: (record, dropped) => seen.refused.push(dropped),
        held: (record, said) => seen.held.push(said),
        changed: () => {},
      },
    },
    "cody",
  );
  return { box, seen };
}

const state = (version) => ({ status: 200, body: { version, codings: [], memo: "", is_flagged: false } });
const apply = (uuid) => ({ apply: { uuid, code: 1, start: 0, end: 3 } });

test("without an answer changes stay on this device, are waited for longer and longer, and go in order", async () => {
  const { box, seen } = outbox([{ status: 0 }, { status: 503 }, state(2)]);
  await box.change(unit, apply("a"));
  await box.change(unit, { retract: "a" });
  assert.equal(box.waiting, 2);
  assert.equal(seen.kept.get(7).changes.length, 2);
  assert.deepEqual(seen.waits.map((w) => w.milliseconds), [1000, 2000]);
  await seen.waits[1].callback();
  assert.deepEqual(seen.sent[2].changes, [apply("a"), { retract: "a" }]);
  assert.equal(seen.sent[2].person, "cody");
  assert.equal(box.waiting, 0);
  assert.equal(seen.kept.size, 0);
});

test("what waits from an earlier visit is sent, and never what another person left", async () => {
  const left = { ...unit, changes: [apply("a")], outcome: null, held: null, since: 1, sending: 1 };
  const { box, seen } = outbox([state(1)], [
    { ...left, person: "cody" },
    { ...left, person: "bob", assignment: 8 },
  ]);
  await box.start();
  await box.flush();
  assert.deepEqual(seen.sent.map((body) => body.assignment), [7]);
  assert.deepEqual([...seen.kept.keys()], [8]);
});

test("an outcome goes after the changes, with the version that the server named", async () => {
  const { box, seen } = outbox([state(1), state(1)]);
  const changed = box.change(unit, apply("a"));
  box.finish(unit, "coded");
  await changed;
  await box.flush();
  assert.deepEqual(seen.sent.map((body) => [body.changes?.length, body.outcome, body.version]), [
    [1, undefined, undefined],
    [undefined, "coded", 1],
  ]);
  assert.equal(seen.stored.at(-1).outcome, "coded");
});

test("a submit after which the unit turns out to be newer than what was sent is held until the person decides", async () => {
  const { box, seen } = outbox([state(4), state(4)]);
  const changed = box.change(unit, apply("a"));
  box.finish(unit, "coded");
  await changed;
  await box.flush();
  assert.equal(seen.sent.length, 1);
  assert.equal(seen.held[0].type, "changed_elsewhere");
  await box.release(7, seen.held[0].current);
  assert.equal(seen.sent[1].version, 4);
});

test("of several changes only the wrong one is dropped", async () => {
  const no = { status: 400, body: problem("bad_passage") };
  const { box, seen } = outbox([{ status: 0 }, no, state(1), no, state(2)]);
  await box.change(unit, apply("a"));
  box.change(unit, apply("b"));
  await box.change(unit, apply("c"));
  await box.flush();
  assert.deepEqual(seen.refused, [apply("b")]);
  assert.equal(box.waiting, 0);
});

test("what was coded by one person waits while another is signed in", async () => {
  const { box, seen } = outbox([{ status: 409, body: problem("other_person") }, { status: 401, body: null }, state(1)]);
  await box.change(unit, apply("a"));
  assert.equal(box.reason, "sign-in");
  await box.flush();
  assert.equal(box.waiting, 1);
  await box.flush();
  assert.equal(box.waiting, 0);
  assert.deepEqual(seen.held, []);
});

test("a memo typed while one waits takes its place", async () => {
  const { box, seen } = outbox([{ status: 0 }, { status: 0 }]);
  await box.change(unit, { memo: { now: "a", was: "" } });
  await box.change(unit, { memo: { now: "ab", was: "" } });
  assert.deepEqual(seen.kept.get(7).changes, [{ memo: { now: "ab", was: "" } }]);
});

test("each memo names the one before it, also while that one is on its way", () => {
  const sent = [];
  const work = new Work({ on: {}, send: (change) => sent.push(change) });
  work.begin({ version: 0, codings: [], memo: "", is_flagged: false }, []);
  work.write("a");
  work.write("ab");
  assert.deepEqual(sent.map(({ memo }) => [memo.was, memo.now]), [["", "a"], ["a", "ab"]]);
  work.adopt({ version: 1, codings: [], memo: "a", is_flagged: false }, [sent[1]]);
  work.write("abc");
  assert.equal(sent[2].memo.was, "ab");
});

test("what waits is shown on top of what the server has", () => {
  const stored = { codings: [{ uuid: "a", code: 1, start: 0, end: 3, memo: "" }], memo: "", is_flagged: false };
  const now = replayed(stored, [apply("b"), { retract: "a" }, { memo: { now: "x", was: "" } }, { is_flagged: true }]);
  assert.deepEqual(now.codings.map((c) => c.uuid), ["b"]);
  assert.deepEqual([now.memo, now.is_flagged], ["x", true]);
});

test("undo restores exactly what was there, for generated steps", () => {
  let seed = 3;
  const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  const sent = [];
  const work = new Work({ on: { added: () => {}, removed: () => {} }, send: (change) => sent.push(change) });
  const begun = { version: 0, codings: [], memo: "", is_flagged: false };
  work.begin({ ...begun }, []);
  const shown = () => JSON.stringify(work.codings.map((c) => [c.code, c.start, c.end]).sort());
  const states = [shown()];
  for (let i = 0; i < 60; i += 1) {
    const place = { start: random(4), end: 5 + random(4) };
    const code = random(3);
    const found = work.find(code, place);
    if (found) work.retract(found);
    else work.apply(code, place);
    states.push(shown());
  }
  for (const expected of states.slice(0, -1).reverse()) {
    work.step("undo");
    assert.equal(shown(), expected);
  }
  for (const expected of states.slice(1)) {
    work.step("redo");
    assert.equal(shown(), expected);
  }
  assert.equal(JSON.stringify(replayed(begun, sent).codings.map((c) => [c.code, c.start, c.end]).sort()), shown());
});

const { KeptWork } = await import("../../static/coding/kept-work.js");
const { deliverCoding } = await import("../../static/coding/coding-delivery.js");

function device() {
  const rows = new Map();
  const held = new Map();
  const drafts = {
    list: async () => [...rows.values()],
    get: async (id) => structuredClone(rows.get(id) ?? null),
    put: async (draft) => void rows.set(draft.id, structuredClone({ person: "1", ...draft })),
    remove: async (id) => void rows.delete(id),
  };
  const tab = (name) => ({
    own: async (id) => [undefined, name].includes(held.get(id)) && held.set(id, name) && true,
    disown: (id) => held.delete(id),
  });
  const open = (name) => new KeptWork({ drafts, locks: tab(name), api: "/api/work/", person: "cody" });
  return { rows, drafts, open, kill: (name) => held.forEach((owner, id) => owner === name && held.delete(id)) };
}

const record = (changes, more = {}) => ({ ...unit, person: "cody", changes, outcome: null, since: 1, ...more });

test("two tabs of one unit keep two drafts, and what both left is joined in the order of the tabs", async () => {
  const { rows, open, kill } = device();
  await open("one").put(record([apply("a")], { since: 1 }));
  const second = open("two");
  assert.deepEqual(await second.all(), []);
  await second.put(record([apply("b")], { since: 2, outcome: "coded" }));
  assert.equal(rows.size, 2);
  kill("one");
  kill("two");
  const [joined] = await open("three").all();
  assert.deepEqual(joined.changes, [apply("a"), apply("b")]);
  assert.equal(joined.outcome, "coded");
  assert.equal(rows.size, 1);
});

test("what is stored leaves the device, and the draft is free", async () => {
  const { rows, open } = device();
  const work = open("one");
  await work.put(record([apply("a")]));
  await work.remove(["cody", 7]);
  assert.equal(rows.size, 0);
});

async function deliver(answers, changes = [apply("a"), { retract: "b" }]) {
  const { rows, drafts } = device();
  const draft = { id: "orphan", kind: "coding", about: unit.page, since: 1, content: { record: record(changes), api: "/api/work/", person: "cody" } };
  await drafts.put(draft);
  const sent = [];
  const session = { send: async (_method, url, body) => (sent.push({ url, ...structuredClone(body) }), answers.shift() ?? { status: 0, body: null }) };
  return { outcome: await deliverCoding(await drafts.get("orphan"), { session, drafts }), sent, left: rows.get("orphan").content.record };
}

test("work of a page that was closed is sent from any page, once and in order", async () => {
  const { outcome, sent } = await deliver([state(2)]);
  assert.equal(outcome, "done");
  assert.deepEqual(sent.map(({ url, changes, person }) => [url, changes.length, person]), [["/api/work/7/changes/", 2, "cody"]]);
});

test("work that gets no answer, or nobody's session, waits as it is", async () => {
  const { outcome, left } = await deliver([]);
  assert.deepEqual([outcome, left.changes], ["later", [apply("a"), { retract: "b" }]]);
  assert.equal((await deliver([{ status: 401, body: null }])).outcome, "sign-in");
});

test("work that was refused stays for the person to read why", async () => {
  const gone = { status: 400, body: problem("no_code") };
  const { outcome, left } = await deliver([gone, gone, state(1)]);
  assert.deepEqual([outcome, left.changes], ["needs-person", [apply("a")]]);
});
