"""Case studies, events, participation and contributions as tables: listed, counted, exported, with a codebook."""

import csv
import io
import json

import duckdb
import openpyxl
import pandas
import pyreadstat
import pytest

from casestudies.actions.events import record_participation
from casestudies.models import CaseStudy, Contribution
from exports.asked import canonical
from exports.writers import AGGREGATES
from tests.factories.casestudies import make_case_study, make_contribution, make_event

API = "/api/v1"
NOUNS = ("case-studies", "events", "contributions", "participation")
pytestmark = pytest.mark.django_db


@pytest.fixture
def case(ada, bob):
    """An open case study with an event of 14 people and two contributions, one decided, beside a draft."""
    case = make_case_study(ada, country="NL", access="public", state="approved", reviewer=bob)
    event = make_event(case, ada)
    for group, people in (("citizen", 12), ("manager", 2)):
        record_participation(event=event, values={"group": group, "people": people}, by=ada)
    decided = make_contribution(case, ada)
    Contribution.objects.filter(pk=decided.pk).update(decision="accepted", decided_on="2026-11-21")
    make_contribution(case, ada)
    make_case_study(ada, country="DE")
    return case


def rows_of(client, noun, query=""):
    answer = client.get(f"{API}/{noun}/export/?format=csv{query}")
    assert answer.status_code == 200, answer.content
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert answer["Lipse-Rows"] == str(len(rows))
    return rows


@pytest.mark.parametrize("noun", NOUNS)
def test_a_file_has_the_rows_and_columns_of_the_list(client, case, noun):
    listed = client.get(f"{API}/{noun}/?ordering=id").json()["results"]
    rows = rows_of(client, noun)
    assert [row["id"] for row in rows] == [str(one["id"]) for one in listed]
    assert list(rows[0]) == list(listed[0])
    codebook = client.get(f"{API}/exports/codebook/", {"query": f"{API}/{noun}/"}).json()
    assert [column["name"] for column in codebook["columns"]] == list(rows[0])


def test_participation_is_a_table_of_people_by_group(client, case):
    rows = rows_of(client, "participation", f"&case_study={case.slug}")
    assert [(row["group"], row["people"], row["country"]) for row in rows] == [
        ("citizen", "12", "NL"), ("manager", "2", "NL"),
    ]  # fmt: skip
    assert rows_of(client, "participation", "&country=DE") == []


def test_the_format_of_events_is_not_that_of_the_file(client, case):
    assert len(rows_of(client, "events", "&format__in=workshop")) == 1
    assert rows_of(client, "events", "&format__in=survey") == []
    assert canonical(f"{API}/events/?format=survey&page_size=5") == f"{API}/events/export/?format__in=survey"
    assert canonical(f"{API}/events/export/?format=csv") == f"{API}/events/export/"
    appended = client.get("/events.csv?format=survey")["Location"]
    assert appended == f"{API}/events/export/?format=csv&format__in=survey"
    assert not list(csv.DictReader(b"".join(client.get(appended).streaming_content).decode("utf-8-sig").splitlines()))


def test_fields_are_counted_without_their_own_filter(client, client_of, ada, case):
    found = client.get(f"{API}/contributions/facets/?field=decision,country").json()
    assert {value["value"]: value["count"] for value in found["decision"]["values"]} == {"accepted": 1}
    assert [(value["value"], value["label"], value["count"]) for value in found["country"]["values"]] == [
        ("NL", "Netherlands", 2)
    ]
    mine = client_of(ada).get(f"{API}/case-studies/facets/?field=country&country=NL").json()
    assert {value["value"]: value["count"] for value in mine["country"]["values"]} == {"NL": 1, "DE": 1}
    # What one has no access to is not counted.
    public = client.get(f"{API}/case-studies/facets/?field=country").json()
    assert {value["value"]: value["count"] for value in public["country"]["values"]} == {"NL": 1}


def test_two_fields_are_crossed_with_shares_and_totals(client, client_of, ada, case):
    CaseStudy.objects.filter(pk=case.pk).update(themes=["feedback-loops", "innovation-inputs"])
    found = client.get(f"{API}/contributions/cross-table/?field=decision,theme&of=all").json()
    assert [(one["value"], one["label"], one["total"]) for one in found["rows"]["values"]] == [
        ("", "Not recorded", 1), ("accepted", "Accepted", 1),
    ]  # fmt: skip
    # A row counts for each theme of its case study, and once in the total.
    assert [(one["value"], one["total"]) for one in found["columns"]["values"]] == [
        ("feedback-loops", 2), ("innovation-inputs", 2),
    ]  # fmt: skip
    assert (found["counts"], found["total"]) == ([[1, 1], [1, 1]], 2)
    assert found["shares"] == [[0.5, 0.5], [0.5, 0.5]]
    assert (found["suppressed"], found["rounded_to"]) == (False, None)
    # Filters apply, and what one has no access to is not counted.
    assert client.get(f"{API}/contributions/cross-table/?field=decision,theme&decision=accepted").json()["total"] == 1
    assert client.get(f"{API}/case-studies/cross-table/?field=country,sector").json()["total"] == 1
    assert client_of(ada).get(f"{API}/case-studies/cross-table/?field=country,sector").json()["total"] == 2


def test_events_contributions_and_decisions_are_counted_by_period_in_order(client, case):
    Contribution.objects.filter(decision="").update(put_in_on="2026-05-03")
    Contribution.objects.filter(decision="accepted").update(put_in_on="2025-12-31")
    found = client.get(
        f"{API}/contributions/facets/?field=put_in_year,put_in_quarter,put_in_month,decided_month"
    ).json()
    values = {name: [(one["value"], one["count"]) for one in facet["values"]] for name, facet in found.items()}
    assert values == {
        "put_in_year": [("2025", 1), ("2026", 1)], "put_in_quarter": [("2025-Q4", 1), ("2026-Q2", 1)],
        "put_in_month": [("2025-12", 1), ("2026-05", 1)], "decided_month": [("2026-11", 1)],
    }  # fmt: skip
    table = client.get(f"{API}/contributions/cross-table/?field=put_in_year,decision&of=row").json()
    assert [one["value"] for one in table["rows"]["values"]] == ["2025", "2026"]
    assert (
        client.get(f"{API}/participation/facets/?field=starts_month").json()["starts_month"]["values"][0]["count"] == 2
    )
    assert client.get(f"{API}/case-studies/facets/?field=started_year").status_code == 200
    assert client.get(f"{API}/case-studies/facets/?field=started_month").status_code == 400


def file_of(client, address):
    answer = client.get(f"{API}/{address}")
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("noun", NOUNS)
def test_counts_are_files_as_those_of_records_are(client, case, noun):
    answer = client.get(f"{API}/{noun}/facets/?field=country").json()["country"]["values"]
    counted = [(one["value"], str(one["count"])) for one in answer]
    text = file_of(client, f"{noun}/facets/export/?field=country&format=csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["country"], row["rows"]) for row in rows] == counted
    cube = json.loads(file_of(client, f"{noun}/facets/export/?field=country&format=json-stat"))
    assert (cube["version"], cube["id"], [str(value) for value in cube["value"]]) == (
        "2.0", ["country", "measure"], [count for _value, count in counted],
    )  # fmt: skip
    assert cube["dimension"]["country"]["category"]["label"] == {"NL": "Netherlands"}
    crossed = json.loads(file_of(client, f"{noun}/cross-table/export/?field=country,theme&format=json-stat"))
    table = client.get(f"{API}/{noun}/cross-table/?field=country,theme").json()
    assert (crossed["id"], sum(crossed["value"])) == (["country", "theme", "measure"], sum(map(sum, table["counts"])))


def test_every_format_of_aggregates_has_the_cross_table(client, case, tmp_path):
    for fmt in AGGREGATES:
        content = file_of(client, f"contributions/cross-table/export/?field=decision,country&format={fmt}")
        path = tmp_path / f"table.{AGGREGATES[fmt].ending}"
        path.write_bytes(content)
    frame = pyreadstat.read_sav(tmp_path / "table.sav")[0]
    assert sorted(frame["rows"]) == [1, 1]
    assert sorted(duckdb.sql(f"SELECT rows FROM read_parquet('{tmp_path}/table.parquet')").fetchall()) == [(1,), (1,)]
    assert sorted(pandas.read_stata(tmp_path / "table.dta")["rows"]) == [1, 1]
    assert len(list(openpyxl.load_workbook(tmp_path / "table.xlsx").worksheets[0].iter_rows())) == 3


def test_the_format_of_events_filters_the_counts_too(client, case):
    address = "events/facets/export/?field=country&format=jsonl&format__in="
    assert file_of(client, f"{address}survey") == b""
    assert json.loads(file_of(client, f"{address}workshop")) == {"country": "NL", "rows": 1}


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("cross-table/?field=country", "two_fields"),
        ("cross-table/?field=country,colour", "unknown_field"),
        ("cross-table/?field=country,decision&of=everything", "invalid_choice"),
        ("facets/export/?field=country,decision&format=csv", "one_field"),
        ("facets/export/?field=country&format=docx", "invalid_choice"),
    ],
)
def test_wrong_counts_are_refused_with_what_is_right(client, case, address, code):
    answer = client.get(f"{API}/contributions/{address}")
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


def test_a_codebook_has_the_labels_of_terms(client, case):
    codebook = client.get(f"{API}/exports/codebook/", {"query": f"{API}/participation/"}).json()
    [group] = [column for column in codebook["columns"] if column["name"] == "group"]
    assert {"citizen", "manager"} <= {str(one["value"]) for one in group["labels"]}


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("", "field", "required"),
        ("?field=colour", "field", "unknown_field"),
        ("?field=country&x=1", "x", "unknown_parameter"),
    ],
)
def test_a_wrong_question_is_answered_with_what_there_is(client, case, query, field, code):
    answer = client.get(f"{API}/events/facets/{query}")
    error = answer.json()["errors"][0]
    assert (answer.status_code, error["field"], error["code"]) == (400, field, code)


def test_what_was_created_is_answered_with_its_parts_as_before(client_of, ada, case):
    body = {"case_study": case.slug, "kind": "idea", "text": "Benches", "group": "citizen"}
    answer = client_of(ada).post(f"{API}/contributions/", body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert "source" in answer.json()
