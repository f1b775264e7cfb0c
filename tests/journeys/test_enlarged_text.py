"""Pages whose text alone is enlarged to twice its size, as Firefox can: where a layout changes stays as it was."""

import pytest

from tests.factories.casestudies import make_case_study, make_contribution, make_event, make_note
from tests.factories.coding import make_round
from tests.factories.complaints import load_records, make_dataset
from tests.factories.surveys import make_wave
from tests.journeys.accessibility import violations

TEXT_ALONE = "document.documentElement.style.fontSize = '200%'"
SCREENS = (("light", 1280), ("dark", 1024))
PAGES = (
    "/", "/countries/NL/", "/case-studies/", "/case-studies/{case}/", "/events/", "/field-notes/",
    "/complaint-records/", "/datasets/", "/datasets/{dataset}/", "/codebooks/", "/rounds/", "/rounds/{round}/",
    "/questionnaires/", "/exports/", "/saved-queries/", "/people/", "/organisations/", "/audit-trail/",
    "/vocabularies/", "/my-account/",
)  # fmt: skip


@pytest.fixture
def things(alpha, ada, fay):
    case_study = make_case_study(fay, researcher=fay, country="NL", abstract="Quays.")
    make_event(case_study, fay, invited=40, attended=12)
    make_contribution(case_study, fay)
    make_note(case_study, fay)
    dataset = make_dataset(alpha, recipe="complaint-records", title="Letters to the ombudsman of the north")
    rows = [{"subject": f"Damp walls {n}", "finding": "upheld", "institution": "Ombudsman"} for n in range(3)]
    load_records(dataset, [row | {"country": "NL", "received_on": f"20{n + 17}-01-02"} for n, row in enumerate(rows)])
    make_wave(ada, alpha)
    return {"case": case_study.slug, "dataset": dataset.slug, "round": make_round(ada, [ada]).pk}


@pytest.mark.django_db(transaction=True)
def test_lists_hold_text_that_is_enlarged_alone(page, sign_in, things, ada):
    sign_in(page, ada)
    wrong = []
    for address in PAGES:
        assert page.goto(address.format(**things)).status == 200, address
        page.evaluate(TEXT_ALONE)
        wrong += [f"{address} {line}" for line in violations(page, {}, SCREENS)]
    assert not wrong, "\n".join(wrong)
