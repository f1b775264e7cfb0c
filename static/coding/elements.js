// Small parts of the coding page that several files make.

export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function swatch(code) {
  const dot = element("span", { className: "swatch" });
  dot.style.setProperty("--code", code.colour);
  return dot;
}

/** A passage in at most 60 letters. */
export function shortened(passage) {
  const letters = [...passage.replace(/\s+/g, " ")];
  return letters.length > 60 ? `${letters.slice(0, 57).join("")}...` : letters.join("");
}
