// The text cut where codings begin and end, so that overlapping passages can be shown.

/** Pieces `{start, end, codings}` in code points that together cover the text; codings of the whole unit are left out. */
export function pieces(length, codings) {
  const passages = codings.filter((coding) => coding.start !== null);
  const edges = new Set([0, length]);
  for (const { start, end } of passages) edges.add(start).add(end);
  const cuts = [...edges].sort((a, b) => a - b);
  return cuts.slice(1).map((end, i) => {
    const start = cuts[i];
    return { start, end, codings: passages.filter((coding) => coding.start < end && coding.end > start) };
  });
}
