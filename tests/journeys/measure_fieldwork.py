"""Times of the page of a note in a browser, for `python -m benchmarks fieldwork`; no tests, because machines differ."""

import statistics
import time

import pytest

from casestudies.models import FieldNote, FieldNoteVersion
from tests.factories.casestudies import make_case_study, make_note

WORDS, PAUSES, UNSENT = 10_000, 40, 500
# When each put into the database of the device is durable, when each key was pressed, and every task over 50 ms.
WATCH = """(() => {
  globalThis.measured = { inputs: [], durable: [], tasks: [] };
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...given) {
    this.transaction.addEventListener("complete", () => measured.durable.push(performance.now()));
    return put.apply(this, given);
  };
  addEventListener("input", () => measured.inputs.push(performance.now()), true);
  new PerformanceObserver((list) => measured.tasks.push(...list.getEntries().map((one) => one.duration)))
    .observe({ type: "longtask", buffered: true });
})();"""
RAW = """async (text) => {
  const database = await new Promise((done) => {
    const request = indexedDB.open("raw", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("texts");
    request.onsuccess = () => done(request.result);
  });
  const times = [];
  for (let turn = 0; turn < 40; turn += 1) {
    const began = performance.now();
    await new Promise((done) => {
      const work = database.transaction("texts", "readwrite", { durability: "strict" });
      work.objectStore("texts").put(text + turn, 1);
      work.oncomplete = done;
    });
    times.push(performance.now() - began);
  }
  return times;
}"""


def p95(values):
    return statistics.quantiles(values, n=20)[-1]


def say(line):
    print(line)  # noqa: T201 -- the answer


def test_typing_in_a_long_note(page, sign_in, fay):
    text = " ".join(f"word{number % 977}" for number in range(WORDS))
    note = make_note(make_case_study(fay), fay, text=text)
    sign_in(page, fay)
    page.add_init_script(WATCH)
    page.goto(f"/field-notes/{note.pk}/edit/")
    field = page.locator("textarea[name=text]")
    field.focus()
    field.press("Control+End")
    page.wait_for_timeout(1500)
    page.evaluate("measured.tasks.length = 0")

    spent = []
    for number in range(PAUSES):
        field.press_sequentially(f" and{number % 10}", delay=60)
        page.wait_for_timeout(1200)
        last, durable = page.evaluate("[measured.inputs.at(-1), measured.durable]")
        spent.append(min(at for at in durable if at > last) - last)
    tasks = page.evaluate("measured.tasks")
    raw = page.evaluate(RAW, text)

    say(f"typing in a note of {WORDS} words, last key to durable: 95th percentile {p95(spent):.0f} ms (goal 50)")
    say(f"  median {statistics.median(spent):.0f} ms; a raw put of the same text: 95th percentile {p95(raw):.0f} ms, "
        f"median {statistics.median(raw):.0f}; so {p95(spent) / p95(raw):.1f} times the raw put")  # fmt: skip
    say(f"tasks over 50 ms while typing: {len(tasks)}, longest {max(tasks, default=0):.0f} ms (none is asked)")


def test_many_unsent_notes_after_reconnecting(page, sign_in, fay, live_server):
    case_study = make_case_study(fay)
    sign_in(page, fay)
    page.goto("/today/")
    made = page.evaluate(
        """async ({ number, caseStudy }) => {
          const script = [...document.scripts].find((one) => one.src.includes("/js/page"));
          if (!script) return 0;
          const at = (path) => new URL(`../${path}`, script.src).href;
          const { Drafts } = await import(at("device/drafts.js"));
          const { here } = await import(at("device/person.js"));
          const drafts = new Drafts(here.vault);
          for (let one = 0; one < number; one += 1) {
            const content = { case_study: caseStudy, event: null, kind: "observation", title: `Note ${one}`,
              text: `Written in the tunnel, ${one}.`, occurred_on: null, language: "en", informants: [],
              sensitivity: "normal" };
            const [since, about] = [Date.now() - number + one, crypto.randomUUID()];
            const record = { content, base: null, inflight: null, conflict: null, mine: null };
            await drafts.put({ id: crypto.randomUUID(), kind: "note", about, since,
              content: { record, api: `/api/v1/field-notes/${about}/` } });
          }
          return number;
        }""",
        {"number": UNSENT, "caseStudy": case_study.slug},
    )
    if not made:
        pytest.skip("this page has no script that sends")
    began = time.monotonic()
    page.goto("/case-studies/")
    while FieldNote.objects.count() < UNSENT and time.monotonic() - began < 120:
        page.wait_for_timeout(200)
    seconds = time.monotonic() - began
    stored, versions = FieldNote.objects.count(), FieldNoteVersion.objects.count()

    say(f"{UNSENT} unsent notes, from opening a page to the last one stored: {seconds:.1f} s (under 20 is asked); "
        f"{stored} notes, {versions} versions")  # fmt: skip
    assert (stored, versions) == (UNSENT, UNSENT)
