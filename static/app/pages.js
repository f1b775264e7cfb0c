// Draws the pages that this device has: each is {title, lead, actions, content}, null where the thing is not here.
import { address } from "./addresses.js";
import { facts, link, make, rows, section, soft } from "./elements.js";
import { day, described, eventTime, inWeekOf, moment } from "./words.js";

const RECENT = 10;

/** The title of a note that waits here; empty for none, and where it cannot be read. */
export function titleOf(draft) {
  return draft.content?.record?.content?.title ?? "";
}

/**
 * `device`: {overview, drafts, note} as copies.js and drafts.js have them, `note` the whole of the one that is shown.
 * `say`: (name, values) => sentence. `shown`: the fields of each kind. `now`: milliseconds.
 */
export class Pages {
  constructor(device, { say, shown, language, username, now }) {
    Object.assign(this, { device, say, shown, language, username, now });
  }

  draw({ page, key }) {
    const { cases, events, notes } = this.device.overview;
    const found = {
      today: () => this.today(),
      cases: () => this.list("cases", rows(cases.map((one) => this.caseRow(one)))),
      events: () => this.list("events", rows(events.map((one) => this.eventRow(one)))),
      notes: () => this.list("notes", rows(notes.map((one) => this.noteRow(one)))),
      case: () => this.caseStudy(cases.find(({ slug }) => slug === key)),
      event: () => this.event(events.find(({ id }) => String(id) === key)),
      note: () => this.note(this.device.note),
    };
    return found[page]?.() ?? null;
  }

  today() {
    const { cases, events, notes } = this.device.overview;
    const mine = cases.filter(({ researcher }) => researcher === this.username);
    const others = cases.filter(({ researcher }) => researcher !== this.username);
    const week = inWeekOf(events, this.now);
    const own = notes.filter(({ author }) => author === this.username).slice(0, RECENT);
    return {
      title: this.say("today"),
      lead: new Date(this.now).toLocaleDateString(this.language, { dateStyle: "full" }),
      actions: [this.button("/field-notes/new/", "write")],
      content: [
        this.unsent(),
        section("week-h", this.say("week"), this.timeline(week, true), this.say("noWeek")),
        section("notes-h", this.say("recent"), rows(own.map((one) => this.noteRow(one))), this.say("noNotes")),
        section("mine-h", this.say("myCases"), rows(mine.map((one) => this.caseRow(one))), this.say("noCases")),
        section("cases-h", this.say("otherCases"), rows(others.map((one) => this.caseRow(one))), this.say("noCases")),
      ],
    };
  }

  /** What was typed here and the server does not have yet. */
  unsent() {
    const items = this.device.drafts.map((draft) => [
      link(address.edit(draft.about), titleOf(draft) || this.say("untitled")),
      soft(this.say("since", { time: moment(draft.since, this.now, this.language) })),
    ]);
    return items.length ? section("unsent-h", this.say("unsent"), rows(items), "") : null;
  }

  list(name, content) {
    return { title: this.say(name), lead: "", actions: [], content: [content ?? this.unknown(this.say("nothing"))] };
  }

  caseStudy(found) {
    if (!found) return null;
    const events = this.device.overview.events.filter((event) => event.case_study === found.slug);
    const abstract = make("p", { className: "reading-text", lang: found.language, textContent: found.abstract });
    return {
      title: found.working_title,
      lead: "",
      actions: [this.button(address.write(found.slug), "write")],
      content: [
        found.abstract ? abstract : this.unknown(this.say("noAbstract")),
        facts(described(found, this.shown.case, this.language)),
        section("events-h", this.say("caseEvents"), this.timeline(events, false), this.say("noEvents")),
        this.notesOf((note) => note.case_study === found.slug),
        this.unknown(this.say("parts")),
      ],
    };
  }

  event(found) {
    if (!found) return null;
    return {
      title: found.title,
      lead: eventTime(found, this.language),
      actions: [this.button(address.write(found.case_study, found.id), "write")],
      content: [
        make("p", {}, this.caseLink(found.case_study)),
        facts(described(found, this.shown.event, this.language)),
        section("people-h", this.say("participation"), this.participation(found), this.say("noParticipation")),
        this.notesOf((note) => note.event === found.id),
      ],
    };
  }

  note(found) {
    if (!found) return null;
    const waits = this.device.drafts.some(({ about }) => about === found.uuid);
    const text = make("div", { className: "reading-text", lang: found.language, textContent: found.text });
    return {
      title: found.title || this.say("untitled"),
      lead: "",
      actions: [this.button(address.edit(found.uuid), "edit")],
      content: [
        waits ? make("p", { className: "notice warning", textContent: this.say("newer") }) : null,
        make("p", {}, this.caseLink(found.case_study)),
        found.text ? text : this.unknown(this.say("noText")),
        facts(described(found, this.shown.note, this.language)),
      ],
    };
  }

  notesOf(isOfIt) {
    const found = this.device.overview.notes.filter(isOfIt);
    return section("notes-h", this.say("notes"), rows(found.map((note) => this.noteRow(note))), this.say("noNotes"));
  }

  participation(event) {
    const items = (event.participation ?? []).map((row) => {
      const words = described(row, this.shown.participation, this.language).filter(([, value]) => value !== "");
      return [words.map(([label, value]) => `${label}: ${value}`).join(", ")];
    });
    return rows(items);
  }

  timeline(events, namesCase) {
    if (!events.length) return null;
    const entry = (event) =>
      make(
        "li",
        {},
        make("time", { dateTime: event.starts_at, textContent: eventTime(event, this.language) }),
        make("h3", {}, link(address.event(event.id), event.title)),
        make("p", {}, namesCase ? this.caseLink(event.case_study) : this.label("event", "status", event.status)),
        make("p", {}, link(address.write(event.case_study, event.id), this.say("writeAbout", { event: event.title }))),
      );
    return make("ol", { className: "timeline" }, ...events.map(entry));
  }

  caseRow(one) {
    return [link(address.case(one.slug), one.working_title), soft(this.label("case", "review_state", one.review_state))];
  }

  eventRow(event) {
    return [link(address.event(event.id), event.title), soft(eventTime(event, this.language))];
  }

  noteRow(note) {
    const words = [this.label("note", "kind", note.kind), note.occurred_on && day(note.occurred_on, this.language), note.author];
    const wants = note.open_conflicts ? make("span", { className: "badge warn", textContent: this.say("actionNeeded") }) : null;
    return [link(address.note(note.uuid), note.title || this.say("untitled")), soft(words.filter(Boolean).join(", ")), wants && " ", wants];
  }

  caseLink(slug) {
    const found = this.device.overview.cases.find((one) => one.slug === slug);
    return link(address.case(slug), found?.working_title ?? slug);
  }

  label(kind, name, value) {
    return this.shown[kind].find(([one]) => one === name)?.[2][value] ?? value;
  }

  button(href, words) {
    const made = link(href, this.say(words));
    made.setAttribute("role", "button");
    return made;
  }

  unknown(words) {
    return make("p", { className: "unknown", textContent: words });
  }
}
