"""Times of the coding page in a browser, for `python -m benchmarks coding_page`; no tests, because machines differ."""

import statistics

from tests.factories.coding import make_round
from tests.journeys.test_coding_large import LONG, with_passages
from tests.journeys.test_coding_page import opened, saved, select_by_script


def test_adding_a_passage_beside_300_others(page, sign_in, bob, cody, transactional_db):
    make_round(bob, [cody], texts=[LONG], title="Pilot")
    with_passages(cody, 300)
    sign_in(page, cody)
    opened(page)
    page.locator("[data-part=codings] li").nth(299).wait_for()
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def script():
        """Milliseconds of script so far, in time of the processor: others may use it beside the browser."""
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1000 * next(one["value"] for one in metrics if one["name"] == "ScriptDuration")

    taken = []
    for n in range(15):
        select_by_script(page, 500 + n * 900, 540 + n * 900)
        before = script()
        page.evaluate(
            """() => {
              const pressed = {key: "1", code: "Digit1", bubbles: true, cancelable: true};
              document.querySelector("[data-part=text]").dispatchEvent(new KeyboardEvent("keydown", pressed));
            }"""
        )
        taken.append(script() - before)
    saved(page, 315)
    print(f"adding a passage beside 300 others: median {statistics.median(taken):.1f} ms of script (under 16 is asked)")  # noqa: T201


def test_submitting_until_the_next_text_is_readable(page, sign_in, bob, cody, transactional_db):
    texts = [f"{LONG} {n}." for n in range(8)]
    make_round(bob, [cody], texts=texts, title="Pilot")
    sign_in(page, cody)
    opened(page)
    taken = []
    for _ in range(6):
        page.wait_for_timeout(1000)
        taken.append(
            page.evaluate(
                """() => new Promise((resolve) => {
                  const box = document.querySelector("[data-part=text]");
                  const before = box.textContent;
                  const begun = performance.now();
                  const look = () => {
                    if (box.textContent === before) return requestAnimationFrame(look);
                    requestAnimationFrame(() => resolve(performance.now() - begun));
                  };
                  const pressed = {key: "n", code: "KeyN", bubbles: true, cancelable: true};
                  box.dispatchEvent(new KeyboardEvent("keydown", pressed));
                  look();
                })"""
            )
        )
    print(f"submit to the next readable text: median {statistics.median(taken):.0f} ms (under 100 is asked)")  # noqa: T201
