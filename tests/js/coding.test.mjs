import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Activity } from "../../static/coding/activity.js";
import { actOf } from "../../static/coding/keys.js";
import { Marks } from "../../static/coding/marks.js";
import { Offsets, trimmed } from "../../static/coding/offsets.js";
import { Snap } from "../../static/coding/snap.js";
import { matches, Steps, withRecent } from "../../static/coding/steps.js";

const cases = JSON.parse(readFileSync(new URL("./coding-offsets.json", import.meta.url)));

for (const one of cases) {
  test(`offsets of the browser and of the server are the same place: ${one.name}`, () => {
    const offsets = new Offsets(one.text);
    assert.equal(offsets.toUtf16(one.start), one.utf16_start);
    assert.equal(offsets.toUtf16(one.end), one.utf16_end);
    assert.equal(offsets.fromUtf16(one.utf16_start), one.start);
    assert.equal(offsets.fromUtf16(one.utf16_end), one.end);
    assert.equal(offsets.passage(one.start, one.end), one.passage);
    assert.equal(one.text.slice(one.utf16_start, one.utf16_end), one.passage);
  });
}

test("every code point goes to UTF-16 and back", () => {
  const offsets = new Offsets("a😡é\u0301 עברית 𐍈 👨‍👩‍👧\n".repeat(20));
  assert.equal(offsets.length, [...offsets.text].length);
  for (let i = 0; i <= offsets.length; i += 1) assert.equal(offsets.fromUtf16(offsets.toUtf16(i)), i);
});

test("an offset inside a surrogate pair counts as before it", () => {
  assert.equal(new Offsets("😡x").fromUtf16(1), 0);
});

test("white space at the edges of a selection is not coded", () => {
  assert.deepEqual(trimmed("one  two \n", 3, 10), [5, 8]);
  assert.equal(trimmed("one   two", 3, 6), null);
});

test("overlapping passages cut the text without losing any of it, and have stripes of their own", () => {
  const drawn = [];
  const marks = new Marks(10, { change: (piece) => drawn.push(piece.start) });
  const [one, two, three] = [{ code: 1, start: 2, end: 6 }, { code: 2, start: 4, end: 8 }, { code: 3, start: 6, end: 9 }];
  for (const coding of [one, two, three]) marks.add(coding);
  assert.deepEqual(marks.pieces.map((p) => [p.start, p.end, p.codings.map((c) => c.code)]), [
    [0, 2, []],
    [2, 4, [1]],
    [4, 6, [1, 2]],
    [6, 8, [2, 3]],
    [8, 9, [3]],
    [9, 10, []],
  ]);
  assert.deepEqual([one.lane, two.lane, three.lane], [0, 1, 0]);
  drawn.length = 0;
  marks.remove(one);
  assert.deepEqual(drawn, [2, 4]);
});

test("generated passages: the pieces always cover the text once and know their passages", () => {
  let seed = 7;
  const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  const marks = new Marks(50);
  const standing = [];
  for (let i = 0; i < 400; i += 1) {
    if (standing.length && random(3) === 0) marks.remove(standing.splice(random(standing.length), 1)[0]);
    else {
      const start = random(49);
      const coding = { start, end: start + 1 + random(50 - start - 1 || 1) };
      standing.push(coding);
      marks.add(coding);
    }
    let place = 0;
    for (const piece of marks.pieces) {
      assert.equal(piece.start, place);
      place = piece.end;
      const expected = standing.filter((c) => c.start < piece.end && c.end > piece.start);
      assert.deepEqual(new Set(piece.codings), new Set(expected));
      assert.equal(new Set(piece.codings.map((c) => c.lane)).size, piece.codings.length);
    }
    assert.equal(place, 50);
  }
});

test("a selection becomes whole words, in any script, or the whole segments it touches", () => {
  const text = "😡 The coun\u0301cil, שלום 很慢";
  const at = (from, to, segments = []) => {
    const offsets = new Offsets(text);
    const found = new Snap(offsets, "en", segments).passage(from, to);
    return found && offsets.passage(found.start, found.end);
  };
  const unit = text.indexOf("coun") + 2;
  assert.equal(at(unit, unit + 1), "coun\u0301cil");
  assert.equal(at(1, 5), "😡 The");
  assert.equal(at(2, 3), null);
  assert.equal(at(text.indexOf("שלום") + 1, text.indexOf("שלום") + 2), "שלום");
  assert.equal(at(unit, unit + 1, [[0, 5], [6, 15]]), new Offsets(text).passage(6, 15));
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

test("the code used last is the first of the recent ones", () => {
  assert.deepEqual(withRecent([1, 2, 3], 3), [3, 1, 2]);
  assert.equal(withRecent([1, 2, 3, 4, 5, 6, 7, 8, 9], 10).length, 9);
});

test("fixed keys are places on the keyboard, whatever the layout prints there", () => {
  const on = { single: true, typing: false, taken: new Set(["2", "shift-2", "shift-7"]) };
  assert.deepEqual(actOf({ key: "é", code: "Digit2" }, on), { shortcut: "2" });
  assert.deepEqual(actOf({ key: "2", code: "Digit2", shiftKey: true }, on), { shortcut: "shift-2" });
  assert.deepEqual(actOf({ key: "2", code: "Numpad2" }, on), { shortcut: "2" });
  assert.deepEqual(actOf({ key: "/", code: "Digit7", shiftKey: true }, on), { shortcut: "shift-7" });
  assert.equal(actOf({ key: "/", code: "Digit7", shiftKey: true }, { ...on, taken: new Set() }), "search");
  assert.equal(actOf({ key: "3", code: "Digit3" }, on), null);
  assert.equal(actOf({ key: "2", code: "Digit2", altKey: true }, on), null);
});

test("seconds count while the page is visible and somebody moved within the last minute", () => {
  const clock = { now: 0, isVisible: true };
  const activity = new Activity({ now: () => clock.now, isVisible: () => clock.isVisible });
  activity.begin(5);
  clock.now = 10_000;
  assert.equal(activity.seconds, 15);
  clock.now = 600_000;
  assert.equal(activity.seconds, 65);
  activity.touched();
  clock.now = 630_000;
  clock.isVisible = false;
  assert.equal(activity.seconds, 65);
});

test("a search matches every word, in any case", () => {
  assert.ok(matches("No Reply: the office kept silent", "reply SILENT"));
  assert.ok(!matches("No Reply", "reply late"));
});

test("single keys do nothing while typing and when switched off; Ctrl+Enter submits from anywhere", () => {
  const on = { single: true, typing: false, taken: new Set() };
  assert.equal(actOf({ key: "s" }, on), "submit");
  assert.equal(actOf({ key: "?" }, on), "help");
  assert.equal(actOf({ key: "s" }, { single: true, typing: true }), null);
  assert.equal(actOf({ key: "s" }, { single: false, typing: false }), null);
  assert.equal(actOf({ key: "s", altKey: true }, on), null);
  assert.equal(actOf({ key: "Enter", ctrlKey: true }, { single: false, typing: true }), "submit");
  assert.equal(actOf({ key: "Z", ctrlKey: true, shiftKey: true }, { single: false, typing: false }), "redo");
});
