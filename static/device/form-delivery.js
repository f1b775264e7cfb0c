// Sends a form that was submitted without a connection and whose page is closed. What is only typed waits for the person.
import { sendForm } from "./form-sending.js";

/**
 * The drafts of forms that are open in this tab: they send themselves, so the outbox of the same tab leaves them alone.
 * id: a function that takes the draft for this tab again.
 */
export const openHere = new Map();

/**
 * The content of a draft of a form is {url, title, action, began, typed, hidden, submitter, state, submission, problem}:
 * `url` is the page of the form, to which `#draft-ID` is added to open it with this draft; `typed` is what the person
 * entered and `hidden` what the page sends besides; `state` is "typing", "submitted" or "refused"; `problem` {status,
 * detail, location} says why it was refused.
 *
 * @returns "done", "later", "sign-in", "needs-person", or "unknown" where an open page has it
 */
export async function deliverForm(draft, { session, drafts }, send = sendForm) {
  if (openHere.has(draft.id)) {
    // The outbox lets the draft go after this; the page that has it takes it again.
    setTimeout(openHere.get(draft.id));
    return "unknown";
  }
  const { content } = draft;
  if (content.state !== "submitted") return "needs-person";
  const answer = await send(session, toSend(content, draft.person));
  if (answer.what === "done") return "done";
  if (answer.what === "later" || answer.what === "sign-in") return answer.what;
  const problem = { status: answer.status ?? 0, detail: answer.detail ?? "", location: answer.location ?? "" };
  await drafts.put({ ...draft, content: { ...content, state: "refused", problem } });
  return "needs-person";
}

/** What is sent of a draft. */
export function toSend({ action, typed, hidden, submitter, submission }, person) {
  const fields = Object.entries({ ...hidden, ...typed }).flatMap(([name, values]) => values.map((value) => [name, value]));
  return { action, fields: submitter ? [...fields, submitter] : fields, submission, person };
}
