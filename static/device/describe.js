// What a draft is called, where its page is, and its text as a person would save it in a file. Pure.

const LONGEST_NAME = 80;

/** {name, page, text} of a draft; `page` is empty where it has none, `text` where it is a file and no text. */
export function describe({ kind, about, id, content }) {
  if (!content) return { name: "", page: "", text: "" };
  const described = { note: ofNote, form: ofForm, file: ofFile, coding: ofCoding }[kind]?.({ about, id, content });
  return described ?? { name: "", page: "", text: lines(content) };
}

function ofNote({ about, content }) {
  const note = content.record?.content ?? content;
  const name = note.title || shortened(note.text ?? "");
  return { name, page: `/field-notes/${about}/edit/`, text: lines(note) };
}

function ofForm({ id, content }) {
  const page = content.url ? `${content.url}#draft-${id}` : "";
  return { name: content.title ?? "", page, text: lines(content.typed ?? {}) };
}

function ofFile({ about, content }) {
  return { name: content.name ?? "", page: about ? `/field-notes/${about}/` : "", text: "" };
}

function ofCoding({ content: { record } }) {
  const memos = record.changes.filter(({ memo }) => memo).map(({ memo }) => memo.now);
  return { name: record.title, page: record.page, text: memos.join("\n\n") };
}

function shortened(text) {
  const line = text.trim().split("\n")[0];
  return line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME - 1)}…` : line;
}

/** Every value that says something, each below its name. */
function lines(fields) {
  const written = (value) => (Array.isArray(value) ? value.join("\n") : value === null ? "" : String(value));
  return Object.entries(fields)
    .filter(([, value]) => typeof value !== "object" || Array.isArray(value))
    .filter(([, value]) => written(value) !== "")
    .map(([name, value]) => `${name}:\n${written(value)}\n`)
    .join("\n");
}
