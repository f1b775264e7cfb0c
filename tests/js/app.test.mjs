// What a device keeps to read without a connection: the copies follow what the person can read on the server.
import assert from "node:assert/strict";
import test from "node:test";
import { isHurried, isPage, pageAt } from "../../static/app/addresses.js";
import { MOST, fill, isDue } from "../../static/app/filling.js";
import { NOTHING } from "../../static/app/overview.js";
import { ago, day, described, eventTime, inWeekOf } from "../../static/app/words.js";

const UUID = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
const FIRST = "/api/v1/changes/?kind=case-study,event,field-note&page_size=1000";
const canal = { slug: "canal", working_title: "Canal", organisation: "alpha" };
const elsewhere = { slug: "elsewhere", working_title: "Elsewhere", organisation: "beta" };
const walk = { id: 7, title: "Walk", case_study: "canal", starts_at: "2026-11-24T09:00:00Z" };
const note = (uuid, more = {}) => ({ uuid, title: "Gate", text: "Twelve people.", stored_at: "2026-11-20", ...more });

/** A server that answers by the path and the parameters it was asked with; every address asked for is in `asked`. */
function server(answers, { username = "fay", organisations = ["alpha"] } = {}) {
  const asked = [];
  const memberships = organisations.map((organisation) => ({ organisation }));
  const get = async (url) => {
    asked.push(url);
    if (url === "/api/v1/me/") return { status: 200, body: { username, memberships } };
    const found = Object.entries(answers).find(([part]) => url.includes(part))?.[1];
    if (typeof found === "number") return { status: found, body: {} };
    return { status: 200, body: Array.isArray(found) ? { results: found, next: null } : (found ?? { results: [], next: null }) };
  };
  return { get, asked };
}

function device(overview = NOTHING) {
  const kept = { overview, changed: [] };
  const copies = {
    overview: async () => kept.overview,
    keep: async (now, changed = []) => Object.assign(kept, { overview: now, changed }),
  };
  return { kept, copies };
}

const filled = { ...NOTHING, at: 1, cursor: "/feed", organisations: ["alpha"], cases: [canal], events: [walk] };
const run = ({ get }, { copies }, username = "fay") => fill({ get, copies, username, now: () => 5 });

test("an empty device gets the cases of one's organisations, their events, and the notes one may read", async () => {
  const own = note("c", { sensitivity: "confidential", stored_at: "2026-11-21" });
  const at = server({
    "changes/": { results: [], next: "https://else.example/api/v1/changes/?since=abc", more: false },
    "case-studies/?organisation=alpha": [canal],
    "events/?organisation=alpha": [walk, { ...walk, id: 8, case_study: "unknown" }],
    "sensitivity__in=normal,sensitive": [note("a")],
    "author=fay&sensitivity=confidential": [own],
  });
  const here = device();

  assert.equal(await run(at, here), "filled");
  const { overview, changed } = here.kept;
  assert.equal(overview.cursor, "/api/v1/changes/?since=abc");
  assert.deepEqual([overview.cases, overview.events], [[canal], [walk]]);
  assert.deepEqual(overview.notes.map(({ uuid, text }) => [uuid, text]), [["c", undefined], ["a", undefined]]);
  assert.deepEqual(changed.map(({ text }) => text), ["Twelve people.", "Twelve people."]);
  assert.equal(at.asked[1], FIRST, "the cursor is asked for before the lists");
});

test("with nothing changed two requests are made", async () => {
  const at = server({ "/feed": { results: [], next: "/feed2", more: false } });
  const here = device(filled);

  assert.equal(await run(at, here), "same");
  assert.deepEqual(at.asked, ["/api/v1/me/", "/feed"]);
  assert.deepEqual([here.kept.overview.at, here.kept.overview.cursor], [5, "/feed2"]);
});

test("what was deleted, hidden, or is confidential now leaves the device", async () => {
  const held = { ...filled, notes: [note("gone"), note("hidden"), note("secret"), note("kept")] };
  const results = [
    { type: "field-note", id: "gone", change: "deleted" },
    { type: "field-note", id: "hidden", change: "hidden" },
    { type: "field-note", id: "secret", change: "updated" },
    { type: "case-study", id: "canal", change: "hidden" },
  ];
  const at = server({ "/feed": { results, next: "/feed2", more: false } });
  const here = device(held);

  await run(at, here);
  assert.deepEqual(here.kept.overview.notes.map(({ uuid }) => uuid), ["kept"]);
  assert.deepEqual(here.kept.overview.cases, []);
});

test("what was created or changed comes, of other organisations it does not", async () => {
  const results = [
    { type: "case-study", id: "canal", change: "updated" },
    { type: "case-study", id: "elsewhere", change: "created" },
    { type: "event", id: 7, change: "updated" },
    { type: "field-note", id: "new", change: "created" },
  ];
  const at = server({
    "/feed": { results, next: "/feed2", more: false },
    "slug__in=canal,elsewhere": [{ ...canal, working_title: "Canals" }, elsewhere],
    "id__in=7": [{ ...walk, title: "Second walk" }],
    "uuid__in=new&sensitivity__in": [note("new")],
  });
  const here = device({ ...filled, notes: [note("old")] });

  await run(at, here);
  const { cases, events, notes } = here.kept.overview;
  assert.deepEqual(cases.map((one) => one.working_title), ["Canals"]);
  assert.deepEqual(events.map((one) => one.title), ["Second walk"]);
  assert.deepEqual(notes.map((one) => one.uuid), ["new", "old"]);
});

test("a refused cursor, many changes and a new organisation fetch everything again", async () => {
  const lists = { "case-studies/?": [canal], "page_size=1000": { results: [], next: "/new", more: false } };
  const many = Array.from({ length: 500 }, (_, id) => ({ type: "event", id, change: "updated" }));
  for (const [feed, options] of [
    [400, {}],
    [{ results: [], next: "/x", more: true }, {}],
    [{ results: many, next: "/x", more: false }, {}],
    [{ results: [], next: "/x", more: false }, { organisations: ["alpha", "beta"] }],
  ]) {
    const here = device({ ...filled, notes: [note("old")] });
    assert.equal(await run(server({ ...lists, "/feed": feed }, options), here), "filled");
    assert.equal(here.kept.overview.cursor, "/new");
    assert.deepEqual(here.kept.overview.notes, []);
  }
});

test("without an answer, and with somebody else signed in, the copies stay as they are", async () => {
  for (const [at, username] of [
    [server({ "/feed": 0 }), "fay"],
    [server({ "/feed": 401 }), "fay"],
    [server({}, { username: "bob" }), "fay"],
    [server({ "/feed": { results: [{ type: "event", id: 7 }], next: "/n", more: false }, "events/": 503 }), "fay"],
  ]) {
    const here = device(filled);
    assert.equal(await run(at, here, username), "not-now");
    assert.equal(here.kept.overview, filled);
  }
});

test("a device keeps a bounded number, the latest first, and no more text than it has room for", async () => {
  const page = (name, from) => Array.from({ length: 200 }, (_, n) => note(`${name}${from + n}`));
  let pages = 0;
  const get = async (url) => {
    if (url.includes("/me/")) return { status: 200, body: { username: "fay", memberships: [{ organisation: "alpha" }] } };
    if (url.includes("field-notes")) {
      pages += 1;
      return { status: 200, body: { results: page("n", pages * 200), next: "/api/v1/field-notes/?more" } };
    }
    return { status: 200, body: { results: [], next: null } };
  };
  const here = device();
  await fill({ get, copies: here.copies, username: "fay", now: () => 1 });
  assert.equal(here.kept.overview.notes.length, MOST.notes);
});

test("an organisation without case studies is none to filter by", async () => {
  const at = server({ "changes/": { results: [], next: "/f", more: false }, "organisation=alpha": 400 });
  const here = device();
  assert.equal(await run(at, here), "filled");
  assert.deepEqual(here.kept.overview.cases, []);
});

test("copies are asked about again after a while, also by a clock that is years off", () => {
  const minute = 60_000;
  assert.equal(isDue(NOTHING, 0), true);
  assert.equal(isDue({ at: 10 * minute }, 11 * minute), false);
  assert.equal(isDue({ at: 10 * minute }, 15 * minute), true);
  assert.equal(isDue({ at: 10 * minute }, -1e12), true);
});

test("pages of this device are known by their address", () => {
  assert.deepEqual(pageAt("/today/"), { page: "today", key: null });
  assert.deepEqual(pageAt("/case-studies/canal-2/"), { page: "case", key: "canal-2" });
  assert.deepEqual(pageAt(`/field-notes/${UUID}/edit/`), { page: "edit", key: UUID });
  assert.deepEqual(pageAt("/events/7/"), { page: "event", key: "7" });
  for (const path of ["/case-studies/new/", "/events/7/edit/", "/rounds/", `/field-notes/${UUID}/versions/`, "/"]) {
    assert.equal(pageAt(path), null, path);
  }
});

test("lists and other pages wait for the server; files and answers of the API are no pages", () => {
  assert.deepEqual(["/today/", "/field-notes/new/", "/case-studies/"].map(isHurried), [true, true, false]);
  const paths = ["/today/", "/rounds/3/", "/api/v1/events/", "/records.csv", "/static/css/page.css"];
  assert.deepEqual(paths.map(isPage), [true, true, false, false, false]);
});

test("values are shown in words", () => {
  const fields = [["status", "Status", { held: "Held" }], ["on", "Day", {}], ["tags", "Tags", { a: "A" }], ["none", "None", {}]];
  const row = { status: "held", on: "2026-11-29", tags: ["a", "b"], none: null };
  assert.deepEqual(described(row, fields, "en-gb"), [
    ["Status", "Held"], ["Day", "29 Nov 2026"], ["Tags", "A, b"], ["None", ""],
  ]);
  assert.equal(day("2026-01-01", "en-gb"), "1 Jan 2026");
  assert.match(eventTime({ starts_at: "2026-11-24T09:00:00Z", time_zone: "Europe/Tallinn" }, "en-gb"), /24 Nov 2026, 11:00 \(Tallinn\)/);
  assert.match(eventTime({ starts_at: "2026-11-24T09:00:00Z", time_zone: "Mars/Base" }, "en-gb"), /24 Nov 2026/);
});

test("the age of a copy is named, unless the clock was set back", () => {
  assert.equal(ago(0, 3 * 3600_000, "en-gb"), "3 hours ago");
  assert.equal(ago(0, 30 * 86_400_000, "en-gb"), "30 days ago");
  assert.equal(ago(3600_000, 0, "en-gb"), "");
});

test("events of the week are those that touch it, in their order", () => {
  const event = (id, starts_at, ends_at = null) => ({ id, starts_at, ends_at });
  const now = new Date(2026, 10, 26, 12).getTime();
  const at = (day, hour = 12) => new Date(2026, 10, day, hour).toISOString();
  const events = [event(1, at(29, 23)), event(2, at(22, 23)), event(3, at(23, 0)), event(4, at(30, 0)), event(5, at(20), at(24))];
  assert.deepEqual(inWeekOf(events, now).map(({ id }) => id), [5, 3, 1]);
});
