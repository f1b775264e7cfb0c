// How long somebody reads and codes: seconds in which the page is visible and the last input was less than a minute ago.

const LONGEST_PAUSE = 60_000;

export class Activity {
  constructor({ now = () => performance.now(), isVisible = () => !document.hidden } = {}) {
    Object.assign(this, { now, isVisible });
    this.begin(0);
  }

  /** Another unit, with the seconds that were counted before. */
  begin(seconds) {
    this.milliseconds = seconds * 1000;
    this.input = this.checked = this.now();
  }

  /** Something was pressed, moved or scrolled. */
  touched() {
    this.check();
    this.input = this.now();
  }

  /** Count what has passed since the last check. */
  check() {
    const now = this.now();
    const until = Math.min(now, this.input + LONGEST_PAUSE);
    if (this.isVisible() && until > this.checked) this.milliseconds += until - this.checked;
    this.checked = now;
  }

  get seconds() {
    this.check();
    return Math.floor(this.milliseconds / 1000);
  }

  /** Watch the page. */
  watch(document) {
    for (const name of ["keydown", "pointerdown", "pointermove", "wheel", "scroll", "touchmove"]) {
      document.addEventListener(name, () => this.touched(), { passive: true, capture: true });
    }
    document.addEventListener("visibilitychange", () => this.check());
  }
}
