// Notes that no page has open any more are sent all the same, each by its own draft.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";

// The modules of the device are read in a page; here stands what they need of one.
globalThis.navigator ??= {};
const { deliverNote } = await import("../../static/casestudies/note-delivery.js");

const sha = (text) => createHash("sha256").update(text, "utf8").digest("hex");
const note = (text) => ({ text, title: "Quay" });
const record = (more = {}) => ({ content: note("Typed"), base: 1, inflight: null, conflict: null, mine: null, ...more });

function delivery(answers, about = record()) {
  const kept = new Map([["d", { id: "d", kind: "note", about: "u", since: 5, content: { record: about, api: "/api/u/" } }]]);
  const sent = [];
  const drafts = {
    put: async (draft) => void kept.set(draft.id, structuredClone(draft)),
    remove: async (id) => void kept.delete(id),
  };
  const session = {
    send: async (method, url, body) => {
      sent.push({ method, url, body });
      return answers.shift() ?? { status: 0, body: null };
    },
  };
  return { kept, sent, run: () => deliverNote(kept.get("d"), { session, drafts }) };
}

const receipt = (text) => ({ status: 200, body: { ...note(text), version: 2, sha256: sha(text) } });
const conflict = (text, more = {}) => ({
  status: 409,
  body: { conflict: 7, sha256: sha(text), resolved_version: null, ...more },
});

test("a draft leaves the device on its receipt", async () => {
  const { kept, sent, run } = delivery([receipt("Typed")]);
  assert.equal(await run(), "done");
  assert.deepEqual([kept.size, sent[0].method, sent[0].url], [0, "PUT", "/api/u/"]);
  assert.deepEqual([sent[0].body.text, sent[0].body.base_version, "amends" in sent[0].body], ["Typed", 1, false]);
});

test("a case study that this device does not know is left out, so that the server's stays", async () => {
  for (const [known, isSent] of [["quay", true], ["", false], [null, false]]) {
    const { sent, run } = delivery([receipt("Typed")], record({ content: { ...note("Typed"), case_study: known } }));
    await run();
    assert.equal("case_study" in sent[0].body, isSent);
  }
});

test("without an answer, a sign-in or a right receipt it stays as it was sent", async () => {
  const wrong = { status: 200, body: { ...note("Typed"), version: 2, sha256: sha("Other") } };
  for (const [answer, outcome] of [
    [{ status: 0, body: null }, "later"],
    [{ status: 503, body: {} }, "later"],
    [{ status: 200, body: {} }, "later"],
    [wrong, "later"],
    [{ status: 401, body: null }, "sign-in"],
    [{ status: 404, body: { detail: "no access" } }, "needs-person"],
    [{ status: 422, body: { detail: "title" } }, "needs-person"],
  ]) {
    const { kept, run } = delivery([answer]);
    assert.equal(await run(), outcome);
    assert.deepEqual([kept.get("d").content.record.content, kept.get("d").since], [note("Typed"), 5]);
  }
});

test("a conflict stays until it is decided, then the draft goes", async () => {
  const { kept, sent, run } = delivery([conflict("Typed"), conflict("Typed"), receipt("Typed")]);
  assert.deepEqual([await run(), await run()], ["undecided", "undecided"]);
  assert.equal(await run(), "done");
  assert.deepEqual([kept.size, sent.at(-1).body.amends], [0, 7]);
});

test("a draft that cannot be read is left alone", async () => {
  assert.equal(await deliverNote({ id: "d", content: null }, { session: {}, drafts: {} }), "needs-person");
});
