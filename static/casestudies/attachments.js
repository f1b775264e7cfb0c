// Photos, recordings and files of a note: on this device at once, on the server when it answers (docs/adr/0124).
import { Drafts, onChange, waitingHere } from "../device/drafts.js";
import { filesOf, onProgress } from "../device/file-delivery.js";
import { KIND, isOpenHere } from "../device/files.js";
import { here } from "../device/person.js";
import { text } from "../js/text.js";
import { Rows } from "./file-rows.js";
import { drawSmall, smaller } from "./pictures.js";
import { canRecord } from "./recorder.js";
import { recordingOf } from "./recording.js";

const NO_NOTE = "00000000-0000-0000-0000-000000000000";
const NO_UPLOAD = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const SHORTLY = 300;
const MEGABYTE = 1024 * 1024;

for (const section of document.querySelectorAll("[data-note-files]")) begin(section);

async function begin(section) {
  // Without a key or a database nothing can be kept here; the page of the note takes files without them.
  if (!here || !(await here.vault.unlock().catch(() => false))) return;
  new NoteFiles(section).begin();
}

class NoteFiles {
  constructor(section) {
    this.section = section;
    this.uuid = section.closest("[data-uuid]").dataset.uuid;
    this.api = section.dataset.api.replace(NO_NOTE, this.uuid).replace(NO_UPLOAD, "{upload}");
    this.drafts = new Drafts(here.vault);
    this.files = filesOf(this.drafts);
    this.rows = new Rows(section, {
      remove: (draft) => this.remove(draft),
      saveElsewhere: async (draft) => this.offer(await this.files.blob(draft), draft.content.name, ""),
      sendAll: (draft) => this.files.change(draft, { keepsDetails: true, state: "waiting", problem: "", code: "" }),
      addHere: (draft) => this.files.change(draft, { about: this.uuid, api: this.api.replace("{upload}", draft.id) }),
      insert: (draft) => this.insert(draft),
      caption: (draft, caption) => this.files.change(draft, { caption }),
    });
  }

  begin() {
    const { section } = this;
    const find = (name) => section.querySelector(`[data-${name}]`);
    for (const other of document.querySelectorAll("[data-files-unscripted]")) other.hidden = true;
    section.hidden = false;
    find("take").addEventListener("click", () => find("camera").click());
    find("choose").addEventListener("click", () => find("chosen").click());
    for (const input of [find("camera"), find("chosen")]) {
      input.addEventListener("change", async () => {
        const files = [...input.files];
        input.value = "";
        for (const file of files) await this.add(file);
      });
    }
    // What is chosen here is no change of the note's text.
    for (const name of ["input", "change", "focusout"]) section.addEventListener(name, (event) => event.stopPropagation());
    find("record").hidden = !canRecord();
    find("record").addEventListener("click", () => recordingOf(this));
    onProgress((progress) => this.rows.sent(progress));
    onChange(() => this.look());
    this.look();
    // Without locks it cannot be known what another tab is writing.
    if (navigator.locks) this.files.sweep(waitingHere).catch(() => {});
  }

  get keepsDetails() {
    return this.section.querySelector("[data-keep-details]").checked;
  }

  async add(file) {
    const { name } = file;
    if (file.size > this.section.dataset.largest * MEGABYTE) {
      return this.say("tooLarge", { name, most: this.section.dataset.largest });
    }
    this.say("keeping", { name });
    const blob = this.section.querySelector("[data-smaller]").checked ? await smaller(file) : file;
    const was = blob === file ? 0 : file.size;
    const about = { about: this.uuid, api: this.api, name, type: blob.type, was, keepsDetails: this.keepsDetails };
    try {
      await this.files.keep(blob, about);
      this.say("kept", { name });
    } catch (error) {
      this.failed(blob, name, error);
    }
    return this.look();
  }

  /** The device did not keep it: it is offered as a file before anything else happens. */
  failed(blob, name, error) {
    const sentence = error?.name === "QuotaExceededError" ? "noRoom" : "notKept";
    this.offer(blob, name, text(this.section, sentence, { name, error: error?.name ?? "" }));
  }

  offer(blob, name, words) {
    const link = document.createElement("a");
    Object.assign(link, { href: URL.createObjectURL(blob), download: name, textContent: text(this.section, "saveElsewhere") });
    this.section.querySelector("[data-files-words]").replaceChildren(words, " ", link);
    if (!words) link.click();
  }

  say(name, values) {
    this.section.querySelector("[data-files-words]").textContent = text(this.section, name, values);
  }

  /** Show what is on this device, soon: many things change at once. */
  look() {
    this.timer ??= setTimeout(async () => {
      this.timer = null;
      const waiting = await this.drafts.list().catch(() => []);
      const own = waiting.filter(({ id, kind, about }) => kind === KIND && ["", this.uuid].includes(about) && !isOpenHere(id));
      for (const { id } of own) await this.show(id);
      this.rows.keepOnly(new Set(own.map(({ id }) => id)));
    }, SHORTLY);
  }

  async show(id) {
    const draft = await this.drafts.get(id);
    if (!draft?.content) return;
    const canvas = this.rows.show(draft);
    const { type, size, state } = draft.content;
    if (!canvas || !type.startsWith("image/") || size > 30 * MEGABYTE || state === "recording") return;
    const blob = await this.files.blob(draft).catch(() => null);
    if (blob) canvas.hidden = !(await drawSmall(canvas, blob));
  }

  async remove(draft) {
    await this.files.remove(draft);
    // The server need not keep what it has of it; after some days it goes by itself.
    if (draft.content.api) here.session.send("DELETE", draft.content.api);
    this.look();
  }

  /** Put a shared text at the end of the note. It stays on this device until the person removes it. */
  insert({ content }) {
    const field = this.section.closest("form")?.elements.text;
    if (!field) return;
    field.value = [field.value.trimEnd(), content.shared].filter(Boolean).join("\n\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }
}
