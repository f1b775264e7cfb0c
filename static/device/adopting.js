// Drafts that earlier pages left: an editor goes on with those that no other tab has. Knows no page, no database and no
// locks, so that node can test it: `drafts` as in drafts.js, `locks` {own, disown} as in locks.js.

/** The first of `found` that is free, now of this tab, until `isTooLate`; null where there is none that can be read. */
export async function adoptFirst(found, { drafts, locks, isTooLate = () => false }) {
  for (const { id } of found) {
    if (isTooLate()) return null;
    const draft = await adopt(id, drafts, locks);
    if (draft && !isTooLate()) return draft;
    if (draft) locks.disown(id);
  }
  return null;
}

/** All of `found` that are free, in their order. They are asked for at once: to be refused one takes a moment. */
export async function adoptAll(found, { drafts, locks }) {
  const adopted = await Promise.all(found.map(({ id }) => adopt(id, drafts, locks)));
  return adopted.filter((draft) => draft !== null);
}

async function adopt(id, drafts, locks) {
  if (!(await locks.own(id))) return null;
  // Read after it is owned: another page may have sent it a moment ago.
  const draft = await drafts.get(id);
  if (draft?.content) return draft;
  locks.disown(id);
  return null;
}
