// What the ledger of a device adds up to, and what the server is told of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { counts, isNews, tally } from "../../static/device/tally.js";

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
