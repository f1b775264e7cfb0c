"""What a JSON text holds beside its records is named, and not read in silence. No database."""

import json

import pytest

from imports.readers.json_beside import MAX_NAMED, described
from imports.readers.json_records import JsonTable
from imports.readers.table import ReadOptions

ROWS = [{"id": "1"}, {"id": "2"}]


@pytest.fixture
def left_out(tmp_path):
    def of(content, **options):
        path = tmp_path / "a.json"
        path.write_text(json.dumps(content))
        found = JsonTable(path, "json", ReadOptions(**options)).understood.left_out
        return [(part.kind, part.name, part.rows, part.why) for part in found]

    return of


def test_metadata_beside_the_list_is_named_with_what_it_is(left_out):
    content = {
        "total": 2, "source": "Board of review", "meta": {"page": 1, "by": {"name": "A", "year": 2019}}, "none": None,
        "results": ROWS, "empty": [], "tags": ["a", "b"], "nothing": "", "void": {},
    }  # fmt: skip

    assert left_out(content) == [
        ("beside", "total", None, "It says “2”."), ("beside", "source", None, "It says “Board of review”."),
        ("beside", "meta", None, "It holds: page, by."), ("beside", "tags", None, "It is a list of 2 values."),
    ]  # fmt: skip


def test_what_stands_beside_an_inner_list_is_named_by_its_path(left_out):
    content = {"response": {"code": 7, "page": {"size": 50}, "docs": ROWS}, "took": 3}

    assert [part[1] for part in left_out(content)] == ["response.code", "response.page", "took"]


def test_another_list_and_what_stands_beside_are_both_named(left_out):
    parts = left_out({"count": 2, "offices": ROWS[:1], "letters": ROWS}, table="letters")

    assert [part[:3] for part in parts] == [("table", "offices", 1), ("beside", "count", None)]


def test_a_text_of_one_object_or_of_records_has_nothing_beside(left_out):
    assert left_out({"id": 1, "title": "a", "tags": ["x"]}) == left_out(ROWS) == []
    assert left_out({"1": {"a": 1}, "2": {"a": 2}}) == left_out([["id", "a"], ["1", "b"]]) == []


def test_members_of_other_shapes_that_are_not_read_are_named(left_out):
    split = {"columns": ["id"], "index": [7], "data": [["1"]], "title": "List of 2019"}
    assert left_out(split) == [("beside", "title", None, "It says “List of 2019”.")]
    cube = {
        "class": "dataset", "label": "Letters by year", "source": "Office", "id": ["time"], "size": [2],
        "dimension": {"time": {"category": {"index": ["2019", "2020"]}}}, "value": [1, 2],
    }  # fmt: skip
    assert [part[1] for part in left_out(cube)] == ["label", "source"]
    assert [part[1] for part in left_out({"a": cube, "b": cube}, table="a") if part[0] == "beside"] == [
        "a.label", "a.source", "b.label", "b.source"
    ]  # fmt: skip


def test_long_values_and_many_members_are_cut(left_out):
    assert described("x" * 61) == f"It says “{'x' * 60}…”."
    assert described({f"k{n}": n for n in range(7)}) == "It holds: k0, k1, k2, k3, k4, k5…."
    many = {f"k{n}": n for n in range(MAX_NAMED + 5)}
    assert len(left_out(many | {"rows of it": ROWS})) == MAX_NAMED
