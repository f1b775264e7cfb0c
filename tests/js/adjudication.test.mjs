import assert from "node:assert/strict";
import { test } from "node:test";
import { actOf, codePoints, moved } from "../../static/coding/adjudication-keys.js";

const on = { single: true, typing: false, onControl: false };

test("keys are known by their place, so that a layout does not matter", () => {
  assert.equal(actOf({ code: "KeyA", key: "q" }, on), "accept");
  assert.equal(actOf({ code: "KeyZ", key: "w" }, on), "undo");
  assert.equal(actOf({ code: "KeyQ", key: "a" }, on), null);
});

test("each key of the list does what the list says", () => {
  const acts = { KeyJ: "next", ArrowDown: "next", KeyK: "previous", ArrowUp: "previous", KeyR: "reject" };
  for (const [code, act] of Object.entries(acts)) assert.equal(actOf({ code, key: "x" }, on), act);
  assert.equal(actOf({ code: "KeyX", key: "x" }, on), "reject-all");
  assert.equal(actOf({ code: "Enter", key: "Enter" }, on), "settle");
  assert.equal(actOf({ code: "Minus", key: "?", shiftKey: true }, on), "help");
});

test("no key acts while somebody types, composes or holds a modifier, or when single keys are off", () => {
  assert.equal(actOf({ code: "KeyA", key: "a" }, { ...on, typing: true }), null);
  assert.equal(actOf({ code: "KeyA", key: "a" }, { ...on, single: false }), null);
  for (const held of ["ctrlKey", "metaKey", "altKey", "shiftKey", "isComposing", "repeat"]) {
    assert.equal(actOf({ code: "KeyA", key: "a", [held]: true }, on), null);
  }
});

test("Enter on a button presses the button, and arrows in the text scroll it", () => {
  assert.equal(actOf({ code: "Enter", key: "Enter" }, { ...on, onControl: true }), null);
  assert.equal(actOf({ code: "KeyA", key: "a" }, { ...on, onControl: true }), "accept");
  assert.equal(actOf({ code: "ArrowDown", key: "ArrowDown" }, { ...on, inText: true }), null);
  assert.equal(actOf({ code: "KeyJ", key: "j" }, { ...on, inText: true }), "next");
});

test("moving stays within the list", () => {
  assert.equal(moved(-1, 1, 3), 0);
  assert.equal(moved(-1, -1, 3), 2);
  assert.equal(moved(2, 1, 3), 2);
  assert.equal(moved(0, -1, 3), 0);
  assert.equal(moved(0, 1, 0), -1);
});

test("offsets count code points", () => {
  assert.equal(codePoints("😡ab", 3), 2);
  assert.equal(codePoints("ab", 0), 0);
});
