"""Firefox enlarges text alone: its setting "zoom text only", and the text size of the system. At twice the size nothing
is cut off and no page is wider than its window, which stays as it is for media queries."""

import pytest

from tests.engines import firefox
from tests.engines.firefox import Firefox
from tests.factories.casestudies import make_case_study, make_contribution, make_event
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.journey
PAGES = (
    "/", "/countries/NL/", "/institutions/Ombudsman%20of%20the%20northern%20provinces/", "/case-studies/",
    "/case-studies/{case}/", "/events/", "/complaint-records/", "/complaint-records/?view=map",
    "/complaint-records/{record}/", "/datasets/", "/search/?q=damp",
)  # fmt: skip
WIDTHS = (390, 1024)
# The text size of the system, taken as text alone.
TWICE = {"ui.textScaleFactor": 200, "browser.display.os-zoom-behavior": 2}
# What ends beyond the window and is not scrolled or hidden in a box of its own.
BEYOND = """
const boxed = (one) => one && (getComputedStyle(one).overflowX !== "visible" || boxed(one.parentElement));
return [...document.querySelectorAll("body *")]
  .filter((one) => !one.closest(".visually-hidden, .skip-link, svg") && one.getBoundingClientRect().width > 1)
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && !boxed(one.parentElement))
  .map((one) => `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 30)}`);
"""


@pytest.mark.skipif(bool(Firefox.missing()), reason=Firefox.missing() or "there is one")
def test_text_that_firefox_enlarges_alone_fits(tmp_path, live_server, fay, ada, alpha, monkeypatch):
    for name, value in TWICE.items():
        monkeypatch.setitem(firefox.PREFERENCES, name, value)
    case = make_case_study(fay, country="NL", access="public", state="approved", reviewer=ada, abstract="Quays.")
    make_event(case, fay, invited=40, attended=12)
    make_contribution(case, fay)
    rows = [{"subject": f"Damp walls {n}", "finding": "upheld", "country": "NL",
             "institution": "Ombudsman of the northern provinces", "received_on": f"20{n:02d}-01-02"}
            for n in range(10, 13)]  # fmt: skip
    record = load_records(make_dataset(alpha, access="public", title="Letters to the ombudsman"), rows)[0]
    browser = Firefox(tmp_path / "profile", live_server.url).start()
    try:
        tab = browser.tab()
        wrong = []
        for width in WIDTHS:
            screen = {"context": tab.context, "viewport": {"width": width, "height": 900}}
            browser.commands.ask("browsingContext.setViewport", screen)
            for address in PAGES:
                assert tab.open(address.format(case=case.slug, record=record))
                text, inner = tab.run("return [getComputedStyle(document.querySelector('main')).fontSize, innerWidth]")
                assert (text, inner) == ("32px", width), address
                wrong += [f"{address} {width}: {one}" for one in tab.run(BEYOND)]
        assert not wrong, "\n".join(wrong)
    finally:
        browser.remove()
