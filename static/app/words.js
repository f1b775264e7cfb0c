// Values of cases, events and notes as words: labels of closed lists, days and times, how long ago. Knows no page.

const MINUTE = 60_000;
const UNITS = [
  ["day", 24 * 60 * MINUTE],
  ["hour", 60 * MINUTE],
  ["minute", MINUTE],
];

/** The pairs of label and text of a row: `fields` are [name, label, {value: label}] each. */
export function described(row, fields, language) {
  return fields.map(([name, label, values]) => [label, worded(row[name], values, language)]);
}

function worded(value, values, language) {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return value.map((one) => values[one] ?? one).join(", ");
  if (typeof value === "object") return "";
  const text = String(value);
  return values[text] ?? (/^\d{4}-\d\d-\d\d$/.test(text) ? day(text, language) : text);
}

/** A day without a time, such as 2026-11-29. */
export function day(text, language) {
  return new Date(`${text}T12:00:00Z`).toLocaleDateString(language, { dateStyle: "medium", timeZone: "UTC" });
}

/** Begin of an event in its own time zone, with the zone. */
export function eventTime({ starts_at: starts, time_zone: zone }, language) {
  const shown = { dateStyle: "medium", timeStyle: "short" };
  try {
    const at = new Date(starts).toLocaleString(language, { ...shown, timeZone: zone });
    return `${at} (${zone.split("/").pop().replaceAll("_", " ")})`;
  } catch {
    // A zone that this browser does not know.
    return new Date(starts).toLocaleString(language, shown);
  }
}

/** How long before `now` something was: "3 hours ago"; empty where the clock was set back meanwhile. */
export function ago(at, now, language) {
  const age = now - at;
  if (age < 0) return "";
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const [unit, length] = UNITS.find(([, milliseconds]) => age >= milliseconds) ?? ["minute", MINUTE];
  return words.format(-Math.floor(age / length), unit);
}

/** A moment, with its day where that is not today. */
export function moment(at, now, language) {
  const isToday = new Date(at).toDateString() === new Date(now).toDateString();
  const time = { hour: "2-digit", minute: "2-digit" };
  return new Date(at).toLocaleString(language, isToday ? time : { ...time, day: "numeric", month: "short", year: "numeric" });
}

/** The events that take place in the week (Monday to Sunday) of `now`, the first first. */
export function inWeekOf(events, now) {
  const monday = new Date(now);
  monday.setHours(0, 0, 0, 0);
  monday.setDate(monday.getDate() - ((monday.getDay() + 6) % 7));
  const next = new Date(monday);
  next.setDate(next.getDate() + 7);
  const isInIt = ({ starts_at: starts, ends_at: ends }) =>
    new Date(starts) < next && new Date(ends ?? starts) >= monday;
  return events.filter(isInIt).sort((a, b) => new Date(a.starts_at) - new Date(b.starts_at));
}
