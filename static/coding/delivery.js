// How the coding page reaches the server: keeps what it sends on this device, says what is not saved yet, asks to sign in
// again in place, and loads the next unit ahead.
import { Drafts } from "../device/drafts.js";
import { disown, own } from "../device/locks.js";
import { here } from "../device/person.js";
import { text } from "../js/text.js";
import { KeptWork } from "./kept-work.js";
import { moveOldWork } from "./old-work.js";
import { Outbox } from "./outbox.js";

export class Delivery {
  /** `root` is the page with its addresses and sentences; `on` as in Outbox, without `changed`. */
  constructor(root, on) {
    this.root = root;
    const { person, api } = root.dataset;
    this.api = api;
    this.session = here.session;
    const drafts = new Drafts(here.vault);
    const store = new KeptWork({ drafts, locks: { own, disown }, api, person });
    this.outbox = new Outbox(
      {
        store: {
          all: () => moveOldWork(drafts, { username: person, api }).then(() => store.all()),
          put: (record) => store.put(record),
          remove: (key) => store.remove(key),
        },
        send: (assignment, body) => this.session.send("POST", this.#url(assignment, "changes"), body, { keepalive: true }),
        wait: (milliseconds, callback) => {
          const timer = setTimeout(callback, milliseconds);
          return () => clearTimeout(timer);
        },
        on: { ...on, changed: () => this.#show() },
      },
      person,
    );
    this.ahead = null;
    for (const name of ["online", "focus"]) addEventListener(name, () => this.outbox.flush());
    document.addEventListener("visibilitychange", () => document.hidden || this.outbox.flush());
  }

  #url(assignment, name) {
    return `${this.api}${assignment}/${name}/`;
  }

  /** Load the unit after this one; nothing where there is none or no connection. */
  async loadAhead(assignment) {
    const { status, body } = await this.session.send("POST", this.#url(assignment, "ahead"), {});
    this.ahead = status === 200 ? body.next : null;
  }

  /** The unit that was loaded ahead, once. */
  takeAhead() {
    const found = this.ahead;
    this.ahead = null;
    return found;
  }

  /** The page is left: what was loaded ahead goes back, so that another coder can get it. */
  giveBack(assignment) {
    if (!this.ahead) return;
    this.ahead = null;
    this.session.send("DELETE", this.#url(assignment, "ahead"), null, { keepalive: true });
  }

  #show() {
    const { waiting, reason, isKept, problem } = this.outbox;
    const place = this.root.querySelector("[data-part=unsaved]");
    const isDelayed = waiting > 0 && (reason !== "" || !isKept);
    place.hidden = !isDelayed;
    if (!isDelayed) return;
    const isSignedOut = isKept && reason === "sign-in";
    const words = place.querySelector("[data-part=unsaved-words]");
    const said = text(this.root, isSignedOut ? "signedOut" : isKept ? "offline" : "notKept", { count: waiting });
    const message = [problem, said].filter(Boolean).join(" ");
    if (words.textContent !== message) words.textContent = message;
    place.querySelector("[data-part=sign-in]").hidden = reason !== "sign-in";
  }
}
