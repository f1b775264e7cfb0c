// The page of a note: reads the form, keeps and sends it by NoteSync, says how it stands.
import { text } from "../js/text.js";
import { Drafts, onChange } from "../device/drafts.js";
import { own } from "../device/locks.js";
import { here } from "../device/person.js";
import { signInAgain } from "../device/signin.js";
import { ledgerOf, noteStore, sender, sha256 } from "./note-delivery.js";
import { adopted } from "./note-drafts.js";
import { NoteSync, same, typedOnto } from "./note-sync.js";
import { moveOldNotes } from "./old-notes.js";

const PAUSE = 500;
// A device that writes for longer than this is said to be writing.
const SLOW = 60;
const LONGEST_PUT_BACK = 3000;
const WRITING = { name: "writing", text: "keeping" };
const form = document.querySelector("[data-note]");
if (form) {
  // Behind what keeps the text. Where it does not come, the page says where files can be added.
  begin(form).finally(() => import("./attachments.js").catch(() => {}));
}

async function begin(form) {
  const state = form.querySelector("[data-note-state]");
  // The version that this page shows. Nothing writes there: Firefox puts such a value back into the page that follows,
  // which may show an earlier version.
  const version = form.elements.base_version.value;
  const isNew = version === "";
  const first = read(form, sent);
  // What stands here was typed before this script came; only after going back or reloading it may also be what the
  // browser put back, perhaps over a newer text: that is saved when the person types on or presses Save.
  let isTyped = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  // Until it is known what waits on this device nothing is put in its place.
  let isOpen = false;
  const entered = () => {
    const content = read(form);
    return isNew && !content.title && !content.text ? first : content;
  };
  // What stands here and nobody has taken yet: no state of the note is about it.
  const isUnread = () => !isOpen && !same(entered(), first);
  const { uuid, api } = form.dataset;
  const { session } = here;
  const drafts = new Drafts(here.vault);
  let found = null;
  // The draft of this tab alone: another tab of the same note has its own.
  const open = async () => {
    await moveOldNotes(drafts).catch(() => {});
    found = await adopted(drafts, uuid);
    if (!found) await own(id);
    return (found && noteStore(drafts, { id: found.id, uuid, api, found })) ?? noteStore(drafts, { id, uuid, api });
  };
  const id = newId();
  let store = noteStore(drafts, { id, uuid, api });
  const sync = new NoteSync(
    {
      store: {
        get: async () => (store = await open()).get(),
        put: (record) => store.put(record),
        remove: () => store.remove(),
      },
      send: sender(session, api),
      hash: sha256,
      wait: (milliseconds, callback) => {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
      show: (now) => show(form, state, isUnread() ? WRITING : now),
      combined: (content) => isOpen && fill(form, content),
      acknowledged: (receipt) => ledgerOf(uuid)(receipt).catch(() => {}),
      signIn: () => signInAgain(session),
    },
    { stored: first, base: isNew ? null : Number(version) },
  );

  let timer = null;
  const typed = () => (isOpen && isTyped ? entered() : null);
  const save = () => {
    clearTimeout(timer);
    const content = typed();
    if (content) sync.change(content);
  };
  form.addEventListener("input", () => {
    isTyped = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
    // On this device without a pause: a page that is left gives its database no time.
    const content = typed();
    if (!content) return sync.say();
    sync.keep(content);
    setTimeout(() => sync.isKept || sync.say(), SLOW);
  });
  form.addEventListener("focusout", save);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    isTyped = true;
    save();
    sync.flush();
  });
  form.elements.case_study.addEventListener("change", () => {
    // The events on offer are those of the case the page was opened with.
    form.elements.event.value = "";
  });
  addEventListener("beforeunload", (event) => {
    save();
    if (!sync.isKept || isUnread()) event.preventDefault();
  });
  addEventListener("pagehide", (event) => {
    save();
    // The page does not come back to take it.
    if (isTyped && isUnread() && !event.persisted) {
      // What waits here was typed on another text than this page shows, and is sent as an edit of that one.
      sync.record.content = typedOnto(sync.record.content, entered(), first);
    }
    sync.leave();
  });
  addEventListener("online", () => sync.check());
  addEventListener("focus", () => sync.check());
  document.addEventListener("visibilitychange", () => (document.hidden ? save() : sync.check()));
  if (isUnread()) sync.say();
  let waiting = null;
  let isKept = true;
  try {
    waiting = await sync.start();
  } catch (error) {
    isKept = false;
    show(form, state, { name: "action-needed", text: "noDevice", values: { error: error.message } });
  }
  // A decided conflict is not shown again: the answer is waited for, as long as it comes soon.
  if (sync.record.conflict) await Promise.race([sync.busy, pause(LONGEST_PUT_BACK)]);
  if (!isTyped) await putBack();
  // It may have been sent meanwhile and come back beside another person's edit.
  if (waiting) fill(form, isTyped ? typedOnto(sync.record.content, read(form), first) : sync.record.content);
  isOpen = true;
  form.dataset.open = "";
  renewWith(sync, { session, api });
  if (same(read(form), first)) {
    if (state.dataset.state) sync.say();
    return;
  }
  // Of a note the server does not have there is no newer text.
  isTyped ||= isNew && !waiting;
  if (isTyped) save();
  else if (!waiting && isKept) {
    show(form, state, { name: "waiting", text: "putBack" });
  }
}

/** When another page has sent a draft of this note, a page in which nothing was typed takes the newer version. */
function renewWith(sync, { session, api }) {
  let timer = null;
  onChange(() => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      if (!sync.isSettled) return;
      const { status, body } = await session.send("GET", api);
      if (status === 200) sync.renew(body);
    }, PAUSE);
  });
}

function newId() {
  return globalThis.crypto?.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Resolves when the browser has put back what it remembers of a form: in Chromium that is after the scripts have run. */
function putBack() {
  return new Promise((resolve) => {
    setTimeout(resolve, LONGEST_PUT_BACK);
    if (document.readyState === "complete") setTimeout(resolve);
    else addEventListener("load", () => setTimeout(resolve), { once: true });
  });
}

function shown(element) {
  return element.value;
}

function sent(element) {
  if (!element.options) return element.defaultValue;
  return ([...element.options].find((option) => option.defaultSelected) ?? element.options[0])?.value ?? "";
}

function read(form, of = shown) {
  const value = (name) => of(form.elements[name]);
  return {
    case_study: value("case_study") || null,
    event: value("event") ? Number(value("event")) : null,
    kind: value("kind"),
    title: value("title"),
    text: value("text"),
    occurred_on: value("occurred_on") || null,
    language: value("language"),
    informants: [...new Set(value("informants").split("\n").map((line) => line.trim()).filter(Boolean))],
    sensitivity: value("sensitivity"),
  };
}

function fill(form, content) {
  for (const [name, value] of Object.entries(content)) {
    const shown = Array.isArray(value) ? value.join("\n") : String(value ?? "");
    const field = form.elements[name];
    if (field.value === shown) continue;
    offer(field, shown);
    field.value = shown;
  }
}

/** A choice that this page does not have, as a case study of which there is no copy on this device, would be dropped. */
function offer(field, value) {
  if (field.options && ![...field.options].some((one) => one.value === value)) field.append(new Option(value, value));
}

function show(form, state, now) {
  state.dataset.state = now.name;
  const at = new Date(now.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const message = now.text ? text(form, now.text, now.values) : now.message;
  const words = {
    saved: text(form, now.at ? "savedAt" : "saved", { time: at, version: now.version }),
    waiting: message,
    writing: message,
    "action-needed": text(form, "actionNeeded", { message }),
  };
  const line = state.querySelector("[data-note-words]");
  if (line.textContent !== words[now.name]) line.textContent = words[now.name];
  const actions = state.querySelector("[data-note-actions]");
  actions.replaceChildren(...links(form, now));
}

function links(form, now) {
  if (now.conflict) return [link(form.dataset.conflict.replace("/0/", `/${now.conflict}/`), text(form, "resolve"))];
  if (now.signIn) return [button(text(form, "signIn"), () => signInAgain(here.session, { focus: true }))];
  if (now.name === "saved") return [link(form.dataset.done, text(form, "done"))];
  if (now.name !== "action-needed") return [];
  const copy = new Blob([form.elements.title.value, "\n\n", form.elements.text.value], { type: "text/plain" });
  const file = link(URL.createObjectURL(copy), text(form, "saveFile"));
  file.download = "note.txt";
  return [file];
}

function button(words, pressed) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", textContent: words });
  made.addEventListener("click", pressed);
  return made;
}

function link(href, words, target = "") {
  const made = document.createElement("a");
  Object.assign(made, { href, textContent: words, target });
  return made;
}
