// Sends a form that was submitted without a connection and whose page is closed. What is only typed waits for the person.
import { sendForm } from "./form-sending.js";

/**
 * The content of a draft of a form is {url, title, action, began, typed, hidden, submitter, state, submission, problem}:
 * `url` is the page of the form, to which `#draft-ID` is added to open it with this draft; `typed` is what the person
 * entered and `hidden` what the page sends besides; `state` is "typing", "submitted" or "refused"; `problem` {status,
 * detail, location} says why it was refused.
 *
 * @returns "done", "later", "sign-in" or "needs-person"
 */
export async function deliverForm(draft, { session, drafts, signal }, send = sendForm) {
  const { content } = draft;
  if (content.state !== "submitted") return "needs-person";
  const answer = await send(session, toSend(content, draft.person), signal);
  if (answer.what === "done") {
    await entered(content, answer);
    return "done";
  }
  if (answer.what === "later" || answer.what === "sign-in") return answer.what;
  const problem = { status: answer.status ?? 0, detail: answer.detail ?? "", location: answer.location ?? "" };
  await drafts.put({ ...draft, content: { ...content, state: "refused", problem } });
  return "needs-person";
}

/** The line of a form in the ledger of this device, when the server has done what it asks. */
export async function entered({ submission, title }, { location }) {
  try {
    const { record } = await import("./ledger.js");
    await record({ kind: "form", uuid: submission, name: title, page: location, equal: true });
  } catch {
    // Without a database there is no ledger, and the server has done it all the same.
  }
}

/** What is sent of a draft. */
export function toSend({ action, typed, hidden, submitter, submission }, person) {
  const fields = Object.entries({ ...hidden, ...typed }).flatMap(([name, values]) => values.map((value) => [name, value]));
  return { action, fields: submitter ? [...fields, submitter] : fields, submission, person };
}
