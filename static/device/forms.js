// Every form of every page that a person can type in: what is typed is kept on this device, comes back, and is submitted
// by script. Without this script each form is submitted by the browser as ever.
import { adoptFirst } from "./adopting.js";
import { Drafts } from "./drafts.js";
import { FormEditor } from "./form-editor.js";
import { isTyped, kept } from "./form-fields.js";
import { disown, own } from "./locks.js";
import { here } from "./person.js";

const editors = new WeakMap();
const drafts = here && new Drafts(here.vault);
// The form of a note keeps itself. Nothing secret is kept, and no answer that is shown only once is asked for by script.
const LEFT_OUT = "[data-note], [data-not-kept], [hx-post]";
const WITH_FILE = "lipse-sent-with-file";
const WANTED = /^#draft-([0-9a-f-]{36})$/.exec(location.hash)?.[1];

function isKept(form) {
  if (form.method !== "post" || form.matches(LEFT_OUT)) return false;
  // Signing in, passwords and second factors.
  if (new URL(form.action, location.href).pathname.startsWith("/accounts/")) return false;
  const elements = [...form.elements];
  if (elements.some((one) => one.type === "password" || one.autocomplete === "one-time-code")) return false;
  return kept(form).some(isTyped);
}

/** A form is named by its page and by what it sends to, with a number where several send to one address. */
function aboutOf(form, number) {
  const action = form.getAttribute("action") ?? "";
  return `${location.pathname}${location.search} ${form.id || action}${number ? ` ${number}` : ""}`.trim();
}

const parts = { drafts, here, show, go };

async function attach(root) {
  if (!drafts || !document.querySelector("[data-form-words]")) return;
  const seen = new Map();
  const found = [...root.querySelectorAll("form")].filter((form) => isKept(form) && !editors.has(form));
  const named = found.map((form) => {
    const about = aboutOf(form, 0);
    const number = seen.get(about) ?? 0;
    seen.set(about, number + 1);
    return [form, number ? aboutOf(form, number) : about];
  });
  if (!named.length) return;
  for (const [form, about] of named) editors.set(form, new FormEditor(form, { ...parts, about }));
  const all = await drafts.list().catch(() => []);
  for (const [form, about] of named) {
    const mine = all.filter((one) => one.kind === "form" && one.about === about);
    Promise.all(mine.map(({ id }) => drafts.get(id)))
      .then((opened) => adopt(editors.get(form), opened))
      .catch(() => {});
  }
}

/** The newest draft that no tab has comes back; what was submitted is sent from any page and is not opened by itself. */
async function adopt(editor, found) {
  const readable = found.filter((one) => one?.content).sort((a, b) => b.at - a.at);
  const wanted = readable.find((one) => one.id === WANTED);
  const typed = readable.filter((draft) => draft.content.state !== "submitted");
  const isTooLate = () => Boolean(editor.id || editor.isChanged);
  const free = await adoptFirst(wanted ? [wanted] : typed, { drafts, locks: { own, disown }, isTooLate });
  if (!free) return editor.changed();
  const others = typed.filter((one) => one.id !== free.id).map((one) => one.id);
  return editor.restore(free, others);
}

/** Put the answered page in the place of this one. False where its own scripts have to run: then the browser does it. */
function show(html, editor) {
  const answered = new DOMParser().parseFromString(html, "text/html");
  const main = answered.querySelector("main");
  if (hasOwnScript() || !main) {
    submitByBrowser(editor);
    return true;
  }
  const place = twins(document, editor.form).indexOf(editor.form);
  document.title = answered.title;
  document.querySelector("main").replaceWith(document.adoptNode(main));
  const shown = document.querySelector("main");
  const form = twins(shown, editor.form)[place];
  if (form) editors.set(form, editor.goOnIn(form, parts));
  shown.dispatchEvent(new CustomEvent("casebook:shown", { bubbles: true }));
  attach(shown);
  return true;
}

/** The forms that send to the same address, in the order of the page. */
function twins(root, form) {
  const action = form.getAttribute("action");
  return [...root.querySelectorAll("form")].filter((one) => one.getAttribute("action") === action && isKept(one));
}

function submitByBrowser(editor) {
  const { form, submitter } = editor;
  if (submitter) {
    const [name, value] = submitter;
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  editor.isLeaving = true;
  form.action = editor.action;
  form.submit();
}

function hasOwnScript() {
  const own = import.meta.url.split("?")[0];
  const scripts = [...document.querySelectorAll("body > script[src]")];
  return scripts.slice(scripts.findIndex((one) => one.src === own) + 1).some((one) => one.type === "module");
}

function go(next) {
  const to = new URL(next, location.href);
  const isHere = to.pathname === location.pathname && to.search === location.search;
  if (!isHere) return location.assign(to);
  // The same page, which has changed: a new part of the address alone would not load it.
  history.replaceState(null, "", to);
  return location.reload();
}

document.addEventListener("submit", (event) => {
  const editor = editors.get(event.target);
  const isPost = (event.submitter?.getAttribute("formmethod") ?? "post").toLowerCase() === "post";
  if (!editor || event.defaultPrevented || !isPost || event.target.target) return;
  if ([...event.target.elements].some((one) => one.type === "file" && one.files.length)) {
    // The browser sends the file. Arriving at another page means that the form was done.
    sessionStorage.setItem(WITH_FILE, JSON.stringify({ id: editor.id, page: location.pathname }));
    editor.isLeaving = true;
    return;
  }
  event.preventDefault();
  editor.submit(event.submitter);
});

/** A form that the browser sent with its file led to another page: it was done, and its draft is not needed. */
async function forgetSentWithFile() {
  const { id, page } = JSON.parse(sessionStorage.getItem(WITH_FILE) ?? "{}");
  sessionStorage.removeItem(WITH_FILE);
  if (drafts && id && page !== location.pathname) await drafts.remove(id);
}

forgetSentWithFile().catch(() => {});
attach(document);
document.addEventListener("htmx:afterSwap", (event) => attach(event.target));
