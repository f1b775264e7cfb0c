// Undo and redo on this page, and the codes used last, for the keys 1 to 9.

/** Two stacks of steps. A new step clears the steps that could be redone. */
export class Steps {
  constructor() {
    this.done = [];
    this.undone = [];
  }

  add(step) {
    this.done.push(step);
    this.undone = [];
  }

  /** The last step, moved to those that can be redone; undefined where there is none. */
  undo() {
    const step = this.done.pop();
    if (step) this.undone.push(step);
    return step;
  }

  /** The step undone last, moved back; undefined where there is none. */
  redo() {
    const step = this.undone.pop();
    if (step) this.done.push(step);
    return step;
  }
}

/** The codes on the keys: those used last, then the first of the codebook, at most nine, none twice. */
export function onKeys(recent, all) {
  const known = new Set(all);
  return [...new Set([...recent.filter((id) => known.has(id)), ...all])].slice(0, 9);
}

/** Keys stay the same while a unit is coded; a code without a key takes the next free one, or the last. */
export function withCode(keys, id) {
  return keys.includes(id) ? keys : [...keys.slice(0, 8), id];
}

/** Codes whose name or definition has every word of the query. */
export function matches(words, query) {
  const text = words.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
