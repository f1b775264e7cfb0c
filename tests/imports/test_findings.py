"""Findings about a file without invalid rows: found in the whole file, reported with lines, and the rows are loaded."""

import io
import json

import pytest
from django.core.management import call_command
from django.utils import timezone

from complaints.models import ComplaintRecord
from imports.findings.columns import line_end_findings
from imports.findings.dates import sortable_date
from imports.mapping import read_definition
from imports.models import Import
from imports.recipe import recipe_named
from imports.sniff.order import place_of
from imports.sniff.traces import Traces
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha)


def found(run, code):
    """The findings of a code, by their columns."""
    return {tuple(finding["columns"]): finding for finding in run.findings if finding["code"] == code}


def table(rows, header):
    return csv_of([",".join(row) for row in rows], header=",".join(header))


def days(first, count):
    return [f"2019-{first:02d}-{n % 28 + 1:02d}" for n in range(count)]


def test_a_sound_file_of_an_office_has_no_findings(alpha):
    run = import_bytes(make_dataset(alpha, office=alpha), csv_of(letters(200)))

    assert (run.state, run.findings, run.personal) == ("loaded", [], [])


def test_rows_closed_before_they_were_received_are_loaded_and_reported(dataset):
    rows = [[str(n), r, c, "Text"] for n, (r, c) in enumerate(zip(days(3, 60), days(5, 60), strict=True))]
    rows[7][2], rows[40][2] = "2019-01-02", "2018-12-31"

    run = import_bytes(dataset, table(rows, ["id", "date received", "date closed", "title"]))

    finding = found(run, "dates_reversed")["date received", "date closed"]
    assert (run.state, run.created, finding["count"]) == ("loaded", 60, 2)
    assert finding["examples"] == [
        {"line": 9, "value": f"{rows[7][1]} / 2019-01-02"},
        {"line": 42, "value": f"{rows[40][1]} / 2018-12-31"},
    ]
    assert "2 rows have a “date closed” before its “date received”" in finding["sentence"]


def test_what_only_looks_like_a_date_is_not_reported_as_late(dataset):
    rows = [[str(n), r, c, "Text"] for n, (r, c) in enumerate(zip(days(3, 60), days(5, 60), strict=True))]
    rows[7][1], rows[8][1], rows[9][2] = "2019-33-07", "2019-12-45", "2018-00-31"

    run = import_bytes(dataset, table(rows, ["id", "date received", "date closed", "title"]))

    assert found(run, "dates_reversed") == {}
    assert run.quarantined == 3


@pytest.mark.parametrize(
    ("format_", "received", "closed"),
    [
        ("%d.%m.%Y", "14.03.2019", "2.11.2018"),
        ("%m/%d/%Y", "03/14/2019", "11/02/2018"),
        ("%d/%m/%y", "14/03/19", "02/11/98"),
        ("%Y/%m/%d", "2019/03/14", "2018/11/02"),
        ("%Y%m%d", "20190314", "20181102"),
    ],
)
def test_dates_of_any_numeric_form_are_put_in_order(dataset, format_, received, closed):
    """A date of the same form, a day over twelve so that it can be read in one way only."""
    later = received.replace("2019", "2020").replace("/19", "/20")
    rows = [[str(n), received, later, "Text"] for n in range(30)]
    rows[3][2] = closed

    run = import_bytes(dataset, table(rows, ["id", "received", "closed", "title"]))

    assert run.state == "loaded", run.error_message
    assert [f["count"] for f in run.findings if f["code"] == "dates_reversed"] == [1], format_


def test_a_date_that_can_be_read_in_two_ways_is_not_judged():
    assert sortable_date("s.c1", "%d %B %Y", 2026) == ""


def test_a_columns_place_in_the_life_of_a_case_follows_from_its_name():
    names = ["birth_date", "incident_date", "complaint_date", "Date sent to company", "closed_date", "Eingangsdatum"]

    assert [place_of(name) for name in names] == [0, 1, 2, 3, 4, 2]
    assert place_of("colour") is None


def test_impossible_years_of_birth_and_far_dates_are_reported(dataset):
    ahead = str(timezone.now().year + 4)
    rows = [[str(n), "2019-03-04", "1961", "Text"] for n in range(60)]
    rows[4][2], rows[5][2], rows[9][1], rows[11][1] = "195", ahead, "1019-03-04", "2119-03-04"

    run = import_bytes(dataset, table(rows, ["id", "date received", "birth_year", "title"]))

    born = found(run, "impossible_year")["birth_year",]
    assert (born["count"], [e["line"] for e in born["examples"]]) == (2, [6, 7])
    sentences = [f["sentence"] for f in run.findings if f["columns"] == ["date received"]]
    assert sentences == [
        "1 row has a “date received” before 1900.", "1 row has a “date received” more than a year ahead.",
    ]  # fmt: skip


def test_texts_cut_at_one_length_are_reported(dataset):
    text = "The office did not answer letter {} which I sent in the spring of that year and again"
    rows = [[str(n), "2019-03-04", "Short", text.format(n)[:60]] for n in range(80)]

    run = import_bytes(dataset, table(rows, ["id", "date received", "title", "narrative"]))

    assert found(run, "cut_off")["narrative",]["count"] == 80


def test_one_text_of_a_usual_limit_is_reported(dataset):
    rows = [[str(n), "2019-03-04", f"Letter {n}", "word " * (n % 40 + 1) + "end"] for n in range(80)]
    rows[3][3] = ("word " * 400)[:1999] + "x"

    run = import_bytes(dataset, table(rows, ["id", "date received", "title", "narrative"]))

    assert "exactly 2,000 characters" in found(run, "cut_off")["narrative",]["sentence"]


def test_texts_that_end_within_a_word_are_reported_with_their_lines(dataset):
    rows = [
        [str(n), "2019-03-04", f"Letter {n}", f"The response to a leak in house {n} took long."] for n in range(200)
    ]
    for n in (20, 50, 90):
        rows[n][3] = f"The response to reports in house {n} of a water leak s"

    run = import_bytes(dataset, table(rows, ["id", "date received", "title", "narrative"]))

    finding = found(run, "cut_word")["narrative",]
    assert (finding["count"], [e["line"] for e in finding["examples"]]) == (3, [22, 52, 92])
    assert finding["examples"][0]["value"].endswith("water leak s")


def test_nameless_repeated_and_empty_columns_are_reported(dataset):
    rows = [f"{n},2019-03-04,Text,,Text," for n in range(30)]

    run = import_bytes(dataset, csv_of(rows, header="id,date received,title,,title,note"))

    assert found(run, "nameless_column")["Column 4",]["count"] == 1
    assert found(run, "repeated_header")["title (2)",]["count"] == 1
    assert found(run, "empty_column")["Column 4", "note"]["count"] == 2


def test_mixed_line_ends_are_reported(dataset):
    rows = letters(60)
    content = "\r\n".join(["id,date received,title,narrative,outcome", *rows[:40], ""]) + "\n".join([*rows[40:], ""])

    run = import_bytes(dataset, content.encode())

    assert run.created == 60
    assert "41 lines end in CR LF and 20 in LF alone" in found(run, "mixed_line_ends")[()]["sentence"]
    assert line_end_findings((0, 99)) == line_end_findings((99, 99)) == []


def test_a_repeated_key_and_keys_that_differ_by_case_are_reported(dataset):
    rows = [[f"K{n}", f"C{n:04d}", "2019-03-04", "Text"] for n in range(100)]
    rows[50][1], rows[70][0] = rows[10][1], "k7"

    run = import_bytes(dataset, table(rows, ["id", "case number", "date received", "title"]))

    assert found(run, "repeated_key")["case number",]["examples"] == [{"line": 12, "value": "C0010"}]
    assert found(run, "keys_differ_by_case")["id",]["examples"] == [{"line": 72, "value": "K7 / k7"}]
    assert run.created == 100


def test_keys_of_a_large_file_are_compared_without_capitals_too(dataset):
    rows = [[f"K{n}x", "2019-03-04", "Text"] for n in range(6_000)]
    rows[5_500][0] = "k77X"

    run = import_bytes(dataset, table(rows, ["id", "date received", "title"]))

    assert found(run, "keys_differ_by_case")["id",]["count"] == 1


def test_the_same_word_in_other_spellings_is_reported(dataset):
    rows = [[str(n), "2019-03-04", "Text", ("Oak Park", "Cicero")[n % 2]] for n in range(60)]
    rows[8][3], rows[9][3] = "OAK PARK", "oak  park"

    run = import_bytes(dataset, table(rows, ["id", "date received", "title", "city"]))

    finding = found(run, "spellings")["city",]
    assert (finding["count"], finding["examples"][0]["line"]) == (2, 10)


def test_a_column_of_numbers_with_words_in_it_is_reported(dataset):
    rows = [[str(n), "2019-03-04", "Text", "60601"] for n in range(60)]
    rows[8][3] = "IL"

    run = import_bytes(dataset, table(rows, ["id", "date received", "title", "postcode"]))

    assert found(run, "mixed_types")["postcode",]["examples"] == [{"line": 10, "value": "IL"}]


def test_texts_for_missing_that_the_mapping_reads_as_values_are_reported(dataset):
    rows = [[str(n), "2019-03-04", "Text", ("Water", "None")[n % 3 == 0]] for n in range(60)]
    content = table(rows, ["id", "date received", "title", "topic"])

    by_guess = import_bytes(dataset, content)
    definition = by_guess.mapping.definition
    fields = {name: {**rule, "missing": []} for name, rule in definition["fields"].items()}
    keeping = {**definition, "missing": {}, "fields": fields}
    kept = import_with(dataset, content, keeping)

    assert not found(by_guess, "missing_words")
    assert found(kept, "missing_words")["topic",]["count"] == 20


def import_with(dataset, content, definition):
    read = read_definition(definition, recipe_named(dataset.recipe), latest_year=2026)
    return import_bytes(dataset, content, definition=read)


def test_the_same_file_again_has_the_same_findings(dataset):
    rows = [f"{n},2019-03-04,Text,,Text," for n in range(30)]
    content = csv_of(rows, header="id,date received,title,,title,note")
    first = import_bytes(dataset, content)

    again = import_bytes(dataset, content)

    assert again.same_as == first
    assert again.findings == first.findings != []


def test_the_page_the_api_and_the_command_report_findings(client_of, api_client, token_for, bob, alpha, tmp_path):
    dataset = make_dataset(alpha, by=bob)
    file = tmp_path / "letters.csv"
    file.write_bytes(csv_of([f"{n},2019-03-04,Text," for n in range(30)], header="id,date received,title,note"))
    out = io.StringIO()
    call_command("import_file", str(file), "--dataset", dataset.slug, stdout=out, stderr=io.StringIO())
    run = Import.objects.get()

    told = json.loads(out.getvalue().splitlines()[-1])["findings"]
    page = client_of(bob).get(f"/imports/{run.pk}/").content.decode()
    shown = api_client.get(f"/api/v1/imports/{run.pk}/", HTTP_AUTHORIZATION=f"Bearer {token_for(bob)}").json()

    assert [finding["code"] for finding in told] == ["empty_column", "assumed_value"]
    assert "“note” is empty in every row." in page
    assert shown["findings"] == told
    assert ComplaintRecord.objects.count() == 30


def test_the_mapping_page_reports_findings_before_anything_is_loaded(client_of, bob, alpha):
    dataset = make_dataset(alpha, by=bob)
    content = csv_of([f"{n},2019-03-04,Text," for n in range(30)], header="id,date received,title,note")
    run = import_bytes(dataset, content, by=bob, is_automatic=False)

    assert "“note” is empty in every row." in client_of(bob).get(f"/imports/{run.pk}/mapping/").content.decode()


def test_traces_of_many_lengths_stay_small():
    traces = Traces()

    for start in range(0, 20_000, 1_000):
        traces.add_texts(["x" * n for n in range(start, start + 1_000)])

    assert len(traces.lengths) < 6_100
    assert max(traces.lengths) == 19_999
