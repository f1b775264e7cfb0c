// The text of a decision: what was chosen for each passage, and what a person made of it. Knows no page.

export class Decision {
  /** `passages` are their texts as chosen at first, `text` is the text of the result. */
  constructor(passages, text) {
    this.passages = passages;
    this.text = text;
    this.past = [];
  }

  /**
   * Exchange the passage `place` for another text. Resolves to whether it was found: where a person has edited it in the
   * result, or it stands there more than once, nothing is changed.
   */
  exchange(place, chosen, text) {
    const next = this.#exchanged(place, chosen, text);
    if (next === null) return false;
    this.past.push({ passages: this.passages, text });
    this.passages = this.passages.with(place, chosen);
    this.text = next;
    return true;
  }

  #exchanged(place, chosen, text) {
    if (text === this.passages.join("")) return this.passages.with(place, chosen).join("");
    const before = this.passages[place];
    const found = before ? text.indexOf(before) : -1;
    if (found < 0 || text.indexOf(before, found + 1) >= 0) return null;
    return text.slice(0, found) + chosen + text.slice(found + before.length);
  }

  /** The text before the last exchange, edits of that time included; null where there was none. */
  undo() {
    const last = this.past.pop();
    if (!last) return null;
    Object.assign(this, last);
    return last;
  }
}
