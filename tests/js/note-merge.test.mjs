// Passages of a decision are exchanged in the text that a person may have edited, and nothing typed is dropped unasked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Decision } from "../../static/casestudies/note-merge.js";

test("a passage is exchanged where it stands", () => {
  const decision = new Decision(["Ten came. ", "Rain. ", "A dog."], "Ten came. Rain. A dog.");
  assert.ok(decision.exchange(0, "Eleven came. ", decision.text));
  assert.equal(decision.text, "Eleven came. Rain. A dog.");
  assert.ok(decision.exchange(2, "", decision.text));
  assert.equal(decision.text, "Eleven came. Rain. ");
  assert.ok(decision.exchange(2, "Two dogs.", decision.text));
  assert.equal(decision.text, "Eleven came. Rain. Two dogs.");
});

test("what was edited elsewhere in the text stays", () => {
  const decision = new Decision(["Ten came. ", "Rain. "], "Ten came. Rain. ");
  assert.ok(decision.exchange(0, "Eleven came. ", "Ten came. Heavy rain. "));
  assert.equal(decision.text, "Eleven came. Heavy rain. ");
});

test("a passage that was edited, or stands there twice, is not exchanged", () => {
  const decision = new Decision(["Ten came. ", "Rain. "], "Ten came. Rain. ");
  assert.equal(decision.exchange(0, "Eleven came. ", "Some ten came. Rain. "), false);
  assert.equal(decision.exchange(1, "Sun. ", "Rain. Ten came. Rain. "), false);
  assert.equal(decision.exchange(1, "Sun. ", "edited"), false);
  assert.equal(decision.undo(), null);
});

test("undo brings back the text of before, edits included", () => {
  const decision = new Decision(["Ten came. ", "Rain. "], "Ten came. Rain. ");
  decision.exchange(0, "Eleven came. ", "Ten came. Rain. Edited.");
  assert.equal(decision.text, "Eleven came. Rain. Edited.");
  assert.equal(decision.undo().text, "Ten came. Rain. Edited.");
  assert.deepEqual(decision.passages, ["Ten came. ", "Rain. "]);
});
