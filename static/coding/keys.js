// Which key does what. Single keys can be switched off (WCAG 2.1.4); those with Ctrl or Cmd always work.

const SINGLE = {
  s: "submit",
  n: "none-applies",
  u: "unsure",
  k: "skipped",
  p: "postpone",
  f: "flag",
  m: "memo",
  t: "text",
  z: "undo",
  y: "redo",
  "/": "search",
  "?": "help",
};

/** What a key does: a name, `{key: 1..9}`, or null. `typing`: whether the focus is in a field for text. */
export function actOf(event, { single, typing }) {
  const held = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (held && key === "Enter") return "submit";
  if (held && !typing && key === "z") return event.shiftKey ? "redo" : "undo";
  if (held && !typing && key === "y") return "redo";
  if (held || event.altKey || typing || !single) return null;
  if (/^[1-9]$/.test(key)) return { key: Number(key) };
  return SINGLE[key] ?? null;
}
