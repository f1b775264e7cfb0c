// Records sound and hands it over second by second, so that a page that is killed loses no more than the last one.

const EVERY = 1000;
// An hour of speech has 22 MB.
const BITS_PER_SECOND = 48_000;
const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];

export const canRecord = () => Boolean(globalThis.MediaRecorder && navigator.mediaDevices?.getUserMedia);

/** Ask for the microphone. Rejects where the person or the browser refuses it. */
export async function microphone() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  return new Recorder(stream, new MediaRecorder(stream, { mimeType, audioBitsPerSecond: BITS_PER_SECOND }));
}

class Recorder {
  constructor(stream, recorder) {
    Object.assign(this, { stream, recorder, before: 0, since: null });
    this.sound = new AudioContext();
    this.analyser = this.sound.createAnalyser();
    this.sound.createMediaStreamSource(stream).connect(this.analyser);
    this.wave = new Float32Array(this.analyser.fftSize);
    // What is recorded so far is handed over at once when the page may be about to go.
    this.hurry = () => this.recorder.state === "recording" && this.recorder.requestData();
    for (const name of ["pagehide", "visibilitychange"]) document.addEventListener(name, this.hurry);
  }

  get type() {
    return this.recorder.mimeType.split(";")[0];
  }

  get isPaused() {
    return this.recorder.state === "paused";
  }

  /** Milliseconds that were recorded. */
  get time() {
    return this.before + (this.since === null ? 0 : performance.now() - this.since);
  }

  /** Loudness, from 0 to 1. */
  get level() {
    this.analyser.getFloatTimeDomainData(this.wave);
    return Math.min(1, 2 * Math.max(...this.wave.map(Math.abs)));
  }

  /** `take(blob)` gets each piece, in order; `ended()` is called when the microphone goes away by itself. */
  start(take, ended) {
    this.recorder.addEventListener("dataavailable", ({ data }) => data.size && take(data));
    this.stream.getAudioTracks()[0].addEventListener("ended", ended);
    this.recorder.start(EVERY);
    this.since = performance.now();
  }

  pause() {
    this.before = this.time;
    this.since = null;
    this.recorder.pause();
    this.recorder.requestData();
  }

  resume() {
    this.recorder.resume();
    this.since = performance.now();
  }

  /** Resolves after the last piece was handed over. */
  stop() {
    return new Promise((resolve) => {
      this.recorder.addEventListener("stop", resolve, { once: true });
      if (this.recorder.state === "inactive") resolve();
      else this.recorder.stop();
      this.#leave();
    });
  }

  #leave() {
    for (const track of this.stream.getTracks()) track.stop();
    for (const name of ["pagehide", "visibilitychange"]) document.removeEventListener(name, this.hurry);
    this.sound.close();
  }
}
