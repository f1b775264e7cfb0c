"""What became of the rows of a file, where in it problems are, and the years of datasets, drawn."""

import pytest

from imports.selectors.drawn import filled, years
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset, undo

pytestmark = pytest.mark.django_db


def test_problems_are_drawn_along_the_file(client_of, bob, rita, alpha):
    rows = letters(100)
    for place in (0, 1, 99):
        rows[place] = f"{place},32/13/2020,Title,Text,Upheld"
    run = import_bytes(make_dataset(alpha), csv_of(rows))
    page = client_of(bob).get(f"/imports/{run.pk}/")
    of_rows, along_file, problems = page.context["drawings"]

    assert {row.label: row.counts[0] for row in of_rows.rows}["Quarantined"] == 3
    assert [(row.label, row.counts) for row in along_file.rows] == [("Created", [97]), ("Quarantined", [3])]
    assert [bar.height for bar in along_file.rows[0].segments][:2] == [10, 10]
    assert {drawing.source for drawing in page.context["drawings"]} == {"the rows of this file"}
    [problem] = problems.rows
    assert problem.counts == [3]
    assert (problem.along[0], problem.along[-1], sum(problem.along)) == (2, 1, 3)
    assert problems.axis == ("rows from 1", "rows from 99")
    assert client_of(rita).get(f"/imports/{run.pk}/").status_code in (403, 404)


def test_a_file_without_problems_shows_what_became_of_its_rows(client_of, bob, alpha):
    run = import_bytes(make_dataset(alpha), csv_of(letters(10)))
    of_rows, _along_file = client_of(bob).get(f"/imports/{run.pk}/").context["drawings"]
    assert (of_rows.rows[0].label, of_rows.rows[0].counts) == ("Created", [10])


def test_cells_of_a_column_are_values_invalid_ones_and_empty_ones():
    segments = filled({"empty": 20, "fails": 30}, 100)
    assert [(each.colour, each.x, each.width) for each in segments] == [(1, 0, 50), (3, 50, 30), (5, 80, 20)]
    assert filled({}, 0) == []


def test_years_of_datasets_are_on_one_axis(client, alpha):
    old = make_dataset(alpha, slug="old", access="public", first_year=2010, last_year=2013)
    new = make_dataset(alpha, slug="new", access="public", first_year=2019)
    make_dataset(alpha, slug="unknown", access="public")
    drawn = client.get("/datasets/").context["years"]

    assert set(drawn) == {old.pk, new.pk}
    assert [(bar.x, bar.width) for bar in drawn[old.pk]] == [(0, 40)]
    assert [(bar.x, bar.width) for bar in drawn[new.pk]] == [(90, 10)]
    assert years([old]) == years([]) == {}


def test_the_list_of_datasets_says_how_fresh_each_is(client_of, bob, alpha):
    dataset, empty = make_dataset(alpha), make_dataset(alpha, slug="empty")
    run = import_bytes(dataset, csv_of(letters(10)))
    listed = {row.pk: row.latest_file for row in client_of(bob).get("/datasets/").context["listing"].rows}
    assert listed == {dataset.pk: run.finished_at, empty.pk: None}
    undo(run, bob)
    assert {row.latest_file for row in client_of(bob).get("/datasets/").context["listing"].rows} == {None}
