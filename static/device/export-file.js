// The export file: what waits on a device, encrypted with a passphrase, to be opened on any device by the same person.
// The format is described in docs/fieldworkers.md. Knows no page and no database, so that node can test it.

const FORMAT = "lipse-device-export";
const VERSION = 1;
export const ITERATIONS = 600_000;
// No file says that it wants more: opening it would take minutes.
const MOST_ITERATIONS = 10_000_000;
export const SHORTEST_PASSPHRASE = 12;

/** The file is not one, is of another version, or the passphrase is another. */
export class CannotBeOpened extends Error {}

/** `content` is anything that JSON holds. Resolves to the text of the file. */
export async function sealed(content, passphrase) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const key = await keyOf(passphrase, salt, ITERATIONS, "encrypt");
  const head = { format: FORMAT, version: VERSION };
  const additionalData = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, bytes);
  const kdf = { name: "PBKDF2", hash: "SHA-256", iterations: ITERATIONS, salt: base64(salt) };
  return JSON.stringify({ ...head, kdf, cipher: { name: "AES-GCM", iv: base64(iv) }, data: base64(new Uint8Array(data)) });
}

/** What was sealed. Rejects with CannotBeOpened. */
export async function opened(text, passphrase) {
  try {
    const { format, version, kdf, cipher, data } = JSON.parse(text);
    const isKnown = format === FORMAT && version === VERSION && kdf.iterations <= MOST_ITERATIONS;
    if (!isKnown) throw new CannotBeOpened("format");
    const key = await keyOf(passphrase, bytesOf(kdf.salt), kdf.iterations, "decrypt");
    const additionalData = new TextEncoder().encode(JSON.stringify({ format, version }));
    const parameters = { name: "AES-GCM", iv: bytesOf(cipher.iv), additionalData };
    const plain = await crypto.subtle.decrypt(parameters, key, bytesOf(data));
    return JSON.parse(new TextDecoder().decode(plain));
  } catch (error) {
    throw error instanceof CannotBeOpened ? error : new CannotBeOpened("passphrase or file", { cause: error });
  }
}

async function keyOf(passphrase, salt, iterations, use) {
  const words = new TextEncoder().encode(passphrase.normalize("NFKC"));
  const from = await crypto.subtle.importKey("raw", words, "PBKDF2", false, ["deriveKey"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return crypto.subtle.deriveKey(how, from, { name: "AES-GCM", length: 256 }, false, [use]);
}

function base64(bytes) {
  let characters = "";
  // In pieces: a call takes only so many arguments.
  for (let at = 0; at < bytes.length; at += 8192) characters += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(characters);
}

function bytesOf(text) {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}

/**
 * What a file holds of what waits: the drafts of one person, those that cannot be read here left out. `bytesOf(draft)`
 * gives the bytes of a photo, recording or other file.
 */
export async function packed({ person, username }, drafts, { now, bytesOf: read }) {
  const kept = [];
  for (const { id, kind, about, since, content } of drafts.filter((draft) => draft.content !== null)) {
    const bytes = kind === "file" ? { bytes: base64(await read({ id, content })) } : {};
    kept.push({ id, kind, about, since, content, ...bytes });
  }
  return { person, username, made: new Date(now).toISOString(), drafts: kept };
}

/** The bytes of a file of an export. */
export const unpackedBytes = ({ bytes }) => bytesOf(bytes);

/**
 * The drafts of a file that are to be put here: those that this device does not have. One whose id is taken by another
 * text gets an id of its own, so that nothing is written over.
 */
export function unpacked(file, here, newId) {
  const kept = new Map(here.map((draft) => [draft.id, JSON.stringify(draft.content)]));
  // A file that is put here gets an id of its own; its content says which it is.
  const files = new Set(here.filter(({ kind }) => kind === "file").map(({ about, content }) => `${about} ${content?.sha256}`));
  return file.drafts
    .filter(({ id, content }) => kept.get(id) !== JSON.stringify(content))
    .filter(({ kind, about, content }) => kind !== "file" || !files.has(`${about} ${content.sha256}`))
    .map((draft) => (kept.has(draft.id) ? { ...draft, id: newId() } : draft));
}
