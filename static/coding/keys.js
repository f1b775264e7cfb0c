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
  w: "whole",
  g: "passage",
  z: "undo",
  y: "redo",
  "/": "search",
  "?": "help",
};

/** The fixed key of a code by its place on the keyboard, whatever the layout prints there: "1", "shift-1" or null. */
export function shortcutOf({ code, shiftKey }) {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code ?? "");
  if (!digit || (shiftKey && code.startsWith("Numpad"))) return null;
  return shiftKey ? `shift-${digit[1]}` : digit[1];
}

function heldActOf(key, isShifted, typing) {
  if (key === "Enter") return "submit";
  if (typing) return null;
  if (key === "z") return isShifted ? "redo" : "undo";
  return key === "y" ? "redo" : null;
}

/**
 * What a key does: a name, `{shortcut}` of a code, or null. `typing`: whether the focus is in a field for text.
 * `taken`: the shortcuts that codes have; a place that no code has keeps what its letter does.
 */
export function actOf(event, { single, typing, taken }) {
  const held = event.ctrlKey || event.metaKey;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (held) return heldActOf(key, event.shiftKey, typing);
  if (event.altKey || typing || !single) return null;
  const shortcut = shortcutOf(event);
  if (shortcut && taken.has(shortcut)) return { shortcut };
  if (key === "g" && event.shiftKey) return "passage-before";
  return SINGLE[key] ?? null;
}
