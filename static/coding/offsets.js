// Offsets of passages. The browser counts UTF-16 units, the casebook counts code points. Line ends of the text are LF.

/** A text whose offsets are converted at once: the tables are made when the text is shown. */
export class Offsets {
  constructor(text) {
    this.text = text;
    this.starts = [];
    this.points = new Uint32Array(text.length + 1);
    let units = 0;
    for (const letter of text) {
      this.starts.push(units);
      // Inside a surrogate pair counts as before it.
      this.points.fill(this.starts.length - 1, units, units + letter.length);
      units += letter.length;
    }
    this.starts.push(units);
    this.points[units] = this.starts.length - 1;
    this.length = this.starts.length - 1;
  }

  /** How many UTF-16 units come before the code point at `offset`. */
  toUtf16(offset) {
    return this.starts[Math.min(offset, this.length)];
  }

  /** How many code points come before the UTF-16 unit at `offset`. */
  fromUtf16(offset) {
    return this.points[Math.min(offset, this.text.length)];
  }

  /** The passage between two code-point offsets. */
  passage(start, end) {
    return this.text.slice(this.toUtf16(start), this.toUtf16(end));
  }
}

/** A selection without the white space at its edges, in UTF-16 units; null where nothing is left. */
export function trimmed(text, start, end) {
  const chosen = text.slice(start, end);
  const inner = chosen.trim();
  if (!inner) return null;
  const from = start + chosen.indexOf(inner);
  return [from, from + inner.length];
}
