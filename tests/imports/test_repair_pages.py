"""Mending, dismissing, replaying and undoing in the browser and over the API; and who may not."""

import pytest

from complaints.models import ComplaintRecord
from imports.actions import repair_row, replay_import
from imports.jobs.run import run_import
from imports.models import Import, QuarantinedRow
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.markup import squeezed

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha)


@pytest.fixture
def run(dataset, bob):
    """Thirty rows, of which three have dates that cannot be read and one the reference of another."""
    rows = letters(30)
    for number in (3, 5, 7):
        rows[number] = rows[number].replace("2019-03", "2019-33")
    rows[9] = rows[9].replace("L00010", "L00009")
    run = import_bytes(dataset, csv_of(rows), by=bob)
    assert (run.state, run.quarantined) == ("loaded", 4), run.error_message
    return run


@pytest.fixture
def as_bob(api_client, token_for, bob):
    api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(bob)}")
    return api_client


def text_of(answer):
    return squeezed(answer.content.decode())


def test_bad_rows_are_grouped_and_listed_by_problem(client_of, bob, run):
    page = text_of(client_of(bob).get(f"/imports/{run.pk}/quarantine/?code=not_a_date"))

    assert "Not a date in “date received”" in page
    assert "“2019-33-05” is not a date" in page
    assert page.count('scope="row"') == 3


def test_the_page_of_bad_rows_costs_few_queries(client_of, bob, dataset, django_assert_max_num_queries):
    rows = [row.replace("2019-03", "2019-33") if n % 2 else row for n, row in enumerate(letters(90))]
    big = import_bytes(dataset, csv_of(rows), by=bob)

    client = client_of(bob)
    with django_assert_max_num_queries(16):
        client.get(f"/imports/{big.pk}/quarantine/")


def test_a_row_is_repaired_in_the_browser_and_replayed(client_of, bob, run):
    client = client_of(bob)
    row = QuarantinedRow.objects.get(line=5)
    address = f"/imports/{run.pk}/quarantine/{row.pk}/"
    assert "“2019-33-05” is not a date" in text_of(client.get(address))

    kept = client.post(address, {"cell-1": "2019-03-05", "button": "next"})
    assert kept.url == f"/imports/{run.pk}/quarantine/{QuarantinedRow.objects.get(line=7).pk}/"
    assert "1 of them is repaired" in text_of(client.get(f"/imports/{run.pk}/quarantine/"))
    asked = client.post(f"/imports/{run.pk}/replay/", {"button": "as-they-are"})
    run_import(run.pk)

    assert asked.url == f"/imports/{run.pk}/"
    assert "30 rows = 27 created + 0 updated + 0 unchanged + 3 quarantined" in text_of(client.get(asked.url))


def test_line_breaks_of_a_cell_stay_as_the_file_has_them(client_of, bob, dataset):
    rows = [*letters(20), 'L00021,2019-33-01,Title,"one\ntwo",Upheld']
    run = import_bytes(dataset, csv_of(rows), by=bob)
    row = QuarantinedRow.objects.get()

    client_of(bob).post(f"/imports/{run.pk}/quarantine/{row.pk}/", {"cell-1": "2019-03-01", "cell-3": "one\r\ntwo"})

    row.refresh_from_db()
    assert row.repaired == ["L00021", "2019-03-01", "Title", "one\ntwo", "Upheld"]


def test_a_row_is_dismissed_with_a_reason_and_not_without(client_of, bob, run):
    client = client_of(bob)
    row = QuarantinedRow.objects.get(line=5)
    address = f"/imports/{run.pk}/quarantine/{row.pk}/"

    refused = client.post(address, {"button": "dismiss", "reason": ""})
    assert refused.status_code == 422
    assert "Give a reason" in text_of(refused)
    client.post(address, {"button": "dismiss", "reason": "A test entry"})

    assert "A test entry" in text_of(client.get(address))
    run.refresh_from_db()
    assert (run.quarantined, run.skipped) == (3, 1)


def test_all_rows_with_one_problem_are_dismissed_together(client_of, bob, run):
    address = f"/imports/{run.pk}/quarantine/dismiss/?code=not_a_date"

    client_of(bob).post(address, {"reason": "Entries of the test week"})

    run.refresh_from_db()
    assert (run.quarantined, run.skipped) == (1, 3)
    assert QuarantinedRow.objects.get(state="open").line == 11


def test_the_bad_rows_are_replayed_under_another_mapping(client_of, bob, run):
    client = client_of(bob)
    page = client.get(f"/imports/{run.pk}/replay/")
    assert "is not a date" in text_of(page)
    form = page.context["form"]
    posted = {f"field-{row.position}": row.field for row in form.rows if row.column.name != "date received"}
    posted |= {f"constant-{c.name}": c.value for c in form.constants} | {"button": "replay"}

    started = client.post(f"/imports/{run.pk}/replay/", posted)
    assert started.status_code == 303, text_of(started)
    run_import(run.pk)

    run.refresh_from_db()
    assert (run.created, run.quarantined) == (29, 1)
    assert ComplaintRecord.objects.get(reference="L00004").extra["date received"] == "2019-33-05"


def test_an_import_is_undone_after_a_look_at_what_that_does(client_of, bob, run):
    client = client_of(bob)
    page = text_of(client.get(f"/imports/{run.pk}/undo/"))
    assert "26" in page
    assert "L00001" in page

    client.post(f"/imports/{run.pk}/undo/")
    run_import(run.pk)

    assert "Undone on" in text_of(client.get(f"/imports/{run.pk}/"))
    assert not ComplaintRecord.objects.exists()
    assert client.get(f"/imports/{run.pk}/undo/").status_code == 404


def test_the_page_of_an_undo_names_what_prevents_it(client_of, bob, run, dataset):
    later = import_bytes(dataset, csv_of(letters(30, outcome="Not upheld")), by=bob)

    page = client_of(bob).post(f"/imports/{run.pk}/undo/")

    assert page.status_code == 409
    assert f"Import {later.pk}" in text_of(page)
    assert Import.objects.get(pk=run.pk).state == "loaded"


def test_rows_are_repaired_dismissed_and_replayed_through_the_api(as_bob, run):
    base = f"/api/v1/imports/{run.pk}/quarantine/"
    first, second, *_ = as_bob.get(f"{base}?code=not_a_date").json()["results"]
    cells = [first["cells"][0], "2019-03-05", *first["cells"][2:]]

    mended = as_bob.patch(f"{base}{first['id']}/", {"cells": cells}, format="json")
    dismissed = as_bob.patch(f"{base}{second['id']}/", {"state": "dismissed", "reason": "Test"}, format="json")

    assert mended.status_code == 200, mended.content
    assert mended.json()["repaired"] == cells
    assert (dismissed.json()["state"], dismissed.json()["reason"]) == ("dismissed", "Test")
    assert as_bob.patch(f"{base}{second['id']}/", {"state": "open"}, format="json").json()["state"] == "open"
    answer = as_bob.post(f"/api/v1/imports/{run.pk}/replay/", {}, format="json")
    assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
    run_import(run.pk)
    assert as_bob.get(f"/api/v1/imports/{run.pk}/").json()["created"] == 27


def test_a_stale_repair_is_a_conflict(as_bob, run):
    address = f"/api/v1/imports/{run.pk}/quarantine/{QuarantinedRow.objects.first().pk}/"
    read = as_bob.get(address)
    cells = read.json()["cells"]
    as_bob.patch(address, {"cells": [*cells[:-1], "Not upheld"]}, format="json")

    stale = as_bob.patch(address, {"cells": cells}, format="json", headers={"If-Match": read["ETag"]})

    assert stale.status_code == 409


@pytest.mark.parametrize(
    ("body", "code"),
    [({"cells": ["one"]}, "wrong_width"), ({"state": "dismissed"}, "required"), ({"state": "gone"}, "invalid_choice")],
)
def test_a_wrong_change_of_a_row_says_what_is_wrong(as_bob, run, body, code):
    row = QuarantinedRow.objects.first()

    answer = as_bob.patch(f"/api/v1/imports/{run.pk}/quarantine/{row.pk}/", body, format="json")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == code


def test_undo_is_previewed_refused_and_done_over_the_api(as_bob, run, dataset, bob):
    later = import_bytes(dataset, csv_of(letters(40, outcome="Not upheld")), by=bob)

    refused = as_bob.post(f"/api/v1/imports/{run.pk}/undo/", {}, format="json")
    shown = as_bob.get(f"/api/v1/imports/{later.pk}/undo/").json()
    done = as_bob.post(f"/api/v1/imports/{later.pk}/undo/", {}, format="json")
    run_import(later.pk)

    assert (refused.status_code, refused.json()["blockers"][0]["code"]) == (409, "overwritten")
    assert (shown["deletes"], shown["restores"], shown["blockers"]) == (14, 26, [])
    assert {"field": "finding", "before": "upheld", "after": "not-upheld"} in shown["overwritten"][0]["changes"]
    assert done.status_code == 202
    assert ComplaintRecord.objects.filter(finding="upheld").count() == 26


def test_the_record_page_shows_repaired_values_beside_original_values(client_of, bob, dataset):
    rows = letters(30)
    rows[4] = rows[4].replace("2019-03", "2019-33")
    run = import_bytes(dataset, csv_of(rows), by=bob)
    row = run.quarantined_rows.get()
    repair_row(row=row, cells=[row.cells[0], "2019-03-06", *row.cells[2:]], by=bob)
    replay_import(run=run, by=bob)
    run_import(run.pk)
    record = ComplaintRecord.objects.get(reference="L00005")

    page = client_of(bob).get(f"/complaint-records/{record.pk}/").content.decode()

    assert "Original row of the file, and its repair" in page
    assert "2019-33-06" in page
    assert squeezed("Repaired before loading: <q>2019-03-06</q>") in squeezed(page)
