import assert from "node:assert/strict";
import test from "node:test";
import { deliverForm, toSend } from "../../static/device/form-delivery.js";
import { beginnings, contents, differing, hidden, isSame, threeWay } from "../../static/device/form-fields.js";
import { meaningOf, newId, sendForm } from "../../static/device/form-sending.js";

const input = (name, value, more = {}) => ({ name, value, defaultValue: value, type: "text", dataset: {}, ...more });
const tick = (name, value, checked, more = {}) => ({
  ...input(name, value, { type: "checkbox" }), checked, defaultChecked: checked, ...more,
});
const select = (name, chosen, options, more = {}) => ({
  ...input(name, chosen, { type: "select-one" }),
  options: options.map((value) => ({ value, selected: value === chosen, defaultSelected: value === chosen })),
  ...more,
});
const form = (...elements) => ({ elements });

test("typed fields are read as a browser sends them, and files, passwords, tokens and buttons are not", () => {
  const one = form(
    input("title", "Walk\r\nalong"),
    input("csrfmiddlewaretoken", "secret", { type: "hidden" }),
    input("began", "{}", { type: "hidden" }),
    input("password", "secret", { type: "password" }),
    input("file", "C:\\fakepath\\a.jpg", { type: "file" }),
    input("save", "1", { type: "submit" }),
    input("off", "x", { disabled: true }),
    tick("languages", "nl", true),
    tick("languages", "en", false),
    tick("languages", "da", true),
    select("level", "local", ["", "local"]),
    input("title-choice", "typed", { type: "radio", checked: true, dataset: { passing: "" } }),
  );
  assert.deepEqual(contents(one), { title: ["Walk\nalong"], languages: ["nl", "da"], level: ["local"] });
  assert.deepEqual(hidden(one), { began: ["{}"], "title-choice": ["typed"] });
});

test("a page begins with its defaults; a single choice without one begins with its first", () => {
  const level = select("level", "", ["a", "b"]);
  level.options.forEach((option) => Object.assign(option, { selected: option.value === "b", defaultSelected: false }));
  const one = form(input("title", "Now", { defaultValue: "Before" }), level, tick("open", "on", true, { defaultChecked: false }));
  assert.deepEqual(beginnings(one), { title: ["Before"], level: ["a"], open: [] });
  assert.deepEqual(differing(beginnings(one), contents(one)), ["title", "level", "open"]);
});

test("an empty field is one that is not there, and order does not matter", () => {
  assert.ok(isSame([""], undefined));
  assert.ok(isSame(["a", "b"], ["b", "a"]));
  assert.ok(!isSame(["a"], ["a", "a"]));
});

test("only what the person changed comes back", () => {
  const found = threeWay({ a: ["1"], b: ["1"] }, { a: ["2"], b: ["1"] }, { a: ["1"], b: ["9"] });
  assert.deepEqual(found, { fill: { a: ["2"] }, ask: [], lost: {} });
});

test("a field that changed on both sides is asked, and one that both changed alike is not", () => {
  const found = threeWay({ a: ["1"], b: ["1"] }, { a: ["2"], b: ["3"] }, { a: ["9"], b: ["3"] });
  assert.deepEqual(found, { fill: { a: ["2"] }, ask: ["a"], lost: {} });
});

test("what was typed into a field that the form has no more is not lost", () => {
  assert.deepEqual(threeWay({}, { old: ["Text"], empty: [""] }, {}).lost, { old: ["Text"] });
});

test("a field that was emptied comes back empty", () => {
  assert.deepEqual(threeWay({ a: ["1"] }, { a: [""] }, { a: ["1"] }).fill, { a: [""] });
});

/** Every combination of three values a side: what was typed is filled in, asked about, or already stored. */
test("no combination of three values loses what was typed or replaces what is stored unseen", () => {
  const values = [[], ["x"], ["y"]];
  for (const began of values)
    for (const typed of values)
      for (const now of values) {
        const { fill, ask } = threeWay({ a: began }, { a: typed }, { a: now });
        const shown = "a" in fill ? fill.a : now;
        if (!isSame(typed, began)) assert.ok(isSame(shown, typed));
        else assert.ok(isSame(shown, now));
        const isUnseen = !isSame(shown, now) && !isSame(now, began) && !ask.includes("a");
        assert.ok(!isUnseen);
      }
});

const DRAFT = {
  id: "d", kind: "form", about: "/x", person: "7", since: 1,
  content: {
    state: "submitted", action: "/x", submission: "u", began: {}, submitter: ["more", "1"],
    typed: { title: ["Walk"], languages: ["nl", "da"], note: [""] }, hidden: { began: ["{}"] },
  },
};

function delivery(answer, draft = DRAFT) {
  const puts = [];
  const sent = [];
  const send = async (_session, form) => (sent.push(form), answer);
  const result = deliverForm(draft, { session: {}, drafts: { put: async (one) => puts.push(one) } }, send);
  return result.then((outcome) => ({ outcome, puts, sent }));
}

test("a submitted form is sent with all its fields, its name and its writer", async () => {
  const { outcome, sent } = await delivery({ what: "done", location: "/y" });
  assert.equal(outcome, "done");
  assert.deepEqual(sent, [{
    action: "/x", submission: "u", person: "7",
    fields: [["began", "{}"], ["title", "Walk"], ["languages", "nl"], ["languages", "da"], ["note", ""], ["more", "1"]],
  }]);
});

test("a form that is only typed is never sent by itself", async () => {
  const typing = { ...DRAFT, content: { ...DRAFT.content, state: "typing" } };
  const { outcome, sent } = await delivery({ what: "done" }, typing);
  assert.deepEqual([outcome, sent], ["needs-person", []]);
});

test("a form that was refused is kept with the reason, for the person", async () => {
  const { outcome, puts } = await delivery({ what: "refused", status: 422 });
  assert.equal(outcome, "needs-person");
  assert.equal(puts[0].content.state, "refused");
  assert.deepEqual(puts[0].content.typed, DRAFT.content.typed);
  assert.equal(puts[0].content.problem.status, 422);
});

test("without an answer or a session it waits as it is", async () => {
  for (const what of ["later", "sign-in"]) assert.deepEqual((await delivery({ what })).outcome, what);
});

const answer = (status, type, body, more = {}) => ({
  status, headers: new Headers({ "Content-Type": type }), text: async () => body, json: async () => JSON.parse(body), ...more,
});

test("what an answer means", async () => {
  const cases = [
    [answer(200, "application/json", '{"location":"/y"}'), "done"],
    [answer(200, "application/json", '{"location":"/y","done":false}'), "first"],
    [answer(422, "text/html; charset=utf-8", "<main></main>"), "refused"],
    [answer(404, "text/html", "gone"), "refused"],
    [answer(409, "application/problem+json", '{"type":"urn:lipse:problem:done_before","location":"/y"}'), "refused"],
    [answer(409, "application/problem+json", '{"type":"urn:lipse:problem:other_person"}'), "sign-in"],
    [answer(401, "application/problem+json", "{}"), "sign-in"],
    [answer(0, "", "", { type: "opaqueredirect" }), "sign-in"],
    [answer(503, "text/html", ""), "later"],
    [answer(429, "text/html", ""), "later"],
    // The page of a network that wants a sign-in of its own.
    [answer(200, "text/html", "<html>Welcome to the train</html>"), "later"],
    [answer(200, "application/json", "not json"), "later"],
  ];
  for (const [one, what] of cases) assert.equal((await meaningOf(one)).what, what, JSON.stringify(one));
});

test("a token of an earlier session is asked for again, once; another person's session sends nothing", async () => {
  const real = globalThis.fetch;
  const sent = [];
  const session = {
    url: "/now", person: "fay", token: "old",
    send: async () => ({ status: 200, body: { person: session.who, token: "new" } }),
  };
  globalThis.fetch = async (_url, { headers }) => {
    sent.push(headers["X-CSRFToken"]);
    return headers["X-CSRFToken"] === "new" ? answer(200, "application/json", '{"location":"/y"}') : answer(403, "text/html", "");
  };
  const one = { action: "/x", fields: [["a", "1"]], submission: "u", person: "7" };
  try {
    session.who = "ada";
    assert.equal((await sendForm(session, one)).what, "sign-in");
    session.who = "fay";
    assert.equal((await sendForm(session, one)).what, "done");
    assert.deepEqual(sent, ["old", "old", "new"]);
  } finally {
    globalThis.fetch = real;
  }
});

test("a name for a submission is a UUID in every browser", () => {
  const { randomUUID } = crypto;
  crypto.randomUUID = undefined;
  assert.match(newId(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  crypto.randomUUID = randomUUID;
});

test("what is sent is without the submitter where there is none", () => {
  assert.deepEqual(toSend({ action: "/x", typed: { a: ["1"] }, hidden: {}, submitter: null, submission: "u" }, "7").fields, [["a", "1"]]);
});
