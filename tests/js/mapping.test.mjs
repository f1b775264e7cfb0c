import assert from "node:assert/strict";
import { test } from "node:test";

import { newest, stale } from "../../static/js/refresh.js";

const pause = () => new Promise((done) => setTimeout(done, 15));

test("of several choices in a row only the last is asked for", async () => {
  const asked = [];
  const shown = [];
  const refresh = newest(async (signal, name) => asked.push(name), (answer, name) => shown.push(name), 1);
  refresh("field-1");
  refresh("field-2");
  refresh("field-3");
  await pause();
  assert.deepEqual([asked, shown], [["field-3"], ["field-3"]]);
});

test("an answer that a newer request has overtaken is not shown", async () => {
  const shown = [];
  const answers = [];
  const refresh = newest(() => new Promise((done) => answers.push(done)), (answer) => shown.push(answer), 0);
  refresh("a");
  await pause();
  refresh("b");
  await pause();
  answers[1]("newer");
  answers[0]("older");
  await pause();
  assert.deepEqual(shown, ["newer"]);
});

test("what is under way is cancelled by the next request", async () => {
  const signals = [];
  const refresh = newest((signal) => new Promise(() => signals.push(signal)), () => {}, 0);
  refresh("a");
  await pause();
  refresh("b");
  await pause();
  assert.deepEqual(signals.map((signal) => signal.aborted), [true, false]);
});

test("controls are only taken anew when what they follow was changed", () => {
  const parts = [
    { name: "outcome-1", html: "old" },
    { name: "outcome-2", html: "same" },
    { name: "read-1", follows: "field-1", html: "old" },
    { name: "read-2", follows: "field-2", html: "old" },
    { name: "gone", html: "old" },
  ];
  const fresh = new Map([["outcome-1", "new"], ["outcome-2", "same"], ["read-1", "new"], ["read-2", "new"]]);
  assert.deepEqual(stale(parts, fresh, "field-2").map((part) => part.name), ["outcome-1", "read-2"]);
});
