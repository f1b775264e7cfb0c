"""Pages in a browser whose text is set to twice the usual size (WCAG 1.4.4): nothing is cut off, and axe is content."""

import pytest

from tests.factories.casestudies import make_case_study, make_contribution, make_event, make_note
from tests.factories.coding import make_round
from tests.factories.complaints import load_records, make_dataset
from tests.factories.surveys import make_wave
from tests.journeys.accessibility import violations

USUAL, LARGE = 16, 32
# A width of 768 has room for as much of this text as a phone has of the usual one.
SCREENS = (("light", 1280), ("dark", 768))


@pytest.fixture(scope="module")
def browser(start_browser):
    """In the place of the one of all journeys."""
    with start_browser(f"--blink-settings=defaultFontSize={LARGE}") as chromium:
        yield chromium


@pytest.fixture
def things(alpha, ada, fay):
    case_study = make_case_study(fay, researcher=fay, country="NL", abstract="Quays.")
    event = make_event(case_study, fay, invited=40, attended=12)
    make_contribution(case_study, fay)
    dataset = make_dataset(alpha, recipe="complaint-records")
    rows = [{"subject": f"Damp walls {n}", "narrative": "The walls are damp.", "finding": "upheld"} for n in range(3)]
    records = load_records(dataset, [row | {"country": "NL", "received_on": "2019-01-02"} for row in rows])
    make_wave(ada, alpha)
    return {
        "case": case_study.slug, "event": event.pk, "note": make_note(case_study, fay).pk, "dataset": dataset.slug,
        "record": records[0], "round": make_round(ada, [ada]).pk,
    }  # fmt: skip


PAGES = {
    None: [
        "/", "/overview/", "/countries/NL/", "/events/", "/complaint-records/", "/complaint-records/{record}/",
        "/datasets/{dataset}/", "/api/v1/docs/",
    ],
    "fay": [
        "/today/", "/case-studies/", "/case-studies/{case}/", "/case-studies/{case}/edit/", "/events/{event}/edit/",
        "/field-notes/{note}/edit/",
    ],
    "ada": [
        "/my-work/", "/rounds/{round}/", "/datasets/{dataset}/edit/", "/imports/new/",
        "/questionnaires/complaints-and-you/",
    ],
}  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", PAGES)
def test_pages_hold_text_of_twice_the_size(new_page, sign_in, things, request, who):
    page = new_page()
    if who:
        sign_in(page, request.getfixturevalue(who))
    wrong = []
    for address in PAGES[who]:
        answer = page.goto(address.format(**things))
        assert answer.status == 200, address
        size = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
        assert size >= 2 * USUAL, "the text is not large"
        wrong += [f"{address} {line}" for line in violations(page, {}, SCREENS)]
    assert not wrong, "\n".join(wrong)
