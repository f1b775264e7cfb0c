// A copy button for each <pre data-copy>.

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
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent.trim());
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 2000)?.unref?.();
  });
  return button;
}
