// The digest of a file in pieces is that of the whole file.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { Sha256 } from "../../static/device/sha256.js";

const expected = (bytes) => createHash("sha256").update(bytes).digest("hex");

test("files of every length around the size of a block, whole and byte by byte", () => {
  for (let length = 0; length < 200; length++) {
    const bytes = new Uint8Array(randomBytes(length));
    const digest = new Sha256();
    for (const byte of bytes) digest.update(Uint8Array.of(byte));
    assert.equal(digest.digest(), expected(bytes), `${length} bytes`);
    assert.equal(new Sha256().update(bytes).digest(), expected(bytes), `${length} bytes at once`);
  }
});

test("a long file in pieces of any length", () => {
  const bytes = new Uint8Array(randomBytes(300_000));
  for (let round = 0; round < 20; round++) {
    const digest = new Sha256();
    for (let at = 0; at < bytes.length; ) {
      const end = at + Math.floor(Math.random() * 9000);
      digest.update(bytes.subarray(at, end));
      at = end;
    }
    assert.equal(digest.digest(), expected(bytes));
  }
});
