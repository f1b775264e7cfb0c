// What every page has: the error summary takes focus, code can be copied.
import { copyButtons } from "./copy.js";

document.querySelector("[data-takes-focus]")?.focus();
copyButtons(document);
// htmx shows a fragment; ../device/forms.js shows the page of a form that was refused.
for (const name of ["htmx:afterSwap", "casebook:shown"]) {
  document.addEventListener(name, (event) => {
    copyButtons(event.target);
    event.target.querySelector?.("[data-takes-focus]")?.focus();
  });
}
// A fragment with form errors comes as 422 and is shown like any other.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

// What waits on this device is sent from every page. A visitor who never signed in here gets no database.
const isKnown = async () => {
  if (document.body.dataset.person || !indexedDB.databases) return true;
  return (await indexedDB.databases()).some(({ name }) => name === "lipse-device");
};
isKnown()
  .then((isNeeded) => isNeeded && import("../device/start.js"))
  // A browser without a database keeps nothing, and the fields that would keep something say so.
  .catch(() => {});
