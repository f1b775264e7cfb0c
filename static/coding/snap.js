// What is coded when somebody selects a part of a text: whole words, or the whole sentences or paragraphs that the server
// has cut, so that the passages of all coders have the same places to start and end.
import { trimmed } from "./offsets.js";

export class Snap {
  /**
   * @param {Offsets} offsets of the text
   * @param {string} language of the text, may be empty
   * @param {[number, number][]} segments in code points; empty where passages are made of words
   */
  constructor(offsets, language, segments) {
    Object.assign(this, { offsets, language, segments });
  }

  /** The passage {start, end} in code points for a selection in UTF-16 units; null where it holds only white space. */
  passage(from, to) {
    const edges = trimmed(this.offsets.text, from, to);
    if (!edges) return null;
    const [start, end] = this.segments.length ? edges : [this.#word(edges[0]).start, this.#word(edges[1] - 1).end];
    const chosen = { start: this.offsets.fromUtf16(start), end: this.offsets.fromUtf16(end) };
    return this.segments.length ? this.#whole(chosen) : chosen;
  }

  /** The word at a UTF-16 unit; a mark that is no word is its own, whole with its combining parts. */
  #word(unit) {
    this.words ??= segmenter(this.language)?.segment(this.offsets.text);
    const found = this.words?.containing(unit);
    if (!found) return { start: unit, end: unit + 1 };
    return { start: found.index, end: found.index + found.segment.length };
  }

  #whole({ start, end }) {
    const touched = this.segments.filter((segment) => segment[0] < end && segment[1] > start);
    return touched.length ? { start: touched[0][0], end: touched.at(-1)[1] } : null;
  }
}

function segmenter(language) {
  if (!globalThis.Intl?.Segmenter) return null;
  try {
    return new Intl.Segmenter(language || undefined, { granularity: "word" });
  } catch {
    return new Intl.Segmenter(undefined, { granularity: "word" });
  }
}
