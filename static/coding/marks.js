// The text cut where passages begin and end, so that overlapping passages can be shown side by side. A passage that comes
// or goes changes only the pieces it covers.

export class Marks {
  /** `split(piece, rest)` and `change(piece)` are called for what has to be drawn anew. Offsets are code points. */
  constructor(length, { split = () => {}, change = () => {} } = {}) {
    Object.assign(this, { split, change });
    this.pieces = [{ start: 0, end: length, codings: [] }];
    this.lanes = 0;
  }

  /** The index of the piece that holds an offset; the last one for the end of the text. */
  at(offset) {
    let low = 0;
    let high = this.pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.pieces[middle].start <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Add a passage. Its `lane` is the lowest stripe that no passage beside it has. */
  add(coding) {
    this.#cut(coding.start);
    this.#cut(coding.end);
    const covered = this.#covered(coding);
    const taken = new Set(covered.flatMap((piece) => piece.codings.map((each) => each.lane)));
    coding.lane = 0;
    while (taken.has(coding.lane)) coding.lane += 1;
    this.lanes = Math.max(this.lanes, coding.lane + 1);
    for (const piece of covered) {
      piece.codings = [...piece.codings, coding];
      this.change(piece);
    }
  }

  remove(coding) {
    for (const piece of this.#covered(coding)) {
      piece.codings = piece.codings.filter((each) => each !== coding);
      this.change(piece);
    }
  }

  #covered({ start, end }) {
    return this.pieces.slice(this.at(start), this.at(end - 1) + 1);
  }

  #cut(offset) {
    const index = this.at(offset);
    const piece = this.pieces[index];
    if (offset <= piece.start || offset >= piece.end) return;
    const rest = { start: offset, end: piece.end, codings: piece.codings };
    piece.end = offset;
    this.pieces.splice(index + 1, 0, rest);
    this.split(piece, rest);
  }
}
