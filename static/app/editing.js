// Makes the form of a note as the server would have sent it, from what is on this device; the script of the note's page
// does the rest, here as there.
import { make } from "./elements.js";
import { titleOf } from "./pages.js";

const NO_UUID = "00000000-0000-0000-0000-000000000000";

/**
 * Put the form of the note `uuid` into `place` and start its script. Resolves to its title. copies, overview, notes: what
 * is on this device, `notes` the drafts of notes.
 */
export async function edit(place, { uuid, say, copies, overview, notes }) {
  const note = await copies.note(uuid).catch(() => null);
  const waiting = notes.findLast(({ about }) => about === uuid) ?? null;
  const query = new URLSearchParams(location.search);
  const form = document.querySelector("[data-shell-note]").content.cloneNode(true).querySelector("form");
  const start = note ?? began(query, overview);
  name(form, uuid);
  offer(form, overview, start);
  for (const [field, value] of Object.entries(start)) set(form.elements[field], value);
  set(form.elements.base_version, note?.version ?? "");
  const isUnknown = !note && !waiting && ![...query.keys()].length;
  const warning = isUnknown ? make("p", { className: "notice", textContent: say("unknownNote") }) : null;
  place.replaceChildren(...[warning, form].filter(Boolean));
  await import("../casestudies/note-page.js");
  return note?.title || (waiting && titleOf(waiting)) || say(note || waiting ? "untitled" : "newNote");
}

/** What a new note begins with: as the page that the server sends. */
function began(query, { cases }) {
  const asked = query.get("case_study") ?? "";
  const found = cases.find(({ slug }) => slug === asked);
  const now = new Date();
  const today = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0"));
  return {
    // Also one of which there is no copy here yet: without it the server would refuse the note.
    case_study: asked,
    event: query.get("event") ?? "",
    language: found?.language ?? "en",
    occurred_on: today.join("-"),
  };
}

function name(form, uuid) {
  form.dataset.uuid = uuid;
  for (const key of ["api", "conflict", "done"]) form.dataset[key] = form.dataset[key].replace(NO_UUID, uuid);
}

/** Fill the choices of case study and event; those of the event follow the case study. */
function offer(form, { cases, events }, start) {
  const { case_study: caseField, event: eventField } = form.elements;
  const none = [...eventField.options].slice(0, 1);
  const known = cases.some(({ slug }) => slug === start.case_study);
  const choices = cases.map(({ slug, working_title: title }) => [slug, title]);
  if (start.case_study && !known) choices.push([start.case_study, start.case_study]);
  caseField.append(...choices.map(option));
  const follow = (slug, chosen) => {
    const own = events.filter((event) => event.case_study === slug).map(({ id, title }) => [String(id), title]);
    if (chosen && !own.some(([id]) => id === String(chosen))) own.push([String(chosen), `${chosen}`]);
    eventField.replaceChildren(...none, ...own.map(option));
  };
  follow(start.case_study, start.event);
  caseField.addEventListener("change", () => follow(caseField.value, null));
}

function option([value, textContent]) {
  return make("option", { value, textContent });
}

/** As if the server had sent it: the value that a form is reset to. */
function set(field, value) {
  if (!field) return;
  const text = Array.isArray(value) ? value.join("\n") : String(value ?? "");
  if (!field.options) {
    field.defaultValue = text;
    return;
  }
  for (const one of field.options) one.defaultSelected = one.value === text;
  field.value = text;
}
