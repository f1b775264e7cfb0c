// Sending again what the server has not acknowledged: how long to wait, and what an answer means.

const FIRST_WAIT = 1000;
const LONGEST_WAIT = 5 * 60 * 1000;

/** How long to wait before the next attempt, in milliseconds: doubling from one second to five minutes. */
export function waitAfter(failures) {
  return Math.min(FIRST_WAIT * 2 ** Math.max(0, failures - 1), LONGEST_WAIT);
}

/** What an answer of the server means. Status 0 means that no answer came. */
export function meaning(status) {
  if (status === 200 || status === 201 || status === 204) return "stored";
  if (status === 409) return "conflict";
  if (status === 401) return "sign-in";
  if (status === 0 || status === 429 || status >= 500) return "later";
  return "refused";
}
