// Signing in again beside an open page: nothing is loaded again, so that nothing that was typed is lost.
import { text } from "../js/text.js";

// How often the page asks who is signed in while it waits, besides whenever one comes back to it.
const EVERY = 4000;
let asked = null;

/**
 * Resolves when the person of `session` is signed in again. Shows the dialog of the page and takes no focus, since a
 * person may be typing; with `focus` it does, after a button was pressed. All who ask wait for the same dialog; "Later"
 * hides it until somebody asks again.
 */
export function signInAgain(session, { focus = false } = {}) {
  const dialog = document.querySelector("[data-sign-in-again]");
  asked ??= watch(session, dialog).finally(() => (asked = null));
  if (dialog) {
    // The attribute and not show(), which would move the focus away from what is being typed.
    dialog.setAttribute("open", "");
    if (focus) dialog.querySelector("[data-open]").focus();
  }
  return asked;
}

function watch(session, dialog) {
  const name = session.person;
  say(dialog, name, null);
  const watching = new AbortController();
  const { signal } = watching;
  return new Promise((resolve) => {
    const ask = async () => {
      const { status, body } = await session.now();
      if (status !== 200 || signal.aborted) return;
      say(dialog, name, body.person);
      if (body.person !== session.person) return;
      watching.abort();
      dialog?.removeAttribute("open");
      resolve();
    };
    const timer = setInterval(() => document.hidden || ask(), EVERY);
    signal.addEventListener("abort", () => clearInterval(timer));
    addEventListener("focus", ask, { signal });
    document.addEventListener("visibilitychange", ask, { signal });
    dialog?.querySelector("[data-later]").addEventListener("click", () => dialog.removeAttribute("open"), { signal });
  });
}

function say(dialog, name, other) {
  const words = dialog?.querySelector("[data-words]");
  if (!words) return;
  const sentence = other ? text(dialog, "other", { name, other }) : text(dialog, "same", { name });
  if (words.textContent !== sentence) words.textContent = sentence;
}
