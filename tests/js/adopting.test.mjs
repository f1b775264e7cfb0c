// An editor goes on with a draft that no other tab has.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { adoptAll, adoptFirst } from "../../static/device/adopting.js";

let here, owned, elsewhere;
const found = ["a", "b", "c"].map((id) => ({ id }));
const parts = {
  drafts: { get: async (id) => here.get(id) ?? null },
  locks: { own: async (id) => !elsewhere.has(id) && Boolean(owned.add(id)), disown: (id) => owned.delete(id) },
};

beforeEach(() => {
  here = new Map(found.map(({ id }) => [id, { id, content: { text: id } }]));
  owned = new Set();
  elsewhere = new Set();
});

test("the first that is free is taken, and no other", async () => {
  elsewhere.add("a");
  assert.equal((await adoptFirst(found, parts)).id, "b");
  assert.deepEqual([...owned], ["b"]);
});

test("one that was sent meanwhile or cannot be read is let go", async () => {
  here.delete("a");
  here.set("b", { id: "b", content: null });
  assert.equal((await adoptFirst(found, parts)).id, "c");
  assert.deepEqual([...owned], ["c"]);
  assert.deepEqual((await adoptAll(found, parts)).map(({ id }) => id), ["c"]);
  assert.deepEqual([...owned], ["c"]);
});

test("where the person types before it is found, nothing is taken", async () => {
  let asked = 0;
  assert.equal(await adoptFirst(found, { ...parts, isTooLate: () => asked++ > 0 }), null);
  assert.deepEqual([...owned], []);
});

test("all that are free are taken, in their order", async () => {
  elsewhere.add("b");
  assert.deepEqual((await adoptAll(found, parts)).map(({ id }) => id), ["a", "c"]);
});
