// Sentences that scripts show come from the page, where they are translated: data-text-saved="Saved at {time}".

/** The sentence `name` of an element (data-text-name), its {placeholders} replaced by `values`. */
export function text(element, name, values = {}) {
  const sentence = element.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] ?? "";
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
