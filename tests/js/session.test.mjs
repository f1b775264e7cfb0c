// A page that outlives its session: it sends as the person who opened it, and as nobody else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Session } from "../../static/js/session.js";

function server(t, answers) {
  const asked = [];
  t.mock.method(globalThis, "fetch", async (url, options) => {
    asked.push({ url, method: options.method, headers: options.headers });
    const { status, body } = answers.shift() ?? { status: 0 };
    if (status === 0) throw new TypeError("no network");
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  });
  return { asked, session: new Session({ url: "/now/", person: "fay", number: "7", token: "old" }) };
}

test("each request names the person it was written as", async (t) => {
  const { asked, session } = server(t, [{ status: 200, body: {} }]);
  await session.send("PUT", "/note/", { text: "One" });
  assert.equal(asked[0].headers["X-Written-By"], "7");
});

test("after the same person has signed in again it is sent with the new token", async (t) => {
  const { asked, session } = server(t, [
    { status: 403, body: { type: "urn:lipse:problem:csrf_failed" } },
    { status: 200, body: { person: "fay", token: "new" } },
    { status: 200, body: { version: 2 } },
  ]);
  assert.deepEqual(await session.send("PUT", "/note/", {}), { status: 200, body: { version: 2 } });
  assert.deepEqual(asked.map(({ headers }) => headers["X-CSRFToken"]), ["old", "old", "new"]);
});

test("somebody else who is signed in gets nothing of it", async (t) => {
  const { asked, session } = server(t, [
    { status: 409, body: { type: "urn:lipse:problem:other_person" } },
    { status: 403, body: {} },
    { status: 200, body: { person: "ada", token: "hers" } },
  ]);
  assert.equal((await session.send("PUT", "/note/", {})).status, 401);
  assert.equal((await session.send("PUT", "/note/", {})).status, 401);
  assert.deepEqual([asked.length, session.token], [3, "old"]);
});

test("a page of signing in that is answered with 200 counts as no answer", async (t) => {
  const { session } = server(t, [{ status: 200, body: "<!DOCTYPE html><title>Sign in</title>" }]);
  assert.deepEqual(await session.send("PUT", "/note/", {}), { status: 0, body: null });
});
