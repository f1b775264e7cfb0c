"""JSON-stat 2.0: dimensions and measures of a table of aggregates, suppressed counts as a status."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.tables import Column, ColumnType, MissingKind
from exports.unfit import Unfit
from exports.writers import json_stat
from tests.exports.reading import written

SUPPRESSED = MissingKind(".s", "Suppressed: a small count")
FINDING = Column("finding", "Finding", labels={"upheld": "Upheld", "partly": "Partly upheld"})
COUNTRY = Column("country", labels={"NL": "Netherlands"})
RECORDS = Column("records", "Records", type=ColumnType.WHOLE_NUMBER)
DAYS = Column("days", "Median of days", unit="days", type=ColumnType.DECIMAL)
ROWS = [
    ["upheld", "NL", 30, Decimal("12.5")],
    ["upheld", "BE", SUPPRESSED, None],
    [None, "NL", 0, 7],
]


def dataset(columns, rows, **known):
    data, count = written("json-stat", columns, rows, **known)
    found = json.loads(data)
    assert found["extension"]["rows"] == count
    return found


def cell(found, **categories):
    """The value of a cell and its status, by the rule of JSON-stat: row-major order of the dimensions."""
    place = 0
    for name, size in zip(found["id"], found["size"], strict=True):
        place = place * size + found["dimension"][name]["category"]["index"].index(categories[name])
    return found["value"][place], found.get("status", {}).get(str(place))


def test_the_document_has_what_the_format_asks_for():
    found = dataset(
        [FINDING, COUNTRY, RECORDS, DAYS],
        ROWS,
        query="/api/v1/x/?kind=finding",
        filter={"kind": "finding"},
        made_at=datetime(2026, 11, 28, 10, tzinfo=UTC),
        notes=["Total: 30"],
    )
    assert (found["version"], found["class"], found["updated"]) == ("2.0", "dataset", "2026-11-28T10:00:00+00:00")
    assert (found["id"], found["size"]) == (["finding", "country", "measure"], [2, 2, 2])
    assert found["role"] == {"metric": ["measure"]}
    assert found["dimension"]["finding"] == {
        "label": "Finding",
        "category": {"index": ["upheld", ""], "label": {"upheld": "Upheld", "": "Not recorded"}},
    }
    assert found["dimension"]["country"] == {
        "label": "country",
        "category": {"index": ["NL", "BE"], "label": {"NL": "Netherlands", "BE": "BE"}},
    }
    assert found["dimension"]["measure"] == {
        "label": "Measure",
        "category": {
            "index": ["records", "days"],
            "label": {"records": "Records", "days": "Median of days"},
            "unit": {"days": {"label": "days"}},
        },
    }
    assert found["note"] == [".s: Suppressed: a small count", "Total: 30"]
    assert found["extension"] == {"rows": 3, "query": "/api/v1/x/?kind=finding", "filter": {"kind": "finding"}}


def test_each_value_stands_in_its_cell_and_suppressed_counts_are_null():
    found = dataset([FINDING, COUNTRY, RECORDS, DAYS], ROWS)
    assert cell(found, finding="upheld", country="NL", measure="records") == (30, None)
    assert cell(found, finding="upheld", country="NL", measure="days") == (12.5, None)
    assert cell(found, finding="upheld", country="BE", measure="records") == (None, ".s")
    assert cell(found, finding="upheld", country="BE", measure="days") == (None, None)
    assert cell(found, finding="", country="NL", measure="records") == (0, None)
    assert cell(found, finding="", country="BE", measure="records") == (None, None)
    assert "updated" not in found


def test_a_table_without_suppressed_counts_has_no_status():
    found = dataset([FINDING, RECORDS], [["upheld", 1]])
    assert "status" not in found
    assert (found["value"], found["note"]) == ([1], [])


def test_a_kind_of_missing_can_be_a_category_and_a_number_with_labels_is_a_dimension():
    wave = Column("wave", type=ColumnType.WHOLE_NUMBER, labels={"1": "First"})
    found = dataset([wave, FINDING, RECORDS], [[1, SUPPRESSED, 5]])
    assert found["dimension"]["wave"]["category"]["label"] == {"1": "First"}
    assert found["dimension"]["finding"]["category"]["label"] == {".s": "Suppressed: a small count"}


def test_the_dimension_of_measures_takes_a_free_name():
    found = dataset([Column("measure"), RECORDS], [["a", 1]])
    assert found["id"] == ["measure", "measure_"]
    assert found["role"] == {"metric": ["measure_"]}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("sNaN"), True, "many"])
def test_what_is_no_number_is_null(value):
    assert dataset([FINDING, DAYS], [["upheld", value]])["value"] == [None]


def test_a_number_larger_than_json_has_is_a_double():
    assert dataset([FINDING, RECORDS], [["a", 2**63], ["b", 2**63 - 1]])["value"] == [float(2**63), 2**63 - 1]


@pytest.mark.parametrize(
    ("columns", "rows", "message"),
    [
        ([FINDING, RECORDS], [["a", 1], ["b", 2], ["a", 3]], "row 3 repeats the categories of an earlier row"),
        ([FINDING, COUNTRY], [], "JSON-stat needs a column of numbers and a column that they are counted by"),
        ([RECORDS], [], "JSON-stat needs a column of numbers and a column that they are counted by"),
    ],
)
def test_a_table_that_is_none_of_aggregates_is_refused(columns, rows, message):
    with pytest.raises(Unfit, match=message) as refused:
        written("json-stat", columns, rows)
    assert refused.value.message.endswith("Choose another format: csv, jsonl.")


def test_too_many_cells_are_refused_while_they_are_read(monkeypatch):
    monkeypatch.setattr(json_stat, "MOST_CELLS", 4)

    def rows():
        yield from [["a", "a", 1], ["b", "b", 1], ["c", "c", 1]]
        raise AssertionError("it went on")

    with pytest.raises(Unfit, match="at most 4 cells"):
        written("json-stat", [Column("a"), Column("b"), RECORDS], rows())


@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.integers(0, 99), min_size=1))
def test_every_row_is_found_in_its_cell_and_all_other_cells_are_null(counts):
    found = dataset([Column("one"), Column("two"), RECORDS], [[*key, n] for key, n in counts.items()])
    for one, two in product(*(found["dimension"][name]["category"]["index"] for name in ("one", "two"))):
        assert cell(found, one=one, two=two, measure="records") == (counts.get((one, two)), None)
