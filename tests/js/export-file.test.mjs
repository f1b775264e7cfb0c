// An export file holds what waits, opens only with its passphrase, and writes over nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { describe } from "../../static/device/describe.js";
import { CannotBeOpened, ITERATIONS, opened, packed, sealed, unpacked, unpackedBytes } from "../../static/device/export-file.js";

const draft = (id, text) => ({ id, kind: "note", about: `note-${id}`, since: 5, at: 6, content: { record: { content: { text } } } });
const WORDS = "the ferry leaves at nine";

test("what was sealed opens with the passphrase, with nothing readable in the file", async () => {
  const content = { drafts: [draft("1", "Pëople on the quay 🚢".repeat(5000))] };
  const file = await sealed(content, WORDS);
  assert.ok(!file.includes("quay"));
  const { kdf } = JSON.parse(file);
  assert.ok(kdf.iterations >= 600_000);
  assert.deepEqual(await opened(file, WORDS), content);
});

test("another passphrase, a changed file and what is no such file are refused", async () => {
  const file = await sealed({ drafts: [] }, WORDS);
  const changed = JSON.stringify({ ...JSON.parse(file), version: 2 });
  const endless = JSON.parse(file);
  endless.kdf.iterations = 1e12;
  for (const [text, words] of [[file, "another"], [changed, WORDS], ["<html>", WORDS], ["null", WORDS], ["{}", WORDS]]) {
    await assert.rejects(opened(text, words), CannotBeOpened);
  }
  await assert.rejects(opened(JSON.stringify(endless), WORDS), CannotBeOpened);
  assert.equal(ITERATIONS, 600_000);
});

const at = { now: 0, bytesOf: async () => new Uint8Array([0, 255, 7]) };

test("what cannot be read here is not in the file, and the file names its person", async () => {
  const here = { person: "3", username: "fay", name: "Fay" };
  const file = await packed(here, [draft("1", "a"), { ...draft("2"), content: null }], at);
  assert.deepEqual(file.drafts.map(({ id }) => id), ["1"]);
  assert.deepEqual([file.person, file.username, file.made], ["3", "fay", "1970-01-01T00:00:00.000Z"]);
});

test("opening a file again adds nothing, and a newer text of this device stays beside the one of the file", async () => {
  const file = await packed({ person: "3", username: "fay" }, [draft("1", "a"), draft("2", "b"), draft("3", "c")], at);
  const put = unpacked(file, [draft("1", "a"), draft("2", "b, and more")], () => "new");
  assert.deepEqual(put.map(({ id, about }) => [id, about]), [["new", "note-2"], ["3", "note-3"]]);
});

test("a draft says what it is called, where it is and what was written", () => {
  const note = { kind: "note", about: "u", id: "i", content: { record: { content: { title: "", text: "On the quay\nmore", informants: ["P1", "P2"] } } } };
  assert.equal(describe(note).name, "On the quay");
  assert.equal(describe(note).page, "/field-notes/u/edit/");
  assert.equal(describe(note).text, "text:\nOn the quay\nmore\n\ninformants:\nP1\nP2\n");
  const form = { kind: "form", about: "/x/", id: "i", content: { url: "/x/", title: "Edit", typed: { title: ["T"], empty: [""] } } };
  assert.deepEqual(describe(form), { name: "Edit", page: "/x/#draft-i", text: "title:\nT\n" });
  assert.deepEqual(describe({ kind: "file", about: "u", content: { name: "quay.jpg" } }), { name: "quay.jpg", page: "/field-notes/u/", text: "" });
  assert.equal(describe({ kind: "note", content: null }).name, "");
  assert.equal(describe({ kind: "new", content: { a: "b" } }).text, "a:\nb\n");
});

test("a photo is in the file with its bytes, and opening it again adds no second one", async () => {
  const photo = { id: "p", kind: "file", about: "u", since: 5, content: { name: "quay.jpg", sha256: "ab" } };
  const file = await packed({ person: "3", username: "fay" }, [photo], at);
  assert.deepEqual([...unpackedBytes(file.drafts[0])], [0, 255, 7]);
  assert.equal(unpacked(file, [], () => "new").length, 1);
  assert.equal(unpacked(file, [{ ...photo, id: "q", content: { ...photo.content, api: "/other/" } }], () => "new").length, 0);
});
