"""What became of the rows of a file, along it: each row of a part has one result."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports import along
from imports.actions import dismiss_rows, repair_row, replay_import
from imports.jobs.run import run_import
from imports.selectors.along import results_along
from tests.factories.imports import csv_of, figures, import_bytes, letters, make_dataset

RESULTS = ("created", "updated", "unchanged", "quarantined", "skipped")


@given(st.integers(1, 5_000))
def test_each_row_is_in_one_part_and_parts_are_of_one_length(rows):
    parts = along.parts_of(rows)
    assert along.part_of("n", rows) == f"(n * {parts} / {rows + 1})"
    places = [record * parts // (rows + 1) for record in range(1, rows + 1)]
    sizes = along.sizes(rows)
    assert [places.count(place) for place in range(parts)] == sizes
    assert [places.index(place) + 1 for place in range(parts)] == along.firsts(rows)
    assert max(sizes) - min(sizes) <= 1


def accounted(run):
    """Each result along the file, after a check that they add up to the counts of the import and to its parts."""
    found = results_along(run)
    numbers = dict(zip(RESULTS, figures(run)[1:], strict=True))
    assert {name: sum(found.get(name, [])) for name in RESULTS} == numbers
    assert [sum(parts) for parts in zip(*found.values(), strict=True)] == along.sizes(run.rows)
    return found


@pytest.fixture
def first(db, alpha):
    dataset = make_dataset(alpha)
    return import_bytes(dataset, csv_of(letters(100)))


def second_file():
    """Of 100 rows the first 50 are as before, 24 say something else, one has a wrong day, 25 are new."""
    rows = letters(50) + letters(24, first=51, outcome="Not upheld") + letters(1, first=75) + letters(25, first=101)
    rows[74] = rows[74].replace("2019-03", "2019-33")
    return csv_of(rows)


def test_a_first_load_creates_what_has_no_problem(first, alpha):
    assert accounted(first) == {"created": [2] * 50}
    rows = letters(100)
    rows[3] = rows[3].replace("2019-03", "2019-33")
    rows[99] = rows[98]
    run = import_bytes(make_dataset(alpha, slug="other"), csv_of(rows))
    found = accounted(run)
    assert (found["quarantined"][1], found["skipped"][49], found["created"][1], found["created"][49]) == (1, 1, 1, 1)


@pytest.mark.parametrize("is_dry_run", [False, True])
def test_a_later_load_says_where_rows_are_new_changed_and_as_before(first, is_dry_run):
    run = import_bytes(first.dataset, second_file(), is_dry_run=is_dry_run)
    found = accounted(run)
    assert found["unchanged"] == [2] * 25 + [0] * 25
    assert found["updated"] == [0] * 25 + [2] * 12 + [0] * 13
    assert found["created"] == [0] * 37 + [1] + [2] * 12
    assert found["quarantined"] == [0] * 37 + [1] + [0] * 12


def test_what_is_repaired_and_replayed_or_dismissed_counts_where_it_is(first, bob):
    run = import_bytes(first.dataset, second_file())
    row = run.quarantined_rows.get()
    repair_row(row=row, cells=[cell.replace("2019-33", "2019-03") for cell in row.cells], by=bob)
    replay_import(run=run, by=bob)
    run_import(run.pk)
    run.refresh_from_db()
    assert "quarantined" not in accounted(run)
    again = import_bytes(first.dataset, second_file().replace(b"L00001", b"L99999"))
    dismiss_rows(run=again, rows=again.quarantined_rows.all(), reason="No such day.", by=bob)
    again.refresh_from_db()
    assert accounted(again)["skipped"][37] == 1


def test_the_same_file_again_leaves_all_as_it_was(first):
    again = import_bytes(first.dataset, csv_of(letters(100)))
    assert again.same_as == first
    assert accounted(again) == {"unchanged": [2] * 50}


def test_an_import_of_before_has_no_such_drawing(first, client_of, bob):
    type(first).objects.filter(pk=first.pk).update(written_along={})
    first.refresh_from_db()
    assert results_along(first) == {}
    drawings = client_of(bob).get(f"/imports/{first.pk}/").context["drawings"]
    assert [drawing.title for drawing in drawings] == ["Rows of the file"]
