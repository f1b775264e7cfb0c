// Which key does what on the page of an adjudication: keys by their place (event.code), so that layouts do not matter.

const PLACES = {
  KeyJ: "next",
  ArrowDown: "next",
  KeyK: "previous",
  ArrowUp: "previous",
  KeyA: "accept",
  KeyR: "reject",
  KeyX: "reject-all",
  KeyZ: "undo",
  Enter: "settle",
  NumpadEnter: "settle",
};

/** What a key does, or null. `typing`: the focus is in a field; `onControl`: on a link or button, which Enter presses. */
export function actOf(event, { single, typing, onControl, inText = false }) {
  if (!single || typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) {
    return null;
  }
  if (event.key === "?") return "help";
  if (event.shiftKey) return null;
  const act = PLACES[event.code] ?? null;
  if (act === "settle" && onControl) return null;
  if (inText && event.code.startsWith("Arrow")) return null;
  return act;
}

/** The place `step` further among `count`, staying within; the first where there was none. */
export function moved(at, step, count) {
  if (count === 0) return -1;
  if (at < 0) return step > 0 ? 0 : count - 1;
  return Math.min(Math.max(at + step, 0), count - 1);
}

/** How many code points a text has up to a place counted in UTF-16, as offsets of passages count them. */
export function codePoints(text, utf16) {
  return [...text.slice(0, utf16)].length;
}
