// Whether what is typed is kept on this device, said truthfully. For the page of a note and for every form.
import { text } from "../js/text.js";

/** Why a browser did not keep something: "full", "locked", "slow" or "refused"; the sentences are in durability.html. */
export function reasonOf(error) {
  if (error?.name === "QuotaExceededError" || /quota/i.test(error?.message ?? "")) return "full";
  if (error?.constructor?.name === "Locked" || error?.message === "no key") return "locked";
  return error?.message === "timeout" ? "slow" : "refused";
}

/**
 * Keeps what is typed by `put(content)`, which resolves when it is durable, one at a time and the newest last. Calls
 * `show` with {name: "keeping"} while something newer than what is durable is on its way, {name: "kept"} when the newest
 * is durable, {name: "not-kept", reason} when it is not.
 */
export function durability(put, show) {
  let next = null;
  let busy = null;
  const state = { name: "kept" };
  const say = (name, more = {}) => {
    Object.assign(state, { name, reason: undefined, ...more });
    show({ ...state });
  };
  async function work() {
    while (next) {
      const { content } = next;
      next = null;
      try {
        await put(content);
        if (!next) say("kept");
      } catch (error) {
        if (!next) say("not-kept", { reason: reasonOf(error) });
      }
    }
  }
  return {
    state,
    /** Resolves when this content, or a newer one, is durable or refused: to whether it is durable. */
    async keep(content) {
      next = { content };
      say("keeping");
      busy ??= work().finally(() => {
        busy = null;
      });
      await busy;
      return state.name === "kept";
    },
  };
}

/** Ask before this page is left while `isUnsafe()`: what is typed is neither on this device nor on the server. */
export function askBeforeLeaving(isUnsafe) {
  addEventListener("beforeunload", (event) => {
    if (isUnsafe()) event.preventDefault();
  });
}

/** The sentence for a reason, from the page. */
export function notKeptWords(reason) {
  const words = document.querySelector("[data-durability]");
  return words ? text(words, reason) : "";
}

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
