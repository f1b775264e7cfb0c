import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { actOf } from "../../static/coding/keys.js";
import { pieces } from "../../static/coding/marks.js";
import { fromUtf16, passage, toUtf16, trimmed } from "../../static/coding/offsets.js";
import { matches, onKeys, Steps, withCode } from "../../static/coding/steps.js";

const cases = JSON.parse(readFileSync(new URL("./coding-offsets.json", import.meta.url)));

for (const one of cases) {
  test(`offsets of the browser and of the server are the same place: ${one.name}`, () => {
    assert.equal(toUtf16(one.text, one.start), one.utf16_start);
    assert.equal(toUtf16(one.text, one.end), one.utf16_end);
    assert.equal(fromUtf16(one.text, one.utf16_start), one.start);
    assert.equal(fromUtf16(one.text, one.utf16_end), one.end);
    assert.equal(passage(one.text, one.start, one.end), one.passage);
    assert.equal(one.text.slice(one.utf16_start, one.utf16_end), one.passage);
  });
}

test("every code point goes to UTF-16 and back", () => {
  const text = "a😡é\u0301 עברית 𐍈 👨‍👩‍👧\n".repeat(20);
  const length = [...text].length;
  for (let i = 0; i <= length; i += 1) assert.equal(fromUtf16(text, toUtf16(text, i)), i);
});

test("an offset inside a surrogate pair counts as before it", () => {
  assert.equal(fromUtf16("😡x", 1), 0);
});

test("white space at the edges of a selection is not coded", () => {
  assert.deepEqual(trimmed("one  two \n", 3, 10), [5, 8]);
  assert.equal(trimmed("one   two", 3, 6), null);
});

test("overlapping passages cut the text without losing any of it", () => {
  const codings = [
    { code: 1, start: 2, end: 6 },
    { code: 2, start: 4, end: 8 },
    { code: 3, start: null, end: null },
  ];
  const cut = pieces(10, codings);
  assert.deepEqual(cut.map((p) => [p.start, p.end, p.codings.map((c) => c.code)]), [
    [0, 2, []],
    [2, 4, [1]],
    [4, 6, [1, 2]],
    [6, 8, [2]],
    [8, 10, []],
  ]);
});

test("undo and redo go through the steps; a new step clears what was undone", () => {
  const steps = new Steps();
  steps.add("a");
  steps.add("b");
  assert.equal(steps.undo(), "b");
  assert.equal(steps.redo(), "b");
  assert.equal(steps.undo(), "b");
  steps.add("c");
  assert.equal(steps.redo(), undefined);
  assert.equal(steps.undo(), "c");
  assert.equal(steps.undo(), "a");
  assert.equal(steps.undo(), undefined);
});

test("the keys have the codes used last, then the first of the codebook, none twice and none unknown", () => {
  assert.deepEqual(onKeys([30, 99, 10], [10, 20, 30]), [30, 10, 20]);
  assert.equal(onKeys([], Array.from({ length: 20 }, (_, i) => i + 1)).length, 9);
});

test("keys stay the same; a code without a key takes the next free key or the ninth", () => {
  assert.deepEqual(withCode([1, 2, 3], 3), [1, 2, 3]);
  assert.deepEqual(withCode([1, 2], 7), [1, 2, 7]);
  assert.deepEqual(withCode([1, 2, 3, 4, 5, 6, 7, 8, 9], 12), [1, 2, 3, 4, 5, 6, 7, 8, 12]);
});

test("a search matches every word, in any case", () => {
  assert.ok(matches("No Reply: the office kept silent", "reply SILENT"));
  assert.ok(!matches("No Reply", "reply late"));
});

test("single keys do nothing while typing and when switched off; Ctrl+Enter submits from anywhere", () => {
  const on = { single: true, typing: false };
  assert.deepEqual(actOf({ key: "3" }, on), { key: 3 });
  assert.equal(actOf({ key: "s" }, on), "submit");
  assert.equal(actOf({ key: "?" }, on), "help");
  assert.equal(actOf({ key: "s" }, { single: true, typing: true }), null);
  assert.equal(actOf({ key: "s" }, { single: false, typing: false }), null);
  assert.equal(actOf({ key: "s", altKey: true }, on), null);
  assert.equal(actOf({ key: "Enter", ctrlKey: true }, { single: false, typing: true }), "submit");
  assert.equal(actOf({ key: "Z", ctrlKey: true, shiftKey: true }, { single: false, typing: false }), "redo");
});
