"""Which columns can be a key, and in which order sets of them are tried."""

import pytest

from imports.keys import Key, KeySearch, candidates, closest_set, may_identify, sets_to_try
from imports.sniff.profile import Column
from tests.factories.imports import import_bytes, make_dataset


def column(name, **changes):
    return Column(**{"name": name, "rows": 100, "repeats": 90, "longest": 10} | changes)


def test_texts_empty_columns_and_columns_of_one_value_are_no_candidates():
    columns = [
        column("letter", is_long=True), column("none", type="empty"), column("same", repeats=99),
        column("note", longest=121), column("geo"),
    ]  # fmt: skip

    assert candidates(columns) == [4]


def test_times_and_places_come_before_measures():
    columns = [
        column("sum", type="decimal"),
        column("pieces", type="integer", repeats=10),
        column("geo"),
        column("year"),
    ]

    assert candidates(columns) == [3, 2, 1, 0]


def test_a_number_in_another_language_comes_before_titles_that_differ_by_chance():
    titles = column("przedmiot skargi", repeats=10, examples=["Brak odpowiedzi urzędu", "Hałas w nocy przy parku"])
    columns = [titles, column("kolejny numer wpisu", type="integer", repeats=50), column("rok", type="integer")]

    assert candidates(columns) == [2, 1, 0]


def test_sets_are_tried_from_few_to_many_columns_the_likelier_first():
    columns = [column("value", type="integer", repeats=0), column("geo"), column("year"), column("sex")]
    sample = [(year, geo, sex, str(n)) for n, (year, geo, sex) in enumerate([("1", "a", "f"), ("1", "b", "f"),
              ("2", "a", "f"), ("2", "b", "m")])]  # fmt: skip

    found = list(sets_to_try(columns, [2, 1, 3, 0], sample))

    assert found[0] == (1, 2)
    assert [len(some) for some in found] == sorted(len(some) for some in found)
    assert (1, 3) not in found


def test_the_nearest_columns_are_those_that_differ_most():
    sample = [("1", "a", "x"), ("1", "b", "x"), ("1", "b", "x")]

    assert 1 in closest_set([4, 7, 9], sample) or 7 in closest_set([4, 7, 9], sample)


def test_a_column_identifies_alone_where_it_is_short_and_no_measure():
    assert may_identify(column("name", repeats=0, longest=200))
    assert not may_identify(column("name", repeats=0, longest=201))
    assert not may_identify(column("name", repeats=0, type="decimal"))
    assert not may_identify(column("name", repeats=0, empty=1))


def test_what_was_found_is_stored_and_read_back():
    search = KeySearch(9, (Key(("a", "b"), 8),), None, 1)

    assert KeySearch.of(search.as_json()) == search
    assert KeySearch.of({**search.as_json(), "closest": {"columns": ["a"], "different": 3}}).closest == Key(("a",), 3)
    assert KeySearch.of(None) is None


@pytest.mark.django_db
def test_a_file_whose_every_key_candidate_fails_is_refused_with_the_nearest(alpha):
    """Six columns of two values are different together, no four of them are."""
    rows = ["a,b,c,d,e,subject", *(",".join(f"{n:06b}") for n in range(64))]
    run = import_bytes(make_dataset(alpha), "\n".join(rows).encode())

    assert (run.state, run.error_code) == ("refused", "mapping_incomplete")
    assert "nor are up to four columns together. Nearest come: " in run.error_message
    assert "(16 of 64 rows)" in run.error_message
