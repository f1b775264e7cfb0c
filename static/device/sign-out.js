// Signing out takes the key from this device. What is encrypted stays, and the page says how much that is.
import { text } from "../js/text.js";
import { inTime } from "./patience.js";
import { dropKeys } from "./vault.js";
import { moment, standing } from "./waiting.js";

// A browser whose database does not answer must not keep anybody from signing out.
const PATIENCE = 2000;

/** Take over the forms that sign out, and say on the pages of signing out what `waitingHere` finds. */
export async function signsOut(waitingHere) {
  for (const form of document.querySelectorAll("form[data-sign-out]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      leave(form, waitingHere);
    });
  }
  const shown = document.querySelector("[data-stays-here]");
  if (shown?.dataset.staysHere === "after") await dropKeys().catch(() => {});
  if (shown) say(shown, await waitingHere().catch(() => []));
}

async function leave(form, waitingHere) {
  const waiting = await inTime(waitingHere(), PATIENCE).catch(() => []);
  // From the menu of a page: first the page that says what stays here.
  if (form.dataset.signOut === "ask" && waiting.length) {
    location.assign(form.action);
    return;
  }
  await inTime(dropKeys(), PATIENCE).catch(() => {});
  form.submit();
}

function say(shown, waiting) {
  const { count, oldest } = standing(waiting, Date.now(), { isOffline: true });
  shown.hidden = count === 0;
  if (count) shown.textContent = text(shown, count === 1 ? "one" : "many", { count, since: moment(oldest) });
}
