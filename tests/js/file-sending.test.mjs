// A file arrives whole and once, whatever the network, the server and the browser do.
import assert from "node:assert/strict";
import { createHash, randomBytes, webcrypto } from "node:crypto";
import { test } from "node:test";
import { sendFile } from "../../static/device/file-sending.js";
import { Files } from "../../static/device/files.js";

globalThis.crypto ??= webcrypto;
const NOTE = "11111111-1111-4111-8111-111111111111";
const API = `/api/v1/field-notes/${NOTE}/uploads/{upload}/`;
const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");
const problem = (status, name, more = {}) => ({ status, body: { type: `urn:lipse:problem:${name}`, detail: name, ...more } });

/** A browser of one person: `room` is how many bytes fit. */
async function device({ room = Infinity } = {}) {
  const kept = { drafts: new Map(), parts: new Map() };
  const aes = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
  const vault = {
    person: "7",
    sealBytes: async (bytes) => {
      const iv = crypto.getRandomValues(new Uint8Array(12));
      return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, aes, bytes) };
    },
    unsealBytes: ({ iv, data }) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, aes, data),
  };
  const drafts = {
    vault,
    put: async (draft) => void kept.drafts.set(draft.id, structuredClone({ ...draft, at: Date.now() })),
    get: async (id) => structuredClone(kept.drafts.get(id) ?? null),
    list: async () => [...kept.drafts.values()],
    remove: async (id) => void kept.drafts.delete(id),
  };
  const used = () => [...kept.parts.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const table = {
    get: async (key) => kept.parts.get(key),
    put: async (record) => {
      if (used() + record.data.byteLength > room) throw new DOMException("full", "QuotaExceededError");
      kept.parts.set(record.id, record);
    },
    remove: async (key) => void kept.parts.delete(key),
    keys: async () => [...kept.parts.keys()],
  };
  const files = new Files({ drafts, table, locks: { own: async () => true, disown: () => {} } });
  return { kept, drafts, files };
}

/** A server that stores uploads like the real one. `breaks(request)`: "before", "after" or nothing, for each request. */
function server({ breaks = () => null, instead = () => null } = {}) {
  const state = { partial: new Map(), stored: new Map(), requests: 0, parts: [] };
  state.send = async (method, url, _body, { body: bytes = new Uint8Array() } = {}) => {
    state.requests += 1;
    const { pathname, searchParams: said } = new URL(url, "http://site");
    const how = breaks(state.requests);
    if (how === "before") return { status: 0, body: null };
    const answer = instead(state.requests, method) ?? respond(state, method, pathname, said, new Uint8Array(bytes));
    return how === "after" ? { status: 0, body: null } : structuredClone(answer);
  };
  return state;
}

function respond(state, method, path, said, bytes) {
  const stored = state.stored.get(path);
  if (stored && method === "PATCH") stored.caption = said.get("caption") || stored.caption;
  if (stored) return { status: 200, body: { offset: stored.sent_size, stored } };
  const there = state.partial.get(path) ?? new Uint8Array();
  if (method === "GET") return { status: 200, body: { offset: there.length, stored: null } };
  if (Number(said.get("offset")) !== there.length) return problem(409, "other_offset", { offset: there.length });
  const now = new Uint8Array([...there, ...bytes]);
  state.partial.set(path, now);
  state.parts.push(bytes.length);
  if (now.length < Number(said.get("size"))) return { status: 200, body: { offset: now.length, stored: null } };
  state.partial.delete(path);
  if (sha256(now) !== said.get("sha256")) return problem(400, "hash_mismatch");
  const receipt = { sha256: sha256(now), sent_sha256: sha256(now), sent_size: now.length, caption: said.get("caption"), bytes: now };
  state.stored.set(path, receipt);
  return { status: 200, body: { offset: now.length, stored: receipt } };
}

const photo = (size) => Object.assign(new Blob([randomBytes(size)], { type: "image/jpeg" }), { name: "quay.jpg" });
const bytesOf = async (blob) => new Uint8Array(await blob.arrayBuffer());

test("a file is kept in encrypted parts, sent, compared with its receipt, and leaves the device", async () => {
  const { kept, drafts, files } = await device();
  const blob = photo(2_500_000);
  const draft = await files.keep(blob, { about: NOTE, api: API, caption: "The quay" });
  assert.equal(draft.content.sha256, sha256(await bytesOf(blob)));
  assert.deepEqual(draft.content.sizes, [1048576, 1048576, 402848]);
  assert.equal(draft.content.api, API.replace("{upload}", draft.id));
  const plain = (await bytesOf(blob)).subarray(0, 64);
  for (const { data } of kept.parts.values()) assert.equal(Buffer.from(data).indexOf(Buffer.from(plain)), -1);

  const site = server();
  const receipts = [];
  const stored = async (_draft, receipt) => receipts.push(receipt.sent_sha256);
  assert.equal(await sendFile(draft, { session: site, drafts, files, stored }), "done");

  const [found] = site.stored.values();
  assert.deepEqual(found.bytes, await bytesOf(blob));
  assert.deepEqual(receipts, [draft.content.sha256]);
  assert.equal(kept.parts.size, 0);
  // Parts grow while the connection is quick.
  assert.ok(site.parts.length < 10, site.parts.join());
});

test("lost requests and lost answers at any place: it arrives once", async () => {
  for (let round = 0; round < 60; round++) {
    const { drafts, files } = await device();
    const blob = photo(1 + Math.floor(Math.random() * 700_000));
    const draft = await files.keep(blob, { about: NOTE, api: API });
    const breaks = () => (Math.random() < 0.4 ? ["before", "after"][round % 2] : null);
    const site = server({ breaks });
    let result = "later";
    for (let turn = 0; turn < 200 && result === "later"; turn++) {
      result = await sendFile(draft, { session: site, drafts, files });
    }
    assert.equal(result, "done");
    assert.equal(site.stored.size, 1);
    assert.deepEqual([...site.stored.values()][0].bytes, await bytesOf(blob));
  }
});

test("two tabs that send the same file make one", async () => {
  const { drafts, files } = await device();
  const blob = photo(600_000);
  const draft = await files.keep(blob, { about: NOTE, api: API });
  const site = server();
  const results = await Promise.all([1, 2].map(() => sendFile(draft, { session: site, drafts, files }).catch(() => "later")));
  assert.ok(results.includes("done"), results.join());
  assert.equal(site.stored.size, 1);
  assert.deepEqual([...site.stored.values()][0].bytes, await bytesOf(blob));
});

test("a receipt of other bytes does not count, and the file stays", async () => {
  const { kept, drafts, files } = await device();
  const draft = await files.keep(photo(1000), { about: NOTE, api: API });
  const receipt = { sent_sha256: "0".repeat(64), sent_size: 1000 };
  const site = server({ instead: () => ({ status: 200, body: { offset: 1000, stored: receipt } }) });
  assert.equal(await sendFile(draft, { session: site, drafts, files }), "needs-person");
  assert.equal(kept.drafts.get(draft.id).content.problem, "other-receipt");
  assert.equal(kept.parts.size, 1);
});

test("a hash that does not match is sent again where the device has it right, and said where it has not", async () => {
  const { kept, drafts, files } = await device();
  const draft = await files.keep(photo(1000), { about: NOTE, api: API });
  const once = server({ instead: (number) => (number === 2 ? problem(400, "hash_mismatch") : null) });
  assert.equal(await sendFile(draft, { session: once, drafts, files }), "later");
  assert.equal(await sendFile(draft, { session: once, drafts, files }), "done");

  const damaged = await files.keep(photo(1000), { about: NOTE, api: API });
  damaged.content.sha256 = "f".repeat(64);
  assert.equal(await sendFile(damaged, { session: server(), drafts, files }), "needs-person");
  assert.equal(kept.drafts.get(damaged.id).content.problem, "damaged");
});

test("what each answer means", async () => {
  const expected = [
    [{ status: 0, body: null }, "later"],
    [{ status: 401, body: null }, "sign-in"],
    [problem(429, "too_many_requests"), "later"],
    [problem(507, "disk_full"), "later"],
    [problem(409, "uploads_begun"), "later"],
    [problem(413, "too_large"), "needs-person"],
    [problem(403, "permission_denied"), "needs-person"],
    [problem(400, "unsupported_type"), "needs-person"],
    [{ status: 200, body: { offset: -5, stored: null } }, "later"],
    [{ status: 200, body: { offset: 10 ** 9, stored: null } }, "later"],
  ];
  for (const [answer, result] of expected) {
    const { kept, drafts, files } = await device();
    const draft = await files.keep(photo(1000), { about: NOTE, api: API });
    const session = server({ instead: () => answer });
    assert.equal(await sendFile(draft, { session, drafts, files }), result, JSON.stringify(answer));
    assert.equal(kept.parts.size, 1);
    if (result !== "needs-person") continue;
    // It is not asked again by itself, and says why.
    const now = await drafts.get(draft.id);
    assert.equal(now.content.problem, answer.body.detail);
    assert.equal(await sendFile(now, { session, drafts, files }), "needs-person");
    assert.equal(session.requests, 1);
  }
});

test("a server that always names the same place is not asked for ever", async () => {
  const { drafts, files } = await device();
  const draft = await files.keep(photo(1000), { about: NOTE, api: API });
  const site = server({ instead: () => ({ status: 200, body: { offset: 0, stored: null } }) });
  assert.equal(await sendFile(draft, { session: site, drafts, files }), "later");
  assert.ok(site.requests < 10);
});

test("a file waits for its note, and for a person where the note never comes", async () => {
  const { drafts, files } = await device();
  const draft = await files.keep(photo(1000), { about: NOTE, api: API });
  const session = server({ instead: () => problem(404, "not_found") });
  const later = Date.now() + 2 * 60 * 60_000;
  assert.equal(await sendFile(draft, { session, drafts, files }), "unknown");
  assert.equal(await sendFile(draft, { session, drafts, files, now: () => later }), "needs-person");
  await drafts.put({ id: "n", kind: "note", about: NOTE, content: {} });
  assert.equal(await sendFile(draft, { session, drafts, files, now: () => later }), "unknown");
});

test("a long file lets other things have their turn", async () => {
  const { drafts, files } = await device();
  const draft = await files.keep(photo(3_000_000), { about: NOTE, api: API });
  let now = 0;
  const site = server();
  const session = { send: (...request) => ((now += 11_000), site.send(...request)) };
  const results = [];
  do results.push(await sendFile(draft, { session, drafts, files, now: () => now }));
  while (results.at(-1) === "more" && results.length < 100);
  assert.equal(results.at(-1), "done");
  assert.ok(results.length > 3);
});

test("a recording whose tab was killed keeps all parts that were written", async () => {
  const { kept, drafts, files } = await device();
  const writer = await files.begin({ about: NOTE, api: API, name: "talk.webm", type: "audio/webm", isKept: true });
  for (const second of ["one ", "two ", "three "]) await writer.add(new Blob([second]));
  const draft = await drafts.get(writer.id);
  assert.equal(await sendFile(draft, { session: server(), drafts, files }), "unknown");

  // Another tab, after the first was killed.
  const after = new Files({ drafts, table: files.table, locks: files.locks });
  const copy = await import(`../../static/device/file-sending.js?other`).then((module) => module.sendFile);
  const other = { ...draft, id: crypto.randomUUID() };
  for (const [key, record] of [...kept.parts]) {
    const moved = key.replace(draft.id, other.id);
    kept.parts.set(moved, { ...record, id: moved });
  }
  const site = server();
  assert.equal(await copy({ ...other, content: { ...other.content, api: API } }, { session: site, drafts, files: after }), "done");
  assert.equal(new TextDecoder().decode([...site.stored.values()][0].bytes), "one two three ");

  const empty = { ...draft, id: crypto.randomUUID() };
  assert.equal(await sendFile(empty, { session: server(), drafts, files }), "done");
});

test("where the device has no room it says so and keeps nothing of the file", async () => {
  const { kept, files } = await device({ room: 1_500_000 });
  await assert.rejects(files.keep(photo(3_000_000), { about: NOTE, api: API }), { name: "QuotaExceededError" });
  assert.equal(kept.parts.size, 0);
  assert.equal(kept.drafts.size, 0);
});

test("any part of a file can be read again", async () => {
  const { files } = await device();
  const blob = photo(2_200_000);
  const draft = await files.keep(blob, { about: NOTE, api: API });
  const bytes = await bytesOf(blob);
  for (let round = 0; round < 30; round++) {
    const from = Math.floor(Math.random() * bytes.length);
    const to = Math.min(bytes.length, from + Math.floor(Math.random() * 1_500_000));
    assert.deepEqual(await files.read(draft, from, to), bytes.subarray(from, to));
  }
  assert.deepEqual(await bytesOf(await files.blob(draft)), bytes);
  assert.equal(await files.isSound(draft), true);
});

test("a caption that was written while the file was on its way arrives too", async () => {
  const { drafts, files } = await device();
  const draft = await files.keep(photo(1000), { about: NOTE, api: API, caption: "First" });
  const site = server();
  await sendFile(draft, { session: site, drafts, files });
  await files.change(draft, { caption: "Second" });
  assert.equal(await sendFile(await drafts.get(draft.id), { session: site, drafts, files }), "done");
  assert.equal([...site.stored.values()][0].caption, "Second");
});

test("a file whose parts are not on this device says so", async () => {
  const { kept, drafts, files } = await device();
  const draft = await files.keep(photo(1000), { about: NOTE, api: API });
  kept.parts.clear();
  assert.equal(await sendFile(draft, { session: server(), drafts, files }), "needs-person");
  assert.equal(kept.drafts.get(draft.id).content.problem, "damaged");
});

test("parts of a file that never became whole are deleted, and no others", async () => {
  const { kept, drafts, files } = await device();
  const whole = await files.keep(photo(1000), { about: NOTE, api: API });
  const writing = await files.begin({ about: NOTE, api: API });
  await writing.add(new Blob(["being written here"]));
  const held = "22222222-2222-4222-8222-222222222222";
  files.locks.own = async (id) => id !== held;
  for (const id of [held, "33333333-3333-4333-8333-333333333333"]) {
    kept.parts.set(`${id}/0000000`, { id: `${id}/0000000`, person: "7" });
  }
  await files.sweep(() => drafts.list());
  assert.deepEqual([...kept.parts.keys()].map((key) => key.split("/")[0]).sort(), [whole.id, writing.id, held].sort());
});
