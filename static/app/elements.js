// Small parts of what the app draws.

export function make(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function link(href, words, properties = {}) {
  return make("a", { href, textContent: words, ...properties });
}

/** A section with its heading; the sentence `none` where there is nothing in it. */
export function section(id, heading, content, none) {
  const made = make("section", {}, make("h2", { id, textContent: heading }), content ?? make("p", { className: "unknown", textContent: none }));
  made.setAttribute("aria-labelledby", id);
  return made;
}

/** A list of rows; null where there are none. */
export function rows(items) {
  if (!items.length) return null;
  return make("ul", { className: "rows" }, ...items.map((parts) => make("li", {}, ...parts)));
}

export function soft(words) {
  return make("span", { className: "soft", textContent: ` ${words}` });
}

/** Facts as on the pages of the site: `pairs` of a label and a text; those without a text are left out. */
export function facts(pairs) {
  const filled = pairs.filter(([, value]) => value !== "");
  if (!filled.length) return null;
  const line = ([label, value]) =>
    make("div", {}, make("dt", { textContent: label }), make("dd", { textContent: value }));
  return make("dl", { className: "facts" }, ...filled.map(line));
}
