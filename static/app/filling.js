// Fetches what a person can read without a connection, and later only what has changed. Knows no page, no database and
// no network, so that node can test it.
import { NOTHING, lineOf } from "./overview.js";

const API = "/api/v1/";
const FEED = `${API}changes/?kind=case-study,event,field-note&page_size=1000`;
// The most of each that a device keeps, the latest first.
export const MOST = { cases: 200, events: 1000, notes: 2000 };
const PAGE = 200;
// Notes are fetched until their texts have so many characters together.
const MOST_TEXT = 20_000_000;
// So many are asked for by name in one request, and with more changes everything is fetched again.
const NAMED = 50;
const AGAIN_AFTER = 5 * 60_000;

const LISTS = {
  "case-study": { name: "cases", path: "case-studies/", key: "slug" },
  event: { name: "events", path: "events/", key: "id" },
  "field-note": { name: "notes", path: "field-notes/", key: "uuid" },
};
// Of confidential notes a device gets those that the person wrote: a read of another's is on the record, and nobody has
// read what a device fetched by itself.
const READABLE = ["sensitivity__in=normal,sensitive"];

/** Whether what is here was fetched long enough ago to ask again. A clock that was set back asks again. */
export function isDue({ at }, now) {
  return at === null || Math.abs(now - at) >= AGAIN_AFTER;
}

/**
 * Bring the copies up to date: what the person lost, and what was erased or withdrawn, leaves the device.
 *
 * get: async (url) => {status, body}; copies: as in copies.js; username: whose they are; now: () => milliseconds.
 * Resolves to "filled", "same", or "not-now" where no answer came or somebody else is signed in.
 */
export async function fill({ get, copies, username, now }) {
  try {
    return await new Filling(get, copies, username, now).run();
  } catch (error) {
    if (error instanceof NotNow) return "not-now";
    throw error;
  }
}

class NotNow extends Error {}

class Filling {
  constructor(get, copies, username, now) {
    Object.assign(this, { get, copies, username, now });
  }

  async run() {
    const me = await this.asked(`${API}me/`);
    if (me.username !== this.username) throw new NotNow();
    // What an earlier key encrypted is fetched again.
    const held = await this.copies.overview().catch(() => NOTHING);
    const organisations = me.memberships.map(({ organisation }) => organisation).sort();
    const isSame = held.cursor !== null && String(held.organisations) === String(organisations);
    const changes = isSame ? await this.changesSince(held.cursor) : null;
    return changes ? this.update(held, changes) : this.everything(organisations);
  }

  /** The changes since the cursor; null where everything has to be fetched again. */
  async changesSince(cursor) {
    const { status, body } = await this.get(cursor);
    if (status === 400) return null;
    if (status !== 200) throw new NotNow();
    return body.more || body.results.length > 2 * NAMED ? null : body;
  }

  async everything(organisations) {
    // Before what it follows, so that nothing falls between the two.
    const { next } = await this.asked(FEED);
    const overview = { at: this.now(), cursor: relative(next), organisations, cases: [], events: [] };
    for (const slug of organisations) {
      overview.cases.push(...(await this.list("case-studies/", [`organisation=${slug}`], MOST.cases)));
      overview.events.push(...(await this.list("events/", [`organisation=${slug}`], MOST.events)));
    }
    const known = new Set(overview.cases.map(({ slug }) => slug));
    overview.events = overview.events.filter((event) => known.has(event.case_study));
    const notes = await this.notes([], MOST.notes);
    await this.copies.keep({ ...overview, notes: notes.map(lineOf) }, notes);
    return "filled";
  }

  async update(held, { results, next }) {
    const overview = { ...held, at: this.now(), cursor: relative(next) };
    let changed = [];
    for (const [type, { name, path, key }] of Object.entries(LISTS)) {
      const ids = [...new Set(results.filter((one) => one.type === type).map(({ id }) => String(id)))];
      if (!ids.length) continue;
      const rows = await this.named(type, path, key, ids);
      const mine = rows.filter((row) => this.isMine(row, overview));
      const rest = held[name].filter((row) => !ids.includes(String(row[key])));
      // What was named and does not come back is gone, or is not this person's to read any more.
      overview[name] = [...mine.map((row) => (name === "notes" ? lineOf(row) : row)), ...rest].slice(0, MOST[name]);
      if (name === "notes") changed = mine;
    }
    await this.copies.keep(overview, changed);
    return results.length ? "filled" : "same";
  }

  isMine(row, { organisations, cases }) {
    if ("organisation" in row) return organisations.includes(row.organisation);
    if ("starts_at" in row) return cases.some(({ slug }) => slug === row.case_study);
    return true;
  }

  async named(type, path, key, ids) {
    const found = [];
    for (let from = 0; from < ids.length; from += NAMED) {
      const filter = [`${key}__in=${ids.slice(from, from + NAMED).join(",")}`];
      found.push(...(await (type === "field-note" ? this.notes(filter, NAMED) : this.list(path, filter, NAMED))));
    }
    return found;
  }

  async notes(filter, most) {
    const own = [`author=${encodeURIComponent(this.username)}`, "sensitivity=confidential"];
    const readable = await this.list("field-notes/", [...filter, ...READABLE], most);
    const both = [...readable, ...(await this.list("field-notes/", [...filter, ...own], most))];
    return both.sort((a, b) => (a.stored_at < b.stored_at ? 1 : -1)).slice(0, most);
  }

  async list(path, parameters, most) {
    const rows = [];
    let size = 0;
    let url = `${API}${path}?${[...parameters, `page_size=${Math.min(PAGE, most)}`].join("&")}`;
    while (url && rows.length < most && size < MOST_TEXT) {
      const { status, body } = await this.get(url);
      // An organisation that has no case study yet is none to filter by.
      if (status === 400) break;
      if (status !== 200) throw new NotNow();
      rows.push(...body.results);
      size += body.results.reduce((sum, row) => sum + (row.text?.length ?? 0), 0);
      url = relative(body.next);
    }
    return rows.slice(0, most);
  }

  async asked(url) {
    const { status, body } = await this.get(url);
    if (status !== 200) throw new NotNow();
    return body;
  }
}

/** An address of the API without its origin, which a proxy may have changed. */
function relative(url) {
  return url && url.replace(/^https?:\/\/[^/]+/, "");
}
