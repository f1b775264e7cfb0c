// What the fields of a form contain, as a browser sends them: {name: [value, ...]}, without files, the token of the
// session and what is secret.

const NOT_KEPT = new Set(["file", "password", "submit", "button", "image", "reset"]);
const TICKED = new Set(["checkbox", "radio"]);
const TOKEN = "csrfmiddlewaretoken";

/** The elements whose contents are kept, in the order of the page. */
export function kept(form) {
  return [...form.elements].filter(
    (one) => one.name && one.name !== TOKEN && "value" in one && !NOT_KEPT.has(one.type) && !one.disabled,
  );
}

/** Whether a person can type or choose in it. An answer to a question about an edit (`data-passing`) is not kept. */
export function isTyped(element) {
  return element.type !== "hidden" && element.type !== "output" && !("passing" in (element.dataset ?? {}));
}

function valuesOf(one) {
  if (TICKED.has(one.type)) return one.checked ? [one.value] : [];
  if (one.options) return [...one.options].filter((option) => option.selected).map((option) => option.value);
  return [one.value];
}

/** What the person has entered, by name. */
export function contents(form) {
  return gathered(kept(form).filter(isTyped), valuesOf);
}

/** What the page sends besides. */
export function hidden(form) {
  return gathered(
    kept(form).filter((one) => !isTyped(one)),
    valuesOf,
  );
}

/** What the page began with. */
export function beginnings(form) {
  return gathered(kept(form).filter(isTyped), (one) => {
    if (TICKED.has(one.type)) return one.defaultChecked ? [one.value] : [];
    if (one.options) return chosenAtFirst(one);
    return [one.defaultValue];
  });
}

function chosenAtFirst(select) {
  const chosen = [...select.options].filter((option) => option.defaultSelected);
  if (!chosen.length && !select.multiple && select.options.length) return [select.options[0].value];
  return chosen.map((option) => option.value);
}

function gathered(elements, read) {
  const found = {};
  for (const one of elements) {
    const values = read(one).map(plain);
    found[one.name] = [...(found[one.name] ?? []), ...values];
  }
  return found;
}

const plain = (value) => String(value ?? "").replaceAll("\r\n", "\n");

/** Whether two values are the same to a person: an empty field is one that is not there. */
export function isSame(one, other) {
  const [a, b] = [one, other].map((values) => (values ?? []).filter((value) => value !== "").sort());
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** The names of the fields in which two contents differ. */
export function differing(one, other) {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => !isSame(one[name], other[name]));
}

/**
 * What comes back into a form that is opened again: `fill` is what the person changed, by name; `ask` names the fields
 * that were also changed on the server since; `lost` is what the person typed into fields that the form has no more.
 */
export function threeWay(began, typed, now) {
  const fill = {};
  const ask = [];
  const lost = {};
  for (const name of differing(began, typed)) {
    if (!(name in now)) {
      if (!isSame(typed[name], [])) lost[name] = typed[name];
    } else if (!isSame(typed[name], now[name])) {
      fill[name] = typed[name] ?? [];
      if (!isSame(now[name], began[name])) ask.push(name);
    }
  }
  return { fill, ask, lost };
}

/** Put values into the fields of that name, as if the person had entered them; `isQuiet`: without the page noticing. */
export function fill(form, name, values, { isQuiet = false } = {}) {
  const elements = kept(form).filter((one) => one.name === name && isTyped(one));
  elements.forEach((one, i) => {
    if (TICKED.has(one.type)) one.checked = values.includes(one.value);
    else if (one.options) for (const option of one.options) option.selected = values.includes(option.value);
    else one.value = values[i] ?? "";
    for (const kind of isQuiet ? [] : ["input", "change"]) one.dispatchEvent(new Event(kind, { bubbles: true }));
  });
}
