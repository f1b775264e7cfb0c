// Sends a request that a page of the API describes and shows the answer: what whoever uses this browser has access to.
import { text } from "../js/text.js";

// Characters of an answer that are read and shown: an export can have gigabytes.
const MOST = 20_000;
const ROOT = "/api/v1/";

for (const form of document.querySelectorAll("[data-try]")) {
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form);
  });
}

async function send(form) {
  const words = form.querySelector("[data-answered]");
  const shown = form.querySelector("[data-answer]");
  shown.hidden = true;
  const address = new URL(form.elements.address.value.trim(), location.origin);
  if (address.origin !== location.origin || !address.pathname.startsWith(ROOT)) {
    words.textContent = text(form, "elsewhere");
    return;
  }
  words.textContent = text(form, "asking");
  try {
    const answer = await fetch(address, { cache: "no-store" });
    const { body, isWhole } = await beginning(answer);
    const values = { status: answer.status, kind: answer.headers.get("Content-Type") ?? "", most: MOST.toLocaleString() };
    words.textContent = text(form, isWhole ? "answered" : "begins", values);
    shown.firstElementChild.textContent = isWhole ? readable(body) : body;
    shown.hidden = !body;
  } catch {
    words.textContent = text(form, "noAnswer");
  }
}

/** The first characters of an answer, and whether they are all; what follows is not received. */
async function beginning(answer) {
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let body = "";
  while (reader && body.length <= MOST) {
    const { done, value } = await reader.read();
    if (done) return { body, isWhole: true };
    body += decoder.decode(value, { stream: true });
  }
  await reader?.cancel();
  return { body: body.slice(0, MOST), isWhole: !reader };
}

function readable(body) {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
