// What a browser lets pages save and keep.

/** A link that saves a text as a file. */
export function fileLink(content, name, label) {
  const link = document.createElement("a");
  const url = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type: "text/plain" }));
  Object.assign(link, { href: url, download: name, textContent: label });
  return link;
}

/** Whether the browser has promised not to delete what is kept: true, false, or null where it cannot say. */
export async function isPersisted() {
  return (await navigator.storage?.persisted?.().catch(() => null)) ?? null;
}

/** Ask the browser not to delete what is kept. Resolves to its answer; null where it cannot be asked. */
export async function persist() {
  return (await navigator.storage?.persist?.().catch(() => null)) ?? null;
}
