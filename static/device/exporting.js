// Saving and opening export files on the page of this device.
import { CannotBeOpened, opened, packed, sealed, SHORTEST_PASSPHRASE, unpacked, unpackedBytes } from "./export-file.js";
import { filesOf } from "./file-delivery.js";
import { fileLink } from "./storage.js";

/** `part(name)` gives an element of the page, `say(name, values)` a sentence. */
export function exporting({ page, part, say, here, drafts, outbox }) {
  const passphrase = page.querySelector("#passphrase");
  const files = filesOf(drafts);
  const chosen = page.querySelector("#export-file");
  const said = (name, values) => (part("export-said").textContent = say(name, values));

  async function save() {
    if (passphrase.value.length < SHORTEST_PASSPHRASE) {
      said("short", { count: SHORTEST_PASSPHRASE });
      return passphrase.focus();
    }
    said("exporting");
    const bytesOf = async (draft) => new Uint8Array(await (await files.blob(draft)).arrayBuffer());
    const content = await packed(here, await drafts.all(), { now: Date.now(), bytesOf });
    const file = new Blob([await sealed(content, passphrase.value)], { type: "application/json" });
    const day = content.made.slice(0, 10);
    const link = fileLink(file, `${here.username}-${day}.lipse`, "");
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    return said("exported", { count: content.drafts.length });
  }

  /** A file gets an id of its own here, and with it an address of its own. */
  function keepFile(draft) {
    const { name, type, caption, keepsDetails, api } = draft.content;
    const file = new File([unpackedBytes(draft)], name, { type });
    return files.keep(file, { about: draft.about, api: api.replace(draft.id, "{upload}"), caption, keepsDetails });
  }

  async function open() {
    const [file] = chosen.files;
    if (!file) return said("noFile");
    said("opening");
    try {
      const content = await opened(await file.text(), passphrase.value);
      // Nobody sends another person's texts, whoever knows the passphrase.
      if (content.person !== here.person) return said("otherPerson", { person: content.username });
      const put = unpacked(content, await drafts.all(), () => crypto.randomUUID());
      for (const draft of put) await (draft.kind === "file" ? keepFile(draft) : drafts.put(draft));
      said("opened", { count: put.length });
      return outbox.flush({ isAsked: true });
    } catch (error) {
      if (!(error instanceof CannotBeOpened)) throw error;
      return said("cannotOpen");
    }
  }

  part("export").addEventListener("click", save);
  part("import").addEventListener("click", open);
}
