// Sends a file in parts, from where the server says. Knows no page and no database, so that node can test it.
import { isOpenHere } from "./files.js";
import { within } from "./patience.js";

const FIRST_PART = 64 * 1024;
const LEAST_PART = 32 * 1024;
const MOST_PART = 2 * 1024 * 1024;
// A part takes about so long: shorter ones cost requests, longer ones are lost when the connection breaks.
const QUICK = 3000;
const SLOW = 12_000;
const PATIENCE = 60_000;
// After this time what else waits has its turn.
const TURN = 20_000;
// How long a file waits beside a note that is still being written before a person is asked.
const UNTIL_ASKED = 60 * 60_000;
const PROBLEM = "urn:lipse:problem:";

/**
 * Send a file to its note.
 *
 * @param draft as in files.js
 * @param parts {session, drafts, files, show({id, sent, size}), stored(draft, receipt), now, signal}
 * @returns "done"; "more": it goes on at the next call; "later": no answer; "sign-in"; "needs-person"; "unknown": it is
 *   being recorded, or its note is not on the server yet
 */
export async function sendFile(draft, parts) {
  const { files } = parts;
  if (isOpenHere(draft.id)) return "unknown";
  if (draft.content.state === "recording") {
    const whole = await files.completed(draft);
    // Its tab was killed before the first part: there is nothing to send.
    if (!whole) return "done";
    draft = whole;
  }
  if (!draft.content.api || draft.content.state === "refused") return "needs-person";
  return new Sending(draft, { now: Date.now, show: () => {}, stored: async () => {}, ...parts }).done();
}

class Sending {
  constructor(draft, parts) {
    Object.assign(this, parts, { draft, part: FIRST_PART, again: 0 });
  }

  async done() {
    const until = this.now() + TURN;
    let answer = await this.#request("GET", this.draft.content.api);
    for (;;) {
      const result = await this.#judge(answer);
      if (result) return result;
      if (this.now() > until) return "more";
      try {
        answer = await this.#sendPart(answer.body.offset);
      } catch (error) {
        if (error.name !== "MissingPart") throw error;
        return this.#refused({ problem: "damaged" });
      }
    }
  }

  /** What the answer means: null to go on from its offset. */
  async #judge({ status, body }) {
    if (status === 200) return body.stored ? this.#settle(body.stored) : this.#goOn(body.offset);
    if (status === 401) return "sign-in";
    if (status === 409 && body.type === `${PROBLEM}other_offset`) return this.#goOn(body.offset);
    if (status === 404) return this.#isNoteOnItsWay();
    if (status === 400 && body.type === `${PROBLEM}hash_mismatch`) {
      return (await this.files.isSound(this.draft)) ? "later" : this.#refused({ problem: "damaged" });
    }
    if ([400, 403, 413].includes(status)) return this.#refused({ problem: body.detail ?? "", code: code(body) });
    return "later";
  }

  /** Not for ever from the same place, whatever a server answers. */
  #goOn(offset) {
    const { size } = this.draft.content;
    this.again = offset === this.offset ? this.again + 1 : 0;
    this.offset = offset;
    return this.again > 3 || !(offset >= 0 && offset <= size) ? "later" : null;
  }

  async #sendPart(offset) {
    const { id, content } = this.draft;
    this.show({ id, sent: offset, size: content.size });
    const bytes = await this.files.read(this.draft, offset, Math.min(offset + this.part, content.size));
    const begun = this.now();
    const answer = await this.#request("PATCH", this.#address(offset), bytes);
    const took = this.now() - begun;
    if (took < QUICK) this.part = Math.min(this.part * 2, MOST_PART);
    else if (took > SLOW) this.part = Math.max(this.part / 2, LEAST_PART);
    return answer.status === 200 ? answer : { ...answer, offset };
  }

  /** A part of no bytes, after the last one. */
  #describe(size) {
    return this.#request("PATCH", this.#address(size), new Uint8Array());
  }

  #address(offset) {
    const { api, sha256, size, name, caption, type, keepsDetails } = this.draft.content;
    const said = { sha256, size, offset, name, caption, media_type: type, keep_details: keepsDetails };
    return `${api}?${new URLSearchParams(said)}`;
  }

  #request(method, url, bytes) {
    const options = { signal: within(PATIENCE, this.signal) };
    if (bytes) Object.assign(options, { body: bytes, headers: { "Content-Type": "application/octet-stream" } });
    return this.session.send(method, url, null, options);
  }

  /** The receipt counts only where it is of what is on this device. */
  async #settle(stored) {
    const { id, content } = this.draft;
    if (content.caption && content.caption !== stored.caption && !stored.removed && !this.isDescribed) {
      // It was written while the file was on its way.
      this.isDescribed = true;
      return this.#judge(await this.#describe(content.size));
    }
    if (stored.sent_sha256 !== content.sha256 || stored.sent_size !== content.size) {
      return this.#refused({ problem: "other-receipt" });
    }
    this.show({ id, sent: content.size, size: content.size, stored });
    await this.stored(this.draft, stored);
    await this.files.removeParts(this.draft);
    return "done";
  }

  async #isNoteOnItsWay() {
    const { about, since } = this.draft;
    const waits = (await this.drafts.list()).some((one) => one.kind === "note" && one.about === about);
    return waits || Math.abs(this.now() - since) < UNTIL_ASKED ? "unknown" : "needs-person";
  }

  async #refused(problem) {
    await this.files.change(this.draft, { ...problem, state: "refused" });
    return "needs-person";
  }
}

const code = ({ type = "" }) => type.replace(PROBLEM, "");
