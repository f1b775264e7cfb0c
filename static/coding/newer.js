// What the coder is asked when a unit was changed in another tab or on another device, or was passed on to somebody else.

export class Newer {
  constructor(page) {
    this.page = page;
    this.dialog = page.part("newer");
  }

  ask(record, problem) {
    Object.assign(this, { record, problem });
    const { page } = this;
    const isLost = problem.type.endsWith("lease_lost");
    const { codings = [], memo = "" } = problem.current ?? {};
    const names = new Set(codings.map((coding) => page.codes.get(coding.code)?.name ?? String(coding.code)));
    page.part("newer-title").textContent = page.sentence(isLost ? "lostTitle" : "newerTitle", { title: record.title });
    page.part("newer-words").textContent = problem.detail ?? page.sentence("newerWords");
    page.part("newer-codes").textContent = isLost
      ? page.sentence("lostWaiting", { count: record.changes.length })
      : page.sentence("newerCodes", { codes: [...names].join(", ") || "–", memo: memo || "–" });
    for (const button of this.dialog.querySelectorAll("[data-act]")) {
      button.hidden = (button.dataset.act === "give-up") !== isLost;
    }
    if (!this.dialog.open) this.dialog.showModal();
  }

  /** Go on on top of what is newer, or stay at the unit and look at it first: then both memos are kept. */
  answer(goesOn) {
    const { page, record, problem } = this;
    const { current } = problem;
    const isHere = record.assignment === page.unit.assignment;
    this.dialog.close();
    if (!goesOn) {
      record.outcome = null;
      for (const { memo } of record.changes) {
        if (memo && current.memo && !memo.now.includes(current.memo)) memo.now = `${current.memo}\n\n${memo.now}`;
      }
    }
    page.delivery.outbox.release(record.assignment, current);
    if (isHere) page.adopt(current);
    else if (!goesOn) location.assign(record.page);
  }

  async giveUp() {
    await this.page.delivery.outbox.release(this.record.assignment);
    location.assign(this.page.root.dataset.queue);
  }
}
