// Sends a form as a page does, with a name under which the server does it once (rest/done_forms.py), and reads what
// the answer means.
import { within } from "./patience.js";

/** A new UUID, also where the page has no secure connection. */
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const digits = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0"));
  return digits.join("").replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, "$1-$2-4$3-8$4-$5");
}

const PATIENCE = 60_000;
const OTHER_PERSON = "urn:lipse:problem:other_person";

/**
 * @param {Session} session of the person who wrote it
 * @param {object} form {action, fields: [[name, value], ...], submission, person}
 * @param {AbortSignal} [signal] that stops it: the answer is "later"
 * @returns {what, location, html, detail} where `what` is
 *   "done": stored, `location` is the page that comes next;
 *   "first": another page comes first, such as one that asks for the password;
 *   "refused": `html` is the page with its errors, or `detail` says why;
 *   "sign-in", "later": sent again then.
 */
export async function sendForm(session, form, signal) {
  const answer = await once(session, form, signal);
  if (answer.status !== 403) return answer.what;
  // A token of an earlier session, or no access: the token of now tells.
  const { status, body } = await session.send("GET", session.url);
  if (status !== 200 || !body?.token) return { what: "later" };
  if (body.person !== session.person) return { what: "sign-in" };
  session.token = body.token;
  return (await once(session, form, signal)).what;
}

async function once(session, { action, fields, submission, person }, stopped) {
  const headers = {
    ...session.named,
    Accept: "text/html, application/json",
    "X-CSRFToken": session.token,
    "X-Submission": submission,
    "X-Written-By": person,
  };
  const body = new URLSearchParams(fields);
  const signal = within(PATIENCE, stopped);
  try {
    const options = { method: "POST", headers, body, signal, redirect: "manual", credentials: "same-origin" };
    const answer = await fetch(action, options);
    return { status: answer.status, what: await meaningOf(answer) };
  } catch {
    return { status: 0, what: { what: "later" } };
  }
}

/** What an answer means. */
export async function meaningOf(answer) {
  const { status } = answer;
  // Led on by what comes before the form itself: to the page of signing in.
  if (answer.type === "opaqueredirect" || status === 401) return { what: "sign-in" };
  if (status === 429 || status >= 500) return { what: "later" };
  const isPage = answer.headers.get("Content-Type")?.includes("text/html") ?? false;
  if (isPage) {
    const html = await answer.text();
    // A page with status 200 that no form of ours answered: a network that wants a sign-in of its own.
    if (status === 200 && !html.includes("data-device-key")) return { what: "later" };
    return { what: "refused", status, html };
  }
  const said = await answer.json().catch(() => null);
  if (said === null) return { what: "later" };
  if (said.type === OTHER_PERSON) return { what: "sign-in" };
  if (status === 200) return { what: said.done === false ? "first" : "done", location: said.location };
  return { what: "refused", status, detail: said.detail ?? "", location: said.location };
}
