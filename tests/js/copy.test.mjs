import assert from "node:assert/strict";
import { test } from "node:test";

import { copyButtons } from "../../static/js/copy.js";

function page(blocks) {
  const made = [];
  globalThis.document = {
    body: { dataset: { textCopy: "Copy", textCopied: "Copied" } },
    createElement: () => {
      const button = { listeners: {}, addEventListener: (name, act) => (button.listeners[name] = act) };
      made.push(button);
      return button;
    },
  };
  return { made, root: { querySelectorAll: () => blocks.filter((block) => block.dataset.copy !== "ready") } };
}

test("each block of code gets one button, also when a fragment is looked at twice", () => {
  const block = { dataset: { copy: "" }, before() {}, textContent: "" };
  const { made, root } = page([block]);

  copyButtons(root);
  copyButtons(root);

  assert.equal(made.length, 1);
});

test("the button copies the text without the blanks around it and says so", async () => {
  const block = { dataset: { copy: "" }, before() {}, textContent: "\n curl /api/v1/ \n" };
  const { made, root } = page([block]);
  const copied = [];
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { clipboard: { writeText: async (text) => copied.push(text) } } });

  copyButtons(root);
  await made[0].listeners.click();

  assert.deepEqual(copied, ["curl /api/v1/"]);
  assert.equal(made[0].textContent, "Copied");
});
