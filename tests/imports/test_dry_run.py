"""A dry run lists every problem by line, column, value, code and sentence: on pages, in a file, in the API."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from complaints.models import ComplaintRecord
from imports.actions import receive_file, start_import
from imports.jobs.run import run_import
from imports.mapping import read_definition
from imports.models import Import, RowProblem
from imports.recipe import recipe_named
from imports.selectors import bad_rows
from jobs.lease import claim
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.markup import squeezed

pytestmark = pytest.mark.django_db


def mapped():
    rules = {
        "reference": {"column": "id"}, "received_on": {"column": "date received", "format": "%Y-%m-%d"},
        "subject": {"column": "title"}, "narrative": {"column": "narrative"}, "finding": {"column": "outcome"},
        "kind": {"constant": "complaint"},
    }  # fmt: skip
    return read_definition({"fields": rules}, recipe_named("complaint-records"), latest_year=2026)


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha)


@pytest.fixture
def dry(dataset, bob):
    """Of 60 rows 20 have a bad date, one of them twice in the file; one cell is a formula and no date."""
    rows = letters(60)
    for n in range(0, 40, 2):
        rows[n] = rows[n].replace("2019-03", "2019-33")
    rows[5] = "L00006,=1+1,Letter 6,Text,Upheld"
    return import_bytes(
        dataset,
        csv_of([*rows, rows[3], rows[59].replace("Upheld", "Other")]),
        by=bob,
        is_dry_run=True,
        definition=mapped(),
    )


def test_every_problem_is_counted_and_nothing_is_written(dry):
    assert dry.state == "checked"
    assert (dry.rows, dry.created, dry.quarantined, dry.skipped) == (62, 39, 22, 1)
    assert not ComplaintRecord.objects.exists()


def test_the_page_lists_each_problem_with_its_line_and_title(client_of, bob, dry):
    page = squeezed(client_of(bob).get(f"/imports/{dry.pk}/problems/?code=not_a_date&page_size=10").content.decode())

    assert "21 problems" in page
    assert "Line 2<" in page
    assert ">Not a date<" in page
    assert "“2019-33-02” is not a date of the form 2019-12-31." in page
    assert "Next page" in page


def test_an_unknown_filter_of_the_page_says_so(client_of, bob, dry):
    answer = client_of(bob).get(f"/imports/{dry.pk}/problems/?kode=x")

    assert answer.status_code == 400
    assert "kode" in answer.content.decode()


def test_all_problems_are_a_file_with_their_rows(client_of, bob, dry):
    answer = client_of(bob).get(f"/imports/{dry.pk}/problems.csv")

    rows = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert len(rows) == RowProblem.objects.count() == 23
    assert [(row["line"], row["column"], row["value"], row["code"]) for row in rows[:1]] == [
        ("2", "date received", "2019-33-02", "not_a_date")
    ]
    formula = next(row for row in rows if row["line"] == "7")
    assert (formula["value"], formula["date received"]) == ("'=1+1", "'=1+1")
    again = next(row for row in rows if row["code"] == "repeated_row")
    assert (again["sentence"], again["id"]) == ("The row is the same as line 5, cell by cell; it is skipped.", "")


def test_a_long_list_of_problems_is_read_row_by_row(bob, dataset, django_assert_max_num_queries):
    rows = [row.replace("2019-03", "2019-33") for row in letters(9_000)]
    dry = import_bytes(
        dataset, csv_of([*rows, *letters(1_500, first=10_000)]), by=bob, is_dry_run=True, definition=mapped()
    )

    with django_assert_max_num_queries(4):
        lines = bad_rows(dry).rows
        head = [next(lines) for _ in range(3)]
    rest = sum(1 for _ in lines)

    assert head[0][6:] == ["L00001", "2019-33-02", "Letter 1", "The office did not answer my letter number 1", "Upheld"]
    assert rest == 9_000 - 3


def test_programs_read_every_problem_and_the_groups(api_client, token_for, bob, dry):
    api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(bob, scope='read')}")
    address = f"/api/v1/imports/{dry.pk}/problems/"

    page = api_client.get(f"{address}?page_size=10&code=not_a_date").json()
    groups = api_client.get(f"{address}groups/").json()
    export = api_client.get(f"{address}export/?format=csv")

    assert page["count"] == {"value": 21, "exact": True}
    assert page["results"][0] | {"id": 0} == {
        "id": 0, "record": 1, "line": 2, "column": "date received", "value": "2019-33-02", "code": "not_a_date",
        "message": "“2019-33-02” is not a date of the form 2019-12-31.",
    }  # fmt: skip
    assert {(group["code"], group["rows"]) for group in groups} == {
        ("not_a_date", 21), ("duplicate_key", 1), ("repeated_row", 1)
    }  # fmt: skip
    assert export.headers["Lipse-Rows"] == "23"
    # Read to its end, which closes its file, as for a real caller.
    assert len(list(csv.reader(io.StringIO(export.getvalue().decode())))) == 1 + 23


def test_progress_shows_rate_and_time_left_and_is_there_after_a_reload(client_of, bob, dataset):
    run = receive_file(dataset=dataset, chunks=[csv_of(letters(3))], name="letters.csv", by=bob, wake=False)
    lease = claim(Import, run.pk)
    lease.enter("publishing", 1_000_000)
    began = timezone.now() - timedelta(seconds=10)
    lease.write(progress_done=250_000, stage_started_at=began, started_at=began)

    page = client_of(bob).get(f"/imports/{run.pk}/").content.decode()
    fragment = client_of(bob).get(f"/imports/{run.pk}/", HTTP_HX_REQUEST="true").content.decode()

    for shown in (page, fragment):
        assert "250,000 of 1,000,000 rows" in shown
        assert "rows a second" in shown
        assert re.search(r"about (29|30|31) s left in this step", shown), shown
    lease.enter("indexing", 9)
    run.refresh_from_db()
    assert (run.rate, run.time_left) == (None, "")


def test_an_import_takes_no_longer_for_a_person_who_thinks_about_it(alpha, bob):
    run = import_bytes(make_dataset(alpha), csv_of(letters(30)), by=bob, is_dry_run=True)
    Import.objects.filter(pk=run.pk).update(started_at=timezone.now() - timedelta(days=3))
    definition = read_definition(run.mapping.definition, recipe_named(run.recipe), latest_year=2026)

    start_import(run=run, definition=definition, by=bob)
    run_import(run.pk)

    run.refresh_from_db()
    assert run.state == "loaded"
    assert run.seconds < 3600
