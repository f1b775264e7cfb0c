// Who opened this page, and the vault of that person. The page names them on <body>; the app that opens without a
// connection takes who was here last.
import { Session } from "../js/session.js";
import { Vault, personHere } from "./vault.js";

const { person, username, session: sessionUrl, deviceKey, token } = document.body.dataset;

/** {person, username, session, vault} of this page; null where nobody is signed in and nobody was. */
export const here = await begin();

async function begin() {
  const who = person ? { person, username } : await personHere().catch(() => null);
  if (!who) return null;
  const session = new Session({ url: sessionUrl, person: who.username, number: who.person, token: token ?? "" });
  const issue = async (device) => {
    const { status, body } = await session.form(deviceKey, { device });
    return status === 200 ? body : null;
  };
  const vault = new Vault(who.person, issue);
  // While there is a connection: the first thing may be typed without one.
  if (person) vault.unlock().catch(() => {});
  return { ...who, session, vault };
}
