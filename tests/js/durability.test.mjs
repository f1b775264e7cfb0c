// Whether what is typed is kept on a device is said only of what is durable there.
import assert from "node:assert/strict";
import { test } from "node:test";
import { durability, reasonOf } from "../../static/device/storage.js";
import { counts, isNews, tally } from "../../static/device/tally.js";

const named = (name, message = "") => Object.assign(new Error(message), { name });

test("kept is said when the newest is durable, not before", async () => {
  const puts = [];
  const states = [];
  const keeper = durability((content) => new Promise((resolve) => puts.push({ content, resolve })), (s) => states.push(s.name));
  const kept = keeper.keep("a");
  keeper.keep("ab");
  keeper.keep("abc");
  puts[0].resolve();
  await new Promise((resolve) => setTimeout(resolve));
  assert.deepEqual(puts.map(({ content }) => content), ["a", "abc"]);
  assert.equal(keeper.state.name, "keeping");
  puts[1].resolve();
  assert.equal(await kept, true);
  assert.equal(states.at(-1), "kept");
});

test("a full or refusing browser is said so, and typing on may mend it", async () => {
  const errors = [named("QuotaExceededError"), null];
  const keeper = durability(async () => {
    const error = errors.shift();
    if (error) throw error;
  }, () => {});
  assert.equal(await keeper.keep("a"), false);
  assert.deepEqual(keeper.state, { name: "not-kept", reason: "full" });
  assert.equal(await keeper.keep("ab"), true);
  assert.equal(keeper.state.reason, undefined);
});

test("reasons", () => {
  assert.equal(reasonOf(named("QuotaExceededError")), "full");
  assert.equal(reasonOf(named("UnknownError", "Internal error: quota exceeded")), "full");
  assert.equal(reasonOf(named("Error", "timeout")), "slow");
  assert.equal(reasonOf(named("Error", "no key")), "locked");
  assert.equal(reasonOf(named("SecurityError")), "refused");
  assert.equal(reasonOf(null), "refused");
});

const receipt = (uuid, equal = true, kind = "note") => ({ kind, uuid, equal });
const draft = (about, kind = "note") => ({ kind, about });

test("all that was written is stored with equal hashes", () => {
  assert.deepEqual(tally([receipt("a"), receipt("b")], []), {
    written: 2, stored: 2, waiting: 0, mismatches: 0, isEqual: true,
  });
});

test("a stored note with newer typing waits, two drafts of one note are one note, and kinds are counted apart", () => {
  const drafts = [draft("a"), draft("a"), draft("c"), draft("/form/", "form")];
  assert.deepEqual(tally([receipt("a"), receipt("b")], drafts, "note"), {
    written: 3, stored: 1, waiting: 2, mismatches: 0, isEqual: false,
  });
  assert.equal(tally([receipt("a")], drafts).written, 3);
});

test("a receipt with another hash is never counted as stored", () => {
  assert.deepEqual(tally([receipt("a", false)], []), {
    written: 1, stored: 0, waiting: 0, mismatches: 1, isEqual: false,
  });
});

test("the server is told counts and an age, and nothing twice", () => {
  const now = 100_000;
  const next = counts([receipt("a")], [{ ...draft("b"), since: 40_000 }], now);
  assert.deepEqual(next, { waiting: 1, oldest_seconds: 60, notes_written: 2, notes_stored: 1, mismatches: 0 });
  assert.equal(isNews(null, next, now), true);
  assert.equal(isNews({ counts: next, at: now }, next, now), false);
  assert.equal(isNews({ counts: { ...next, waiting: 2 }, at: now }, next, now), true);
  assert.equal(isNews({ counts: next, at: now - 7 * 3600_000 }, next, now), true);
  assert.equal(isNews(null, counts([], [], now), now), false);
});
