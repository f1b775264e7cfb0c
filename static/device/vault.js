// Encrypts what a person types. The server issues one key for each person and device; the browser keeps it so that it
// can be used and not read, until the person signs out or somebody else signs in. What was encrypted stays on the device
// and is readable again after the same person has signed in again.
import { Table } from "./database.js";

const people = new Table("people");
const ALGORITHM = "AES-GCM";
// The record of the device itself, beside those of people, whose numbers are digits.
const DEVICE = "device";

/** What is on this device cannot be read or encrypted now: nobody is signed in, or the browser has no encryption. */
export class Locked extends Error {}

/** The name of this browser, made when it is first needed. */
export async function deviceId() {
  // In one step: two names would be two keys, and what was encrypted with the one could not be read with the other.
  return (await people.getOrPut({ person: DEVICE, uuid: crypto.randomUUID() }, DEVICE)).uuid;
}

/** The person whose key is on this device: {person, username, name}; null after signing out. */
export async function personHere() {
  const found = (await people.all()).find((one) => one.key);
  return found ? { person: found.person, username: found.username, name: found.name } : null;
}

/** Sign out on this device: no key stays. What is encrypted stays. */
export async function dropKeys(except = null) {
  for (const one of await people.all()) {
    if (one.key && one.person !== except) await people.put({ ...one, key: null });
  }
}

export class Vault {
  /**
   * `person` is the number of an account as text, `issue` asks the server: async (device) => {person, username, name,
   * key} with the key in base64, or null where nobody is signed in or no answer came.
   */
  constructor(person, issue = async () => null) {
    Object.assign(this, { person, issue, key: null, unlocking: null });
  }

  /** Resolves to whether this device can encrypt for the person now. Asks the server only where no key is kept. */
  async unlock() {
    if (this.key) return true;
    if (!globalThis.crypto?.subtle) return false;
    // Whoever asks meanwhile waits for the same answer.
    this.unlocking ??= this.#unlock().finally(() => (this.unlocking = null));
    return this.unlocking;
  }

  async #unlock() {
    const kept = await people.get(this.person);
    this.key = kept?.key ?? (await this.#issued());
    return this.key !== null;
  }

  async #issued() {
    const issued = await this.issue(await deviceId());
    if (!issued || issued.person !== this.person) return null;
    const bytes = Uint8Array.from(atob(issued.key), (character) => character.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", bytes, ALGORITHM, false, ["encrypt", "decrypt"]);
    bytes.fill(0);
    await dropKeys(this.person);
    await people.put({ person: this.person, username: issued.username, name: issued.name, key });
    return key;
  }

  /** `value` is anything that JSON holds. Rejects with Locked. */
  async seal(value) {
    return this.sealBytes(new TextEncoder().encode(JSON.stringify(value)));
  }

  async sealBytes(bytes) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt({ name: ALGORITHM, iv }, await this.#unlocked(), bytes) };
  }

  async unseal(sealed) {
    return JSON.parse(new TextDecoder().decode(await this.unsealBytes(sealed)));
  }

  /** Rejects with Locked, also where the text was encrypted with another key. */
  async unsealBytes({ iv, data }) {
    const key = await this.#unlocked();
    try {
      return await crypto.subtle.decrypt({ name: ALGORITHM, iv }, key, data);
    } catch (error) {
      throw new Locked("another key", { cause: error });
    }
  }

  async #unlocked() {
    if (!(await this.unlock())) throw new Locked("no key");
    return this.key;
  }
}
