"""Real tables about the same things: loaded in any order they are linked; a real series of follow-ups."""

import csv
import gzip
import io
from collections import Counter
from pathlib import Path

import pytest

from complaints.models import ComplaintRecord
from complaints.selectors.pending_parts import pending_sentences
from tests.factories.imports import csv_of, import_bytes, make_dataset

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
CHICAGO = {
    "complaints": "complaints/chicago_police_complaints_2000-2022.csv.gz",
    "allegations": "complaints/chicago_police_allegation_findings_2000-2016.csv.gz",
    "complainants": "complaints/chicago_police_complainants_2000-2018.csv.gz",
}
TAIC = "audit/taic_recommendations_2024-04-04.xlsx"
CASES = 400
LIST = "/api/v1/complaint-records/"
pytestmark = [pytest.mark.django_db, pytest.mark.real_data]


def real(name):
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{name} is not beside the project")
    return path


@pytest.fixture(scope="module")
def chicago():
    """The rows of each table about the same 400 cases, as CSV of its own."""
    tables = {}
    for name, file in CHICAGO.items():
        with gzip.open(real(file), "rt", newline="") as text:
            tables[name] = list(csv.DictReader(text))
    known = [{row["cr_id"] for row in rows} for rows in tables.values()]
    cases = set(sorted(set.intersection(*known))[:CASES])
    return {name: [row for row in rows if row["cr_id"] in cases] for name, rows in tables.items()}


def as_csv(rows, **changes):
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows({name: changes.get(name, str)(value) for name, value in row.items()} for row in rows)
    return out.getvalue().encode()


@pytest.mark.parametrize("order", [list(CHICAGO), list(reversed(CHICAGO))])
def test_chicago_complaints_allegations_and_complainants_are_linked(chicago, alpha, rita, order):
    first = make_dataset(alpha, slug="complaints")
    datasets = {"complaints": first}
    for name in ("allegations", "complainants"):
        datasets[name] = make_dataset(alpha, slug=name, linked_with=first)
    for name in order:
        # As a data frame would have written the numbers of one of the tables.
        changes = {"cr_id": "{}.0".format} if name == "allegations" else {}
        run = import_bytes(datasets[name], as_csv(chicago[name], **changes), name=f"{name}.csv")
        assert (run.state, run.created) == ("loaded", len(chicago[name])), run.error_message

    expected = Counter(row["cr_id"] for rows in chicago.values() for row in rows)
    records = ComplaintRecord.objects.visible_to(rita)
    for record in records.filter(dataset=first).order_by("id")[:50]:
        assert records.of_the_same_case(record).count() == expected[record.case_reference] - 1
    for record in records.filter(dataset=datasets["complainants"]).order_by("-id")[:50]:
        together = records.of_the_same_case(record).values_list("dataset__slug", flat=True)
        assert {"complaints", "allegations"} <= set(together)


@pytest.mark.parametrize("recipe", ["complaint-records", "recommendation-records"])
def test_the_follow_ups_of_all_taic_recommendations(api_client, alpha, recipe):
    dataset = make_dataset(alpha, slug="taic", title="TAIC", recipe=recipe, access="public", narrative_access="public")
    run = import_bytes(dataset, real(TAIC).read_bytes(), name="taic.xlsx")
    assert (run.rows, run.created, run.quarantined, run.skipped) == (2_192, 2_185, 4, 3)

    steps, dated, answered, address = Counter(), Counter(), 0, f"{LIST}?fields=reference,recommendations&page_size=1000"
    while address:
        answer = api_client.get(address).json()
        for record in answer["results"]:
            [advice] = record["recommendations"]
            answered += bool(advice["response"]["text"])
            [step] = advice["follow_ups"]
            assert step["scale"] == "TAIC status"
            steps[step["raw_value"], step["value"]] += 1
            dated[step["raw_value"]] += bool(step["observed_on"])
        address = answer["next"]

    # The README counts 1,178, 343, 269, 267, 110 and 25: seven rows that repeat a number are skipped or set aside.
    assert steps == {
        ("Closed acceptable", "implemented"): 1_178, ("Unconfirmed", ""): 340,
        ("Closed cancelled", "no-longer-applicable"): 269, ("Open", "under-way"): 263,
        ("Withdrawn", "no-longer-applicable"): 110, ("Closed superseded", "no-longer-applicable"): 25,
    }  # fmt: skip
    assert dated["Closed acceptable"] > 1_000
    assert answered > 1_000


def test_follow_ups_of_taic_in_a_separate_table_wait_for_their_recommendations(alpha):
    dataset = make_dataset(alpha, slug="taic", title="TAIC", recipe="recommendation-records")
    later = make_dataset(alpha, slug="later", recipe="follow-ups", linked_with=dataset)
    rows = ["002/24,2025-01-01,Implemented", "001/24,2025-01-01,Being implemented", "999/99,2025-01-01,Rejected"]
    import_bytes(later, csv_of(rows, header="recommendation number,observed on,status"))
    assert pending_sentences(later.pk) == ["3 follow-ups refer to records that have not been loaded yet."]

    import_bytes(dataset, real(TAIC).read_bytes(), name="taic.xlsx")

    assert pending_sentences(later.pk) == ["1 follow-up refers to a record that has not been loaded yet."]
