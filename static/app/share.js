// Photos and texts that another app shares with this one. The service worker takes them: they are kept on this device,
// encrypted, in no note yet, and the person chooses the note. Nothing is kept where nobody is signed in.
import { Drafts } from "../device/drafts.js";
import { filesOf } from "../device/file-delivery.js";
import { Vault, personHere } from "../device/vault.js";

// As the manifest names them.
export const SHARE_TARGET = {
  action: "/today/shared/",
  method: "POST",
  enctype: "multipart/form-data",
  params: {
    title: "title",
    text: "text",
    url: "url",
    files: [{ name: "files", accept: ["image/*", "audio/*", "video/*", "application/pdf"] }],
  },
};
const AFTERWARDS = "/today/";

/** Whether this request of the service worker is what another app shares. */
export function isShared(request) {
  return request.method === "POST" && new URL(request.url).pathname === SHARE_TARGET.action;
}

/** Keep what is shared; the answer leads to the page on which the person chooses a note, and says how it went. */
export async function share(request) {
  const said = await kept(await request.formData()).catch((error) => ({ failed: error?.name ?? "Error" }));
  return Response.redirect(`${AFTERWARDS}?${new URLSearchParams(said)}`, 303);
}

async function kept(form, somebody = personHere) {
  const person = await somebody();
  const vault = person && new Vault(person.person);
  if (!vault || !(await vault.unlock())) return { failed: "nobody" };
  const drafts = new Drafts(vault);
  const files = filesOf(drafts);
  let shared = 0;
  for (const file of form.getAll("files")) {
    await files.keep(file, { about: "", name: file.name, type: file.type });
    shared += 1;
  }
  const words = ["title", "text", "url"].map((name) => form.get(name)?.trim()).filter(Boolean);
  if (words.length) {
    await files.keep(new Blob(words), { about: "", name: "", type: "text/plain", shared: words.join("\n") });
    shared += 1;
  }
  return { shared };
}
