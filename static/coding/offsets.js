// Offsets of passages. The browser counts UTF-16 units, the casebook counts code points. Line ends of the text are LF.

/** How many UTF-16 units come before the code point at `offset`. */
export function toUtf16(text, offset) {
  let units = 0;
  let points = 0;
  for (const letter of text) {
    if (points === offset) break;
    units += letter.length;
    points += 1;
  }
  return units;
}

/** How many code points come before the UTF-16 unit at `offset`; inside a surrogate pair counts as before it. */
export function fromUtf16(text, offset) {
  let units = 0;
  let points = 0;
  for (const letter of text) {
    if (units + letter.length > offset) break;
    units += letter.length;
    points += 1;
  }
  return points;
}

/** The passage between two code-point offsets. */
export function passage(text, start, end) {
  return text.slice(toUtf16(text, start), toUtf16(text, end));
}

/** A selection without the white space at its edges, in UTF-16 units; null where nothing is left. */
export function trimmed(text, start, end) {
  const chosen = text.slice(start, end);
  const inner = chosen.trim();
  if (!inner) return null;
  const from = start + chosen.indexOf(inner);
  return [from, from + inner.length];
}
