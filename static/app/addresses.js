// Which pages of the site can be shown from this device, by their address.

const UUID = "([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})";

// Name of the page and its path, with what the path names in brackets.
const PAGES = [
  ["today", /^\/(?:today|app)\/$/],
  ["device", /^\/this-device\/$/],
  ["cases", /^\/case-studies\/$/],
  ["case", /^\/case-studies\/(?!new\/)([-\w]+)\/$/],
  ["events", /^\/events\/$/],
  ["event", /^\/events\/(\d+)\/$/],
  ["notes", /^\/field-notes\/$/],
  ["new", /^\/field-notes\/new\/$/],
  ["note", new RegExp(`^/field-notes/${UUID}/$`)],
  ["edit", new RegExp(`^/field-notes/${UUID}/edit/$`)],
];
// Lists are searched and filtered on the server, which may take longer than a page.
const PATIENT = new Set(["cases", "events", "notes"]);

/** {page, key} of a path, such as {page: "event", key: "7"}; null where the device has no such page. */
export function pageAt(path) {
  for (const [page, pattern] of PAGES) {
    const found = pattern.exec(path);
    if (found) return { page, key: found[1] ?? null };
  }
  return null;
}

/** Whether a page is shown from the device when the server takes long to answer, and not only when it does not. */
export function isHurried(path) {
  const at = pageAt(path);
  return at !== null && !PATIENT.has(at.page);
}

/** Whether a path leads to a page at all, and not to a file or an answer of the API. */
export function isPage(path) {
  return path.endsWith("/") && !path.startsWith("/api/") && !path.startsWith("/static/");
}

export const address = {
  today: () => "/today/",
  cases: () => "/case-studies/",
  notes: () => "/field-notes/",
  case: (slug) => `/case-studies/${slug}/`,
  event: (id) => `/events/${id}/`,
  note: (uuid) => `/field-notes/${uuid}/`,
  edit: (uuid) => `/field-notes/${uuid}/edit/`,
  write: (slug, event = null) => `/field-notes/new/?case_study=${slug}${event ? `&event=${event}` : ""}`,
};
