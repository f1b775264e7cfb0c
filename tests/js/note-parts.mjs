// What NoteSync needs of a page, a device and a server, for tests.
import { createHash } from "node:crypto";

export const sha = (text) => createHash("sha256").update(text, "utf8").digest("hex");
export const note = (text, title = "Quay") => ({ text, title, informants: [] });

export function parts(answers, overrides = {}) {
  const seen = { sent: [], states: [], waits: [], kept: null, combined: [] };
  return {
    seen,
    store: {
      get: async () => seen.kept,
      put: async (record) => {
        seen.kept = structuredClone(record);
      },
      remove: async () => {
        seen.kept = null;
      },
    },
    send: async (edit) => {
      seen.sent.push(structuredClone(edit));
      return answers.shift() ?? { status: 0 };
    },
    hash: async (text) => sha(text),
    wait: (milliseconds, callback) => {
      seen.waits.push({ milliseconds, callback });
      return () => {};
    },
    show: (state) => seen.states.push(state),
    combined: (content) => seen.combined.push(content),
    ...overrides,
  };
}

export const stored = (content, version) => ({
  status: version === 1 ? 201 : 200,
  body: { ...content, version, sha256: sha(content.text), stored_at: "2026-11-24T10:00:00Z" },
});

export const conflict = (content, id = 7, more = {}) => ({
  status: 409,
  body: { conflict: id, resolved_version: null, erased: false, sha256: sha(content.text), ...more },
});

/** A server that answers when `answer` is called. */
export function slowly(given) {
  const answers = [];
  const send = given.send;
  given.send = async (edit) => {
    await new Promise((resolve) => answers.push(resolve));
    return send(edit);
  };
  return async () => {
    while (answers.length === 0) await new Promise(setImmediate);
    answers.shift()();
    await new Promise(setImmediate);
  };
}
