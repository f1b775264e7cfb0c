// The page of a note: reads the form, keeps and sends it by NoteSync, says how it stands.
import { Session } from "../js/session.js";
import { text } from "../js/text.js";
import { NoteSync, same, typedOnto } from "./note-sync.js";
import { noteStore } from "./note-store.js";
import "./attachments.js";

const PAUSE = 500;
const LONGEST_PUT_BACK = 3000;
const form = document.querySelector("[data-note]");
if (form) begin(form);

async function begin(form) {
  const state = form.querySelector("[data-note-state]");
  const isNew = form.elements.base_version.value === "";
  const first = read(form, sent);
  // What stands here was typed before this script came; only after going back or reloading it may also be what the
  // browser put back, perhaps over a newer text: that is saved when the person types on or presses Save.
  let isTyped = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  // Until it is known what waits on this device nothing is put in its place.
  let isOpen = false;
  const sync = new NoteSync(
    {
      store: noteStore(form.dataset.person, form.dataset.uuid),
      send: (edit) => send(form, edit),
      hash: sha256,
      wait: (milliseconds, callback) => {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
      show: (now) => show(form, state, now),
      combined: (content) => isOpen && fill(form, content),
    },
    { stored: first, base: isNew ? null : Number(form.elements.base_version.value) },
  );

  let timer = null;
  const typed = () => {
    if (!isOpen || !isTyped) return null;
    const content = read(form);
    return isNew && !content.title && !content.text ? first : content;
  };
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
    if (content) sync.keep(content);
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
  addEventListener("pagehide", save);
  addEventListener("online", () => sync.flush());
  addEventListener("focus", () => sync.flush());
  document.addEventListener("visibilitychange", () => (document.hidden ? save() : sync.flush()));
  let waiting = null;
  let isKept = true;
  try {
    waiting = await sync.start();
  } catch (error) {
    isKept = false;
    show(form, state, { name: "action-needed", text: "noDevice", values: { error: error.message } });
  }
  if (!isTyped) await putBack();
  // It may have been sent meanwhile and come back beside another person's edit.
  if (waiting) fill(form, isTyped ? typedOnto(sync.record.content, read(form), first) : sync.record.content);
  isOpen = true;
  if (same(read(form), first)) return;
  // Of a note the server does not have there is no newer text.
  isTyped ||= isNew && !waiting;
  if (isTyped) save();
  else if (!waiting && isKept) {
    show(form, state, { name: "waiting", text: "putBack" });
  }
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
    if (form.elements[name].value !== shown) form.elements[name].value = shown;
  }
}

const sessions = new WeakMap();

function send(form, { content, base }) {
  const body = { ...content, device: device(), written_at: new Date().toISOString() };
  if (base !== null) body.base_version = base;
  if (!sessions.has(form)) {
    const { session: url, username: person } = form.dataset;
    sessions.set(form, new Session({ url, person, token: form.elements.csrfmiddlewaretoken.value }));
  }
  return sessions.get(form).send("PUT", form.dataset.api, body);
}

function device() {
  const kind = matchMedia("(pointer: coarse)").matches ? "touch" : "desk";
  return `${navigator.userAgentData?.platform ?? navigator.platform} ${kind}`.slice(0, 100);
}

async function sha256(text) {
  // Without a secure connection the browser has no hash; then the text that came back is what is compared.
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function show(form, state, now) {
  state.dataset.state = now.name;
  const at = new Date(now.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const message = now.text ? text(form, now.text, now.values) : now.message;
  const words = {
    saved: text(form, now.at ? "savedAt" : "saved", { time: at, version: now.version }),
    waiting: message,
    "action-needed": text(form, "actionNeeded", { message }),
  };
  const line = state.querySelector("[data-note-words]");
  if (line.textContent !== words[now.name]) line.textContent = words[now.name];
  if (now.version) form.elements.base_version.value = now.version;
  const actions = state.querySelector("[data-note-actions]");
  actions.replaceChildren(...links(form, now));
}

function links(form, now) {
  if (now.conflict) return [link(form.dataset.conflict.replace("/0/", `/${now.conflict}/`), text(form, "resolve"))];
  if (now.signIn) return [link(form.dataset.signIn, text(form, "signIn"), "_blank")];
  if (now.name !== "action-needed") return [];
  const copy = new Blob([form.elements.title.value, "\n\n", form.elements.text.value], { type: "text/plain" });
  const file = link(URL.createObjectURL(copy), text(form, "saveFile"));
  file.download = "note.txt";
  return [file];
}

function link(href, words, target = "") {
  const made = document.createElement("a");
  Object.assign(made, { href, textContent: words, target });
  return made;
}
