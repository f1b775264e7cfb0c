// How what waits on a device is spoken of: how many, since when, and how urgent that is.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sender } from "../../static/device/kinds.js";
import { LATE, OVERDUE, standing } from "../../static/device/waiting.js";

const NOW = Date.UTC(2026, 10, 29);
const since = (age, more = {}) => ({ since: NOW - age, ...more });

test("nothing waits, or what was just typed is on its way", () => {
  assert.equal(standing([], NOW).level, "none");
  assert.equal(standing([since(1000)], NOW).count, 0);
  assert.equal(standing([since(1000)], NOW, { isOffline: true }).count, 1);
});

test("it warns after 24 hours and insists after 72", () => {
  assert.equal(standing([since(60_000), since(LATE - 1)], NOW).level, "waiting");
  assert.equal(standing([since(LATE)], NOW).level, "late");
  assert.equal(standing([since(OVERDUE), since(10_000)], NOW).level, "overdue");
});

test("a clock that was set back or forth hides nothing", () => {
  const ahead = standing([since(-5 * 365 * LATE)], NOW);
  assert.equal(ahead.count, 1);
  assert.equal(ahead.level, "waiting");
  assert.equal(standing([since(30 * 365 * LATE)], NOW).level, "overdue");
});

test("what needs a decision is counted", () => {
  assert.equal(standing([since(10_000, { needs: { at: 1 } }), since(10_000)], NOW).needs, 1);
});

test("a draft of a kind that this page cannot send is left to a newer page", async () => {
  assert.equal(await sender({})({ kind: "unheard-of" }), "unknown");
});

test("a sending that never ends is given up and tried again", async () => {
  const kinds = { note: { load: async () => () => new Promise(() => {}), patience: 5 } };
  await assert.rejects(sender({}, kinds)({ kind: "note" }), /timeout/);
});
