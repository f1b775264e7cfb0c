"""Two finished imports of a dataset, compared from their files, even if other imports were loaded or undone since."""

import csv
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from complaints.models import ComplaintRecord
from imports import storage
from imports.actions import compare_imports, repair_row, replay_import, undo_import
from imports.jobs.comparing import compare
from imports.jobs.run import run_import
from imports.mapped import MappedRows, excerpts
from imports.mapping import read_definition
from imports.models import Comparison, PreviousVersion
from imports.recipe import recipe_named
from tests.factories.comparisons import compared, figures
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.markup import squeezed

pytestmark = pytest.mark.django_db


def test_records_are_created_changed_unchanged_or_missing(older, newer, bob):
    found = compared(older, newer, bob)

    assert figures(found) == ("finished", 3, 5, 20, 5)
    changed = found.rows.filter(kind="changed").order_by("id").first()
    assert (changed.reference, changed.line_before, changed.line_after) == ("L00021", 22, 22)
    assert ["finding", "upheld", "not-upheld"] in changed.changes
    assert ["finding_raw", "Upheld", "Not upheld"] in changed.changes
    assert set(found.rows.filter(kind="missing").values_list("reference", flat=True)) == {
        f"L{n:05d}" for n in range(26, 31)
    }


def test_a_comparison_is_the_same_after_an_undo_and_after_later_imports(dataset, older, newer, bob):
    before = figures(compared(older, newer, bob))
    import_bytes(dataset, csv_of(letters(40, outcome="Partly upheld")), by=bob)
    third = dataset.imports.first()
    undo_import(run=third, by=bob)
    run_import(third.pk)
    undo_import(run=newer, by=bob)
    run_import(newer.pk)
    newer.refresh_from_db()
    assert (newer.state, PreviousVersion.objects.count()) == ("undone", 0)

    assert figures(compared(older, newer, bob)) == before
    assert figures(compared(newer, older, bob)) == ("finished", 5, 5, 20, 3)


def test_a_dry_run_is_compared_before_it_is_loaded(dataset, older, bob):
    dry = import_bytes(dataset, csv_of(letters(29, outcome="Not upheld")), by=bob, is_dry_run=True)

    assert figures(compared(older, dry, bob)) == ("finished", 0, 29, 0, 1)


def test_a_repaired_row_is_compared_as_repaired(dataset, older, bob):
    rows = letters(30)
    rows[4] = rows[4].replace("2019-03", "2019-33")
    newer = import_bytes(dataset, csv_of(rows), by=bob)
    assert figures(compared(older, newer, bob)) == ("finished", 0, 0, 29, 1)
    row = newer.quarantined_rows.get()
    repair_row(row=row, cells=[*row.cells[:2], "Letter 5, mended", *row.cells[3:]], by=bob)
    row.refresh_from_db()
    repair_row(row=row, cells=[row.cells[0], "2019-03-06", *row.repaired[2:]], by=bob)
    replay_import(run=newer, by=bob)
    run_import(newer.pk)
    newer.refresh_from_db()

    found = compared(older, newer, bob)

    assert figures(found) == ("finished", 0, 1, 29, 0)
    assert found.rows.get().changes == [["subject", "Letter 5", "Letter 5, mended"]]


def test_the_same_file_again_differs_in_nothing(dataset, older, bob):
    again = import_bytes(dataset, csv_of(letters(30)), by=bob)
    assert again.same_as == older

    assert figures(compared(older, again, bob)) == ("finished", 0, 0, 30, 0)


def test_another_mapping_is_named_beside_the_figures(dataset, older, bob):
    definition = older.mapping.definition | {
        "fields": {n: rule for n, rule in older.mapping.definition["fields"].items() if n != "subject"}
    }
    recipe = recipe_named("complaint-records")
    newer = import_bytes(
        dataset, csv_of(letters(30)), by=bob, definition=read_definition(definition, recipe, latest_year=2026)
    )

    found = compared(older, newer, bob)

    assert found.changed == 30
    assert "version 1 of the mapping, the newer with version 2" in found.notes[0]


def test_what_is_read_for_a_comparison_is_what_a_load_wrote(dataset, bob):
    header = "id,date received,title,narrative,outcome,amount,remark"
    rows = [
        'A1,2019-03-01, two  words ,"He wrote, twice",Upheld,"1,200.50",seen',
        "A2,,\u00a0x,No date here,Nobody knows,-,",
        "A3,2019-03-09,None,Third,NOT UPHELD,7,",
    ]
    definition = {
        "fields": {
            "reference": {"column": "id"}, "received_on": {"column": "date received", "format": "%Y-%m-%d"},
            "subject": {"column": "title", "missing": ["None"]}, "narrative": {"column": "narrative"},
            "finding": {"column": "outcome", "words": {"not upheld": "not-upheld"}},
            "amount": {"column": "amount", "missing": ["-"]}, "kind": {"constant": "complaint"},
        }
    }  # fmt: skip
    recipe = recipe_named("complaint-records")
    read = read_definition(definition, recipe, latest_year=2026)
    run = import_bytes(dataset, csv_of(rows, header=header), by=bob, definition=read)
    assert (run.state, run.created) == ("loaded", 3), run.error_message

    mapped = MappedRows(read, recipe, header.split(","))

    for record, cells in enumerate(csv.reader(rows), start=1):
        said = mapped.values(cells)
        stored = ComplaintRecord.objects.get(reference=mapped.reference(record, cells))
        for name in ("reference", "subject", "narrative", "finding", "finding_raw", "kind"):
            assert getattr(stored, name) == said.get(name, ""), name
        assert str(stored.received_on or "") == said.get("received_on", "")
        assert str(stored.amount or "") == said.get("amount", "")
        assert stored.extra == ({"remark": said["remark"]} if "remark" in said else {})


def test_texts_with_line_breaks_tabs_and_backslashes_are_compared_as_they_are(dataset, bob):
    awkward = 'L1,2019-03-01,T,"one\ttwo\\n three\nfour ""five""",Upheld'
    first = import_bytes(dataset, csv_of([awkward, *letters(2, first=2)]), by=bob)
    second = import_bytes(dataset, csv_of([awkward.replace("four", "4"), *letters(2, first=2)]), by=bob)

    found = compared(first, second, bob)

    assert found.rows.get().changes == [["narrative", 'one\ttwo\\n three\nfour "five"', 'one\ttwo\\n three\n4 "five"']]


def test_a_comparison_that_still_holds_is_not_made_twice(older, newer, bob):
    found = compared(older, newer, bob)

    assert compare_imports(older=older, newer=newer, by=bob) == found
    assert found.rows.count() == 13


def test_a_file_that_is_not_kept_any_more_is_named(older, newer, bob):
    storage.path_of(older.source_file.sha256).unlink()

    found = compared(older, newer, bob)

    assert (found.state, found.error_code, found.rows.count()) == ("refused", "no_such_file", 0)
    assert f"The original file of import {older.pk} is no longer stored" in found.error_message


def test_two_imports_of_one_dataset_are_needed(alpha, dataset, older, newer, bob, charlie):
    other = import_bytes(make_dataset(alpha, slug="others"), csv_of(letters(3)), by=bob)

    for one, two in ((older, older), (other, newer)):
        with pytest.raises(ValidationError):
            compare_imports(older=one, newer=two, by=bob)
    with pytest.raises(PermissionDenied):
        compare_imports(older=older, newer=newer, by=charlie)


def test_a_long_text_is_shown_around_its_first_difference():
    same = "word " * 200

    before, after = excerpts(same + "old end", same + "new end")

    assert before.startswith("…")
    assert before.endswith("old end")
    assert after.endswith("new end")
    assert len(before) <= 202


def test_two_imports_are_chosen_and_compared_on_pages(client_of, bob, dataset, older, newer):
    client = client_of(bob)
    assert f'<option value="{older.pk}" selected>' in client.get("/datasets/letters/compare/").content.decode()

    answer = client.post("/datasets/letters/compare/", {"older": older.pk, "newer": newer.pk})
    waiting = client.get(answer.url).content.decode()
    compare(Comparison.objects.get().pk)
    page = squeezed(client.get(f"{answer.url}?kind=changed&page_size=2").content.decode())

    assert "Waiting" in waiting
    assert "Cancel this comparison" in waiting
    assert '<td data-label="Field">finding</td><td data-label="Before">upheld</td>' in page
    assert "L00022" in page
    assert "Next page" in page
    assert "L00031" not in page


def test_choosing_one_import_twice_is_an_error_on_the_page(client_of, bob, dataset, older, newer):
    answer = client_of(bob).post("/datasets/letters/compare/", {"older": older.pk, "newer": older.pk})

    assert answer.status_code == 422
    assert "Choose two different imports" in answer.content.decode()


def test_the_whole_comparison_is_a_file_without_formulas(client_of, bob, dataset):
    first = import_bytes(dataset, csv_of(letters(3)), by=bob)
    rows = letters(3)
    rows[1] = rows[1].replace("Letter 2,", "=1+1,")
    second = import_bytes(dataset, csv_of(rows), by=bob)
    found = compared(first, second, bob)

    answer = client_of(bob).get(f"/comparisons/{found.pk}/rows.csv")

    lines = list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(line["kind"], line["field"], line["after"]) for line in lines] == [("changed", "subject", "'=1+1")]


def test_programs_compare_over_the_api(api_client, token_for, bob, older, newer):
    api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(bob)}")

    asked = api_client.post("/api/v1/comparisons/", {"older": older.pk, "newer": newer.pk}, format="json")
    assert (asked.status_code, asked.json()["state"]) == (201, "waiting")
    compare(asked.json()["id"])
    done = api_client.get(asked.headers["Location"]).json()
    rows = api_client.get(f"/api/v1/comparisons/{done['id']}/rows/?field=finding").json()

    assert (done["created"], done["changed"], done["missing"]) == (3, 5, 5)
    assert rows["count"] == {"value": 5, "exact": True}
    assert {"field": "finding", "before": "upheld", "after": "not-upheld"} in rows["results"][0]["changes"]


def test_a_stranger_compares_nothing(client_of, charlie, bob, older, newer):
    found = compared(older, newer, bob)

    assert client_of(charlie).get(f"/comparisons/{found.pk}/").status_code == 404
    assert client_of(charlie).get(f"/comparisons/{found.pk}/rows.csv").status_code == 404


def test_the_lists_cost_few_queries(client_of, bob, dataset, older, newer, django_assert_max_num_queries):
    found = compared(older, newer, bob)
    compared(newer, older, bob)
    client = client_of(bob)
    client.get("/datasets/letters/compare/")

    for address in ("/datasets/letters/compare/", f"/comparisons/{found.pk}/", f"/imports/{newer.pk}/problems/"):
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
