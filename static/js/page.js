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
