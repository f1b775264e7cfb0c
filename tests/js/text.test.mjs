import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { text } from "../../static/js/text.js";

const ROOT = new URL("../../", import.meta.url);
const asAttribute = (name) => `data-text-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}="`;

test("a sentence of the page is filled in, and what has no value stays as it is", () => {
  const element = { dataset: { textSavedAt: "Saved at {time}, version {version}" } };
  assert.equal(text(element, "savedAt", { time: "10:00" }), "Saved at 10:00, version {version}");
  assert.equal(text(element, "unknown"), "");
});

test("a value that looks like a placeholder is not filled in again", () => {
  assert.equal(text({ dataset: { textA: "{a} {b}" } }, "a", { a: "{b}", b: "c" }), "{b} c");
});

// Which template has the sentences that a script asks for.
const pages = {
  "casestudies/attachments.js": "casestudies/note_files.html",
  "casestudies/file-rows.js": "casestudies/note_files.html",
  "casestudies/note-conflict.js": "casestudies/note_conflict.html",
  "casestudies/note-page.js": "casestudies/note_form.html",
  "casestudies/note-sync.js": "casestudies/note_form.html",
  "casestudies/recording.js": "casestudies/note_files.html",
  "casestudies/shared.js": "casestudies/shared.html",
  "casestudies/today-page.js": "casestudies/today.html",
  "coding/adjudication.js": "coding/adjudication_detail.html",
  "coding/coding-page.js": "coding/code_unit_scripted.html",
  "coding/delivery.js": "coding/code_unit_scripted.html",
  "imports/mapping.js": "imports/mapping_form.html",
  "js/copy.js": "base.html",
  "rest/try.js": "rest/try.html",
};

for (const [script, template] of Object.entries(pages)) {
  test(`every sentence that ${script} shows is on its page`, () => {
    const source = readFileSync(new URL(`static/${script}`, ROOT), "utf8");
    const page = readFileSync(new URL(`templates/${template}`, ROOT), "utf8");
    const asked = source.matchAll(/(?:\b(?:text|words)\([\w.]+, |sentence\(|\btext: (?="))(.*)/g);
    const names = [...asked].flatMap(([, rest]) => [...rest.split(/[{)]/)[0].matchAll(/"(\w+)"/g)].map((found) => found[1]));
    assert.ok(names.length > 0);
    for (const name of names) assert.ok(page.includes(asAttribute(name)), `${name} of ${script}`);
  });
}

test("every script that shows sentences is checked against its page", () => {
  const folders = ["casestudies", "coding", "imports", "js", "rest"].flatMap((folder) =>
    readdirSync(new URL(`static/${folder}/`, ROOT)).map((file) => `${folder}/${file}`),
  );
  const asking = folders.filter((file) => {
    return file.endsWith(".js") && /text\.js"|\btext: "/.test(readFileSync(new URL(`static/${file}`, ROOT), "utf8"));
  });
  assert.deepEqual(asking.sort(), Object.keys(pages).sort());
});
