// A recording while it is made: what is shown of it, and each second of it on this device.
import { text } from "../js/text.js";
import { microphone } from "./recorder.js";

const LOOK = 200;

/** Record into the files of a note; `note` is a NoteFiles. */
export async function recordingOf(note) {
  let recorder;
  try {
    recorder = await microphone();
  } catch (error) {
    return note.say("noMicrophone", { error: error.name });
  }
  return new Recording(note, recorder).begin();
}

class Recording {
  constructor(note, recorder) {
    Object.assign(this, { note, recorder, section: note.section, rest: [] });
  }

  find(name) {
    return this.section.querySelector(`[data-${name}]`);
  }

  async begin() {
    const { note, recorder } = this;
    const time = new Date().toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    const ending = recorder.type.split("/")[1];
    this.name = `${text(this.section, "recordingName", { time }).replaceAll(/[/:]/g, ".")}.${ending}`;
    const about = { about: note.uuid, api: note.api, name: this.name, type: recorder.type, isKept: true };
    try {
      this.writer = await note.files.begin({ ...about, keepsDetails: note.keepsDetails });
    } catch {
      this.onlyHere();
    }
    this.show();
    recorder.start((blob) => this.take(blob), () => this.stop());
  }

  /** What could not be kept on this device stays in this page, and so does all that comes after it. */
  async take(blob) {
    if (!this.rest.length && this.writer) {
      try {
        return await this.writer.add(blob);
      } catch {
        this.onlyHere();
      }
    }
    return this.rest.push(blob);
  }

  onlyHere() {
    this.isOnlyHere = true;
    this.say("onlyHere");
  }

  show() {
    this.controls = new AbortController();
    const { signal } = this.controls;
    this.find("recorder").hidden = false;
    this.find("record").disabled = true;
    this.find("pause").addEventListener("click", () => this.pause(), { signal });
    this.find("stop").addEventListener("click", () => this.stop(), { signal });
    this.find("stop").focus();
    if (!this.isOnlyHere) this.say("recording");
    this.timer = setInterval(() => this.look(), LOOK);
    addEventListener("beforeunload", (event) => event.preventDefault(), { signal });
  }

  look() {
    const seconds = Math.floor(this.recorder.time / 1000);
    this.find("recorder-time").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    this.find("recorder-level").value = this.recorder.isPaused ? 0 : this.recorder.level;
  }

  say(name) {
    this.find("recorder-words").textContent = text(this.section, name);
  }

  pause() {
    if (this.recorder.isPaused) this.recorder.resume();
    else this.recorder.pause();
    const { isPaused } = this.recorder;
    this.find("pause").textContent = text(this.section, isPaused ? "goOn" : "pause");
    if (!this.isOnlyHere) this.say(isPaused ? "paused" : "recording");
  }

  async stop() {
    if (this.isStopped) return;
    this.isStopped = true;
    clearInterval(this.timer);
    await this.recorder.stop();
    this.controls.abort();
    this.find("recorder").hidden = true;
    this.find("pause").textContent = text(this.section, "pause");
    Object.assign(this.find("record"), { disabled: false }).focus();
    await this.finish();
    this.note.look();
  }

  async finish() {
    const { note, name } = this;
    // Writing the last part may be what fails.
    await this.writer?.last.catch(() => this.onlyHere());
    try {
      if (!this.isOnlyHere) {
        await this.writer.finish();
        return note.say("kept", { name });
      }
    } catch (error) {
      this.error = error;
    }
    const kept = this.writer ? await note.files.blob(this.writer.written()).catch(() => new Blob()) : new Blob();
    return note.failed(new Blob([kept, ...this.rest], { type: this.recorder.type }), name, this.error);
  }
}
