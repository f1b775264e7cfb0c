"""What a source says about a date beside the day is stored with the record: a month, a quarter, a range, a time."""

import pytest

from complaints.models import ComplaintRecord
from tests.factories.imports import import_bytes, make_dataset

pytestmark = pytest.mark.django_db


def records(run):
    return {r.reference: (str(r.received_on), r.extra) for r in ComplaintRecord.objects.filter(dataset=run.dataset)}


def loaded(alpha, bob, dates):
    rows = "".join(f"L{n};{text};Letter {n}\n" for n, text in enumerate(dates, start=1))
    return import_bytes(make_dataset(alpha), f"id;date received;title\n{rows}".encode(), by=bob)


@pytest.mark.parametrize(
    ("dates", "days", "given"),
    [
        (["3. Januar 2019", "den 4. marts 2019"], ["2019-01-03", "2019-03-04"], [None, None]),
        (["2019-03", "2019-04"], ["2019-03-01", "2019-04-01"], ["2019-03", "2019-04"]),
        (["Q1 2019", "Q2 2019"], ["2019-01-01", "2019-04-01"], ["2019-Q1", "2019-Q2"]),
        (["03.01.2019 14:22", "13.02.2019 00:00"], ["2019-01-03", "2019-02-13"], ["2019-01-03T14:22", None]),
        (["令和3年4月1日", "平成31年4月"], ["2021-04-01", "2019-04-01"], [None, "2019-04"]),
    ],
)  # fmt: skip
def test_a_date_is_loaded_with_its_precision(alpha, bob, dates, days, given):
    run = loaded(alpha, bob, dates)

    assert (run.state, run.quarantined) == ("loaded", 0)
    found = records(run)
    assert [found[name][0] for name in ("L1", "L2")] == days
    assert [found[name][1].get("received_on as given") for name in ("L1", "L2")] == given


def test_the_same_month_written_otherwise_is_unchanged(alpha, bob):
    run = loaded(alpha, bob, ["2019-03", "2019-04"])
    again = b"id;date received;title\nL1;2019/03;Letter 1\nL2;2019/4;Letter 2\n"
    second = import_bytes(run.dataset, again, by=bob)

    assert (second.updated, second.unchanged) == (0, 2)


def test_of_a_range_an_end_takes_the_end_and_the_import_says_so(alpha, bob):
    rows = "L1;1.–3. März 2019;12. – 14. April 2019;A\nL2;5. März 2019;20. April 2019;B\n"
    run = import_bytes(make_dataset(alpha), f"id;received;closed;title\n{rows}".encode(), by=bob)

    first = ComplaintRecord.objects.get(dataset=run.dataset, reference="L1")
    assert (str(first.received_on), str(first.closed_on)) == ("2019-03-01", "2019-04-14")
    assert first.extra["closed_on as given"] == "2019-04-12/2019-04-14"
    said = [f for f in run.findings if f["code"] == "date_ranges"]
    assert [(f["columns"], f["count"], f["examples"][0]["line"]) for f in said] == [
        (["received"], 1, 2),
        (["closed"], 1, 2),
    ]
    assert "2019-04-12" in said[1]["sentence"] and "2019-04-14" in said[1]["sentence"]
