"""JSON whose records are no list of objects. No database."""

import itertools
import json

import pytest

from imports.readers.json_records import JsonTable
from imports.readers.json_shapes import CUBE, INSIDE, KEYED, ROWS, SPLIT, shape_of
from imports.readers.json_stream import JsonStream
from imports.readers.table import ReadOptions
from tests.imports.refusals import refusal

KEYED_TEXT = {"001": {"subject": "a", "amount": 3}, "002": {"subject": "b", "amount": 4}, "003": {"subject": "c"}}
CUBE_TEXT = {
    "version": "2.0", "class": "dataset", "id": ["geo", "time"], "size": [2, 2],
    "dimension": {
        "geo": {"category": {"index": {"NL": 0, "DE": 1}}}, "time": {"category": {"index": ["2019", "2020"]}},
    },
    "value": {"0": 1.5, "1": 2, "3": 4}, "status": {"3": "p"},
}  # fmt: skip
CUBE_ROWS = [["NL", "2019", "1.5", ""], ["NL", "2020", "2", ""], ["DE", "2020", "4", "p"]]


@pytest.fixture
def opened(tmp_path):
    def of(content, table=""):
        path = tmp_path / "a.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        table = JsonTable(path, "json", ReadOptions(table=table))
        return table.understood.columns, [row for batch in table.batches() for row in batch.rows]

    return of


def test_objects_by_id_are_records_with_their_key(opened):
    columns, rows = opened(KEYED_TEXT)

    assert columns == ["key", "subject", "amount"]
    assert rows == [["001", "a", "3"], ["002", "b", "4"], ["003", "c", ""]]


def test_objects_by_id_beside_a_head_are_records_too(opened):
    for members in itertools.permutations([("meta", {"source": "office"}), ("on", "2024"), ("complaints", KEYED_TEXT)]):
        columns, rows = opened(dict(members))

        assert columns == ["key", "subject", "amount"]
        assert rows == [["001", "a", "3"], ["002", "b", "4"], ["003", "c", ""]]


def test_columns_and_rows_apart_are_joined(opened):
    split = {"columns": ["id", "title"], "index": [7, 8], "data": [["1", "a"], ["2", "b"]]}

    for members in itertools.permutations(split.items()):
        assert opened(dict(members)) == (["index", "id", "title"], [["7", "1", "a"], ["8", "2", "b"]])
    fields = {"fields": [{"id": "_id", "type": "int"}, {"id": "title"}], "records": [[1, "a"]]}
    assert opened(fields) == (["_id", "title"], [["1", "a"]])


def test_lists_of_lists_have_a_header_if_it_is_text(opened):
    assert opened([["id", "title"], ["1", "a"], ["2"]]) == (["id", "title"], [["1", "a"], ["2", ""]])
    assert opened([[1, "a"], [2, "b"]]) == (["Column 1", "Column 2"], [["1", "a"], ["2", "b"]])


@pytest.mark.parametrize("turn", range(7))
def test_a_cube_is_read_in_any_order_of_its_members(opened, turn):
    members = list(CUBE_TEXT.items())

    columns, rows = opened(dict(members[turn:] + members[:turn]))
    assert columns == ["geo", "time", "value", "status"]
    assert rows == CUBE_ROWS


def test_an_older_cube_has_its_name_around_it(opened):
    dimension = CUBE_TEXT["dimension"] | {"id": ["geo", "time"], "size": [2, 2]}

    assert opened({"people": {"value": [1.5, 2, None, 4], "dimension": dimension}})[1] == [row[:3] for row in CUBE_ROWS]


def test_of_several_cubes_one_is_chosen(opened):
    both = {"people": CUBE_TEXT, "money": CUBE_TEXT | {"value": {"0": 7}, "status": None}}

    with refusal("several_tables") as caught:
        opened(both)
    assert caught.value.choices == {"table": ["people", "money"]}
    assert opened(both, "money") == (["geo", "time", "value"], [["NL", "2019", "7"]])


def test_a_cube_without_sizes_is_refused(opened):
    with refusal("not_a_table"):
        opened({"id": ["a"], "dimension": {"a": {}}, "value": [1, 2, 3]})


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (json.dumps(KEYED_TEXT), KEYED), ("[[1], [2]]", ROWS), (json.dumps(CUBE_TEXT), CUBE),
        ('{"rows": [[1]], "header": ["a"]}', SPLIT), ('[{"a": 1}]', ""), ('{"a": 1}\n{"a": 2}', ""),
        ('{"meta": {"n": 1}, "records": [{"a": 1}]}', ""), ('{"a": {"x": 1}, "b": {"y": 2}}', ""),
        ('{"a": {"x": 1}}', ""), (json.dumps({"meta": {"source": "office"}, "complaints": KEYED_TEXT}), INSIDE),
        (json.dumps({"first": KEYED_TEXT, "second": {"other": "a"}, "third": KEYED_TEXT}), ""),
        ('{"a": {"x": 1}, "b": {"x": 2}}\n{"a": {"x": 1}, "b": {"x": 2}}', ""), ("[]", ""), ("{}", ""),
    ],
)  # fmt: skip
def test_only_what_is_certain_is_a_shape(text, shape, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(text)
    with path.open() as stream:
        assert shape_of(JsonStream(stream)) == shape
