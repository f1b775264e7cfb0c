// What a coder left waits in drafts of earlier pages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptWork } from "../../static/coding/kept-work.js";

test("the drafts are asked for at once, and those of other tabs stay theirs", async () => {
  const list = ["a", "b", "c"].map((id, since) => ({ id, since, kind: "coding" }));
  const asked = [];
  let answer;
  const answered = new Promise((resolve) => (answer = resolve));
  const kept = new KeptWork({
    drafts: {
      list: async () => list,
      get: async (id) => ({ id, content: { record: { assignment: id, changes: [] } } }),
    },
    locks: {
      own: async (id) => {
        asked.push(id);
        if (asked.length === list.length) answer();
        await answered;
        return id !== "b";
      },
      disown: () => {},
    },
    api: "/api/",
    person: "cody",
  });
  assert.deepEqual((await kept.all()).map(({ assignment }) => assignment), ["a", "c"]);
});
