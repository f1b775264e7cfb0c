// Undo and redo on this page, and the codes used last.

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

/** Recent codes with this one in front, at most nine. */
export function withRecent(recent, id) {
  return [id, ...recent.filter((each) => each !== id)].slice(0, 9);
}

/** Codes whose name or definition has every word of the query. */
export function matches(words, query) {
  const text = words.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
