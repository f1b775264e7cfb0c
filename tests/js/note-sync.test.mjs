// Saving a note: nothing typed is lost, whatever the network and the server do.
import assert from "node:assert/strict";
import test from "node:test";
import { NoteSync, same, typedOnto } from "../../static/casestudies/note-sync.js";
import { note, parts, sha, stored } from "./note-parts.mjs";
import { meaning, waitAfter } from "../../static/js/sending.js";

test("what is typed is kept here first and leaves only on a receipt", async () => {
  const given = parts([stored(note("One"), 1)]);
  const send = given.send;
  given.send = (edit) => {
    assert.equal(given.seen.kept.content.text, "One");
    return send(edit);
  };
  const sync = new NoteSync(given);
  await sync.change(note("One"));
  await sync.flush();
  assert.equal(given.seen.kept, null);
  assert.deepEqual([given.seen.states.at(-1).name, given.seen.states.at(-1).version], ["saved", 1]);
});

test("while one types it is kept here, and sent after a pause", async () => {
  const given = parts([stored(note("One"), 1)]);
  const sync = new NoteSync(given);
  await sync.keep(note("One"));
  assert.deepEqual([given.seen.kept.content.text, given.seen.sent.length], ["One", 0]);
  await sync.change(note("One"));
  await sync.flush();
  assert.deepEqual([given.seen.kept, given.seen.sent.length], [null, 1]);
});

test("what is typed while the device is still writing is written once after it, the newest", async () => {
  const given = parts([]);
  const written = [];
  let end;
  given.store.put = (record) => {
    written.push(record.content.text);
    return new Promise((resolve) => (end = resolve));
  };
  const sync = new NoteSync(given);
  const first = sync.keep(note("O"));
  sync.keep(note("On"));
  const last = sync.keep(note("One"));
  end();
  await new Promise(setImmediate);
  end();
  await Promise.all([first, last]);
  assert.deepEqual(written, ["O", "One"]);
});

test("what is typed while a text is being sent waits for its own pause", async () => {
  const given = parts([stored(note("One"), 1), stored(note("One two three"), 2)]);
  let answer;
  const send = given.send;
  given.send = async (edit) => {
    await new Promise((resolve) => (answer = resolve));
    return send(edit);
  };
  const sync = new NoteSync(given);
  await sync.change(note("One"));
  const first = sync.busy;
  await new Promise(setImmediate);
  await sync.keep(note("One two"));
  answer();
  await first;
  assert.deepEqual([given.seen.sent.length, given.seen.kept.content.text], [1, "One two"]);

  await sync.change(note("One two three"));
  const second = sync.busy;
  await new Promise(setImmediate);
  answer();
  await second;
  assert.deepEqual(given.seen.sent.map((edit) => edit.content.text), ["One", "One two three"]);
  assert.equal(given.seen.kept, null);
});

test("what was typed and taken back waits no more", async () => {
  const given = parts([]);
  const sync = new NoteSync(given, { stored: note("Base"), base: 4 });
  await sync.keep(note("Base!"));
  assert.equal(given.seen.kept.content.text, "Base!");
  await sync.change(note("Base"));
  await sync.flush();
  assert.deepEqual([given.seen.kept, given.seen.sent.length], [null, 0]);
  assert.deepEqual([given.seen.states.at(-1).name, given.seen.states.at(-1).version], ["saved", 4]);

  const blank = parts([]);
  const begun = new NoteSync(blank, { stored: note(""), base: null });
  await begun.keep(note("x"));
  await begun.change(note(""));
  assert.deepEqual([blank.seen.kept, blank.seen.states.at(-1).text], [null, "empty"]);
});

test("a receipt whose hash is another's is no receipt", async () => {
  const wrong = stored(note("One"), 1);
  wrong.body.sha256 = sha("Two");
  const given = parts([wrong]);
  const sync = new NoteSync(given);
  await sync.change(note("One"));
  await sync.flush();
  assert.equal(given.seen.kept.content.text, "One");
  assert.equal(given.seen.states.at(-1).name, "waiting");
});

test("a receipt for another text on the next version is no receipt", async () => {
  const given = parts([stored(note("Two"), 1)]);
  const sync = new NoteSync(given);
  await sync.change(note("One"));
  await sync.flush();
  assert.equal(given.seen.kept.content.text, "One");
});

test("an edit whose answer got lost is sent again unchanged, then what was typed since", async () => {
  const given = parts([{ status: 0 }, stored(note("One"), 1), stored(note("One two"), 2)]);
  const sync = new NoteSync(given);
  await sync.change(note("One"));
  await sync.flush();
  await sync.change(note("One two"));
  await sync.flush();
  assert.deepEqual(
    given.seen.sent.map((edit) => [edit.content.text, edit.base]),
    [["One", null], ["One", null], ["One two", 1]],
  );
  assert.equal(given.seen.kept, null);
});

test("attempts are made less and less often, from one second to five minutes", () => {
  assert.deepEqual([1, 2, 3, 9, 10, 50].map(waitAfter), [1000, 2000, 4000, 256_000, 300_000, 300_000]);
});

test("a failed attempt sets the next one", async () => {
  const given = parts([{ status: 503, body: {} }, stored(note("One"), 1)]);
  const sync = new NoteSync(given);
  await sync.change(note("One"));
  await sync.flush();
  assert.equal(given.seen.waits[0].milliseconds, 1000);
  given.seen.waits[0].callback();
  await sync.flush();
  assert.equal(given.seen.states.at(-1).name, "saved");
});

test("what is not durable yet is not said to be on this device", async () => {
  const given = parts([]);
  let end;
  given.store.put = () => new Promise((resolve) => (end = resolve));
  const sync = new NoteSync(given, { stored: note("Base"), base: 1 });
  const kept = sync.keep(note("Base, more"));
  sync.say();
  assert.deepEqual([given.seen.states.at(-1).name, sync.isKept], ["writing", false]);
  sync.leave();
  assert.deepEqual(given.seen.sent.at(-1), { content: note("Base, more"), base: 1, amends: null, number: null });
  end();
  await kept;
  assert.deepEqual([given.seen.states.at(-1).text, sync.isKept], ["sending", true]);
  sync.leave();
  assert.equal(given.seen.sent.length, 1);
});

test("a text that the server has is no unsent text", async () => {
  const given = parts([]);
  given.seen.kept = { content: note("Same"), base: 1, inflight: null, conflict: null, mine: null };
  const sync = new NoteSync(given, { stored: note("Same"), base: 2 });
  assert.equal(await sync.start(), null);
  assert.deepEqual([given.seen.kept, given.seen.sent, sync.isSettled], [null, [], true]);
});

test("a page in which nothing waits takes a newer version, another does not", async () => {
  const given = parts([]);
  const sync = new NoteSync(given, { stored: note("Base"), base: 1 });
  sync.renew({ ...note("Newer"), version: 2 });
  assert.deepEqual([given.seen.combined, given.seen.states.at(-1).version], [[note("Newer")], 2]);
  await sync.keep(note("Typed"));
  sync.renew({ ...note("Newest"), version: 3 });
  assert.deepEqual([sync.record.content, sync.record.base], [note("Typed"), 2]);
});

test("a text of which the server erased a passage is stored all the same", async () => {
  const given = parts([{ ...stored(note("[erased]"), 2), body: { ...stored(note("[erased]"), 2).body, erased: true } }]);
  const sync = new NoteSync(given, { stored: note("Base"), base: 1 });
  await sync.change(note("A name"));
  await sync.flush();
  assert.deepEqual([given.seen.states.at(-1).name, given.seen.combined], ["saved", [note("[erased]")]]);
});

test("signed out: the text stays, the person is asked, and it is tried again", async () => {
  const given = parts([{ status: 401, body: {} }, stored(note("One"), 1)]);
  const sync = new NoteSync(given);
  await sync.change(note("One"));
  await sync.flush();
  assert.equal(given.seen.states.at(-1).signIn, true);
  await sync.flush();
  assert.equal(given.seen.states.at(-1).name, "saved");
});

test("a refusal names itself and does not stand in the way of the next text", async () => {
  const given = parts([{ status: 400, body: { detail: "title: too long" } }, stored(note("Two"), 1)]);
  const sync = new NoteSync(given);
  await sync.change(note("One"));
  await sync.flush();
  assert.match(given.seen.states.at(-1).message, /too long/);
  await sync.change(note("Two"));
  await sync.flush();
  assert.equal(given.seen.kept, null);
});

test("another person's edit of another field comes into the page", async () => {
  const given = parts([stored(note("Mine", "Theirs"), 3)]);
  const sync = new NoteSync(given, { stored: note("Base"), base: 1 });
  await sync.change(note("Mine"));
  await sync.flush();
  assert.deepEqual(given.seen.combined, [note("Mine", "Theirs")]);
});

test("after a reload what waited is given back and sent", async () => {
  const given = parts([stored(note("Kept"), 2)]);
  given.seen.kept = { content: note("Kept"), base: 1, inflight: null, conflict: null };
  const sync = new NoteSync(given, { stored: note("Base"), base: 1 });
  assert.deepEqual(await sync.start(), note("Kept"));
  await sync.flush();
  assert.equal(given.seen.kept, null);
});

test("what was typed before the waiting text was found stands with it", () => {
  const sent = note("Twelve came.");
  const waiting = note("Twelve came. And a dog.");
  assert.deepEqual(typedOnto(waiting, sent, sent), waiting);
  assert.equal(typedOnto(waiting, note("Twelve came. And a dog. Wet."), sent).text, "Twelve came. And a dog. Wet.");
  assert.equal(typedOnto(waiting, note("Twelve came. And"), sent).text, waiting.text);
  assert.equal(typedOnto(waiting, note("Nobody came."), sent).text, "Twelve came. And a dog.\n\nNobody came.");
  // Only what was added, in its place, and no word of the server's text a second time.
  assert.equal(typedOnto(waiting, note("Twelve came. Wet."), sent).text, "Twelve came. And a dog. Wet.");
  assert.equal(typedOnto(waiting, note("Today: Twelve came."), sent).text, "Today: Twelve came. And a dog.");
  assert.equal(typedOnto(waiting, note("Twelve or so came."), sent).text, "Twelve or so came. And a dog.");
  assert.equal(typedOnto(note("Ten came."), note("Twelve or so came."), sent).text, "Ten or so came.");
  assert.equal(typedOnto(note("Nobody."), note("Twelve or so came."), sent).text, "Nobody.\n\nor so");
  assert.equal(typedOnto(note("🐕 x"), note("🐕🐈 came."), note("🐕 came.")).text, "🐕🐈 x");
  const titled = { ...waiting, title: `${waiting.title} w1` };
  assert.equal(typedOnto(titled, { ...sent, title: `${sent.title} w2` }, sent).title, `${waiting.title} w1 w2`);
  assert.deepEqual(typedOnto(waiting, note("Twelve came.", "At the gate"), sent), { ...waiting, title: "At the gate" });
  assert.equal(typedOnto(titled, note("Twelve came.", "At the gate"), sent).title, "Quay w1 At the gate");
});

test("what could not be looked for on this device is not overwritten", async () => {
  const given = parts([stored(note("One"), 1)]);
  given.seen.kept = { content: note("Waits") };
  given.store.get = async () => {
    throw new Error("it does not answer");
  };
  const sync = new NoteSync(given);
  await assert.rejects(sync.start(), /does not answer/);
  await sync.change(note("One"));
  await sync.flush();
  assert.deepEqual(given.seen.kept, { content: note("Waits") });
  assert.equal(given.seen.states.at(-1).name, "saved");
});

test("a text that the server has is saved, though this device does not let go of it", async () => {
  const given = parts([stored(note("One"), 1)]);
  given.store.remove = async () => {
    throw new Error("it does not answer");
  };
  const sync = new NoteSync(given);
  await sync.change(note("One"));
  await sync.flush();
  assert.equal(given.seen.states.at(-1).name, "saved");
});

test("a device that keeps nothing says so and still sends", async () => {
  const given = parts([stored(note("One"), 1)]);
  given.store.put = async () => {
    throw new Error("quota");
  };
  const sync = new NoteSync(given);
  await sync.change(note("One"));
  await sync.flush();
  assert.ok(given.seen.states.some((state) => state.text === "deviceFailed" && state.values.error === "quota"));
  assert.equal(given.seen.states.at(-1).name, "saved");
});

test("answers mean what they mean", () => {
  const meanings = [200, 201, 409, 401, 0, 429, 500, 400, 403, 404, 413].map(meaning).join(" ");
  assert.equal(meanings, "stored stored conflict sign-in later later later refused refused refused refused");
});

test("the order of fields makes no difference", () => {
  assert.ok(same({ a: 1, b: [2] }, { b: [2], a: 1 }));
  assert.ok(!same({ a: 1 }, null));
});

test("a refusal is said in its sentences, without the names of fields", async () => {
  const errors = [{ field: "case_study", code: "null", message: "Choose a case study." }];
  const given = parts([{ status: 400, body: { detail: "case_study: Choose a case study.", errors } }]);
  const sync = new NoteSync(given);
  await sync.change(note("One"));
  await sync.flush();
  assert.equal(given.seen.states.at(-1).message, "Choose a case study.");
});
