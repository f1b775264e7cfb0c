// A copy button for each <pre data-copy>.
import { text } from "./text.js";

export function copyButtons(root) {
  for (const block of root.querySelectorAll("pre[data-copy]:not([data-copy='ready'])")) {
    block.dataset.copy = "ready";
    block.before(makeButton(block));
  }
}

function makeButton(block) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "secondary copy";
  button.textContent = text(document.body, "copy");
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent.trim());
    button.textContent = text(document.body, "copied");
    setTimeout(() => (button.textContent = text(document.body, "copy")), 2000)?.unref?.();
  });
  return button;
}
