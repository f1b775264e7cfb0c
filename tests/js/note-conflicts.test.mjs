// A conflict: what is typed after it belongs to it, a decision clears it, and no field of another person is undone.
import assert from "node:assert/strict";
import test from "node:test";
import { NoteSync } from "../../static/casestudies/note-sync.js";
import { conflict, note, parts, slowly, stored } from "./note-parts.mjs";

test("what is typed after a conflict is sent as a part of it", async () => {
  const given = parts([conflict(note("Mine")), conflict(note("Mine and more"))]);
  const sync = new NoteSync(given, { stored: note("Base"), base: 1 });
  await sync.change(note("Mine"));
  await sync.flush();
  assert.deepEqual([given.seen.states.at(-1).text, given.seen.states.at(-1).conflict], ["conflict", 7]);
  await sync.change(note("Mine and more"));
  await sync.flush();
  assert.deepEqual(given.seen.sent[1], { content: note("Mine and more"), base: 1, amends: 7, number: null });
  assert.deepEqual([given.seen.kept.content.text, given.seen.kept.conflict], ["Mine and more", 7]);
  assert.ok(sync.isStored);
  await sync.flush();
  assert.equal(given.seen.sent.length, 2);
});

test("a decided conflict clears when the device asks, and what is typed then is a new edit", async () => {
  const given = parts([stored(note("Decided"), 3), stored(note("Decided, and on"), 4)]);
  given.seen.kept = { content: note("Mine"), base: 1, inflight: null, conflict: 7, mine: note("Mine") };
  const sync = new NoteSync(given, { stored: note("Decided"), base: 3 });
  assert.deepEqual(await sync.start(), note("Mine"));
  await sync.busy;
  assert.deepEqual([given.seen.combined, given.seen.kept], [[note("Decided")], null]);
  await sync.change(note("Decided, and on"));
  await sync.flush();
  assert.deepEqual(given.seen.sent, [
    { content: note("Mine"), base: 1, amends: 7, number: null },
    { content: note("Decided, and on"), base: 3, amends: null, number: null },
  ]);
  assert.equal(given.seen.states.at(-1).version, 4);
});

test("a full device does not keep an older text than the conflict has", async () => {
  const given = parts([conflict(note("Mine and more"))]);
  const sync = new NoteSync(given, { stored: note("Base"), base: 1 });
  await sync.keep(note("Mine"));
  given.store.put = async () => {
    throw new Error("The quota has been exceeded.");
  };
  await sync.keep(note("Mine and more"));
  assert.equal(given.seen.kept.content.text, "Mine");
  await sync.flush();
  assert.ok(sync.isStored);
  assert.equal(given.seen.kept, null);
  await sync.keep(note("Mine"));
  assert.ok(!sync.isKept);
});

test("a conflict that was decided before the device learned of it is asked about at once", async () => {
  const given = parts([conflict(note("Mine"), 7, { resolved_version: 3 }), stored(note("Decided"), 3)]);
  const sync = new NoteSync(given, { stored: note("Base"), base: 1 });
  await sync.change(note("Mine"));
  await sync.flush();
  assert.deepEqual([given.seen.sent.length, given.seen.kept, given.seen.combined], [2, null, [note("Decided")]]);
});

test("a conflict whose receipt is for another text is no receipt", async () => {
  for (const answer of [conflict(note("Other")), { status: 409, body: { detail: "proxy" } }]) {
    const given = parts([answer]);
    const sync = new NoteSync(given, { stored: note("Base"), base: 1 });
    await sync.change(note("Mine"));
    await sync.flush();
    assert.deepEqual([given.seen.kept.conflict, given.seen.states.at(-1).text], [null, "retrying"]);
  }
});

test("another person's edit of a field is not undone by typing on in another", async () => {
  const given = parts([stored(note("Mine", "Theirs"), 3), stored(note("Mine and more", "Theirs"), 4)]);
  const answer = slowly(given);
  const sync = new NoteSync(given, { stored: note("Base"), base: 1 });
  await sync.change(note("Mine"));
  await sync.change(note("Mine and more"));
  const all = sync.flush();
  await answer();
  await answer();
  await all;
  assert.deepEqual(given.seen.sent[1], { content: note("Mine and more", "Theirs"), base: 3, amends: null, number: null });
  assert.deepEqual(given.seen.combined, [note("Mine and more", "Theirs")]);
});

test("typing on in the field that another person changed is a question for the server", async () => {
  const given = parts([stored(note("Mine", "Theirs"), 3), conflict(note("Mine", "And mine"))]);
  const answer = slowly(given);
  const sync = new NoteSync(given, { stored: note("Base"), base: 1 });
  await sync.change(note("Mine"));
  await sync.change(note("Mine", "And mine"));
  const all = sync.flush();
  await answer();
  await answer();
  await all;
  assert.deepEqual(given.seen.sent[1], { content: note("Mine", "And mine"), base: 1, amends: null, number: null });
  assert.equal(given.seen.states.at(-1).conflict, 7);
});
