"""Every format is read by a program that is none of ours: values, labels, kinds of missing, types, order."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow
import pytest

from exports.tables import Column, ColumnType, MissingKind, Table
from exports.writers import WRITERS, ShortFile, Writer, write_file
from exports.writers.delimited import write as write_csv
from tests.exports.reading import excel, naive, parquet, spss, stata, stata_by_pandas, written

REFUSED, SKIPPED, OTHER = MissingKind(".r", "Refused"), MissingKind(".s", "Skipped"), MissingKind("odd", "Not legible")
KINDS = [REFUSED, SKIPPED, OTHER]
LONG = "Straße 😀 " * 400
COLUMNS = [
    Column("id", type=ColumnType.WHOLE_NUMBER),
    Column("amount", "Amount", unit="EUR", type=ColumnType.DECIMAL, missing=KINDS),
    Column("answer", "Were you content?", labels={"1": "Yes", "2": "No – ☃", "98": "It depends"}, missing=KINDS),
    Column("status", "Status", labels={"upheld": "Upheld", "not-upheld": "Not upheld"}),
    Column("day", "Received", type=ColumnType.DAY, missing=[REFUSED]),
    Column("time", type=ColumnType.TIME),
    Column("narrative", "What happened"),
    Column("is_open", type=ColumnType.TRUTH),
    Column("parts", type=ColumnType.STRUCTURE),
]
NOON = datetime(2024, 2, 29, 12, 30, 15, 250_000, tzinfo=UTC)
ROWS = [
    [1, Decimal("12.10"), "1", "upheld", date(2024, 2, 29), NOON, "=1+1", True, ["a", 1]],
    [70_000, REFUSED, OTHER, "not-upheld", REFUSED, None, LONG, False, {}],
    [-5, None, "2", "", None, NOON, "", None, None],
    [None, -0.5, None, None, date(1950, 1, 1), NOON, "- a\n- b", True, [{"x": None}]],
]
KNOWN = {
    "n": 4,
    "query": "/api/v1/things/export/?kind=finding",
    "filter": {"kind": "finding"},
    "made_at": datetime(2026, 11, 28, 10, 0, 59, tzinfo=UTC),
    "notes": ["Counts are approximate."],
}


def column(rows, place):
    return [row[place] for row in rows]


def test_excel_has_the_values_and_no_formula():
    data, count = written("xlsx", COLUMNS, ROWS, **KNOWN)
    head, *rows = excel(data)
    assert count == 4
    assert head == [one.name for one in COLUMNS]
    assert column(rows, 0) == [1, 70_000, -5, None]
    assert column(rows, 1) == [12.1, ".r", None, -0.5]
    assert column(rows, 2) == ["1", "odd", "2", None]
    assert column(rows, 3) == ["upheld", "not-upheld", None, None]
    assert column(rows, 4) == [naive(2024, 2, 29), ".r", None, naive(1950, 1, 1)]
    assert column(rows, 5) == [NOON.replace(tzinfo=None), None, NOON.replace(tzinfo=None), NOON.replace(tzinfo=None)]
    assert column(rows, 6) == ["=1+1", LONG, None, "- a\n- b"]
    assert column(rows, 7) == [True, False, None, True]
    assert column(rows, 8) == ['["a",1]', "{}", None, '[{"x":null}]']


def test_excel_explains_the_columns_and_the_file():
    data, _ = written("xlsx", COLUMNS, ROWS, **KNOWN)
    head, *columns = excel(data, "columns")
    assert head == ["column", "label", "unit", "type", "values", "missing values"]
    missing = ".r = Refused\n.s = Skipped\nodd = Not legible"
    assert columns[1] == ["amount", "Amount", "EUR", "decimal", None, missing]
    answers = "1 = Yes\n2 = No – ☃\n98 = It depends"
    assert columns[2] == ["answer", "Were you content?", None, "text", answers, missing]
    assert columns[5] == ["time", None, "UTC", "time", None, None]
    assert dict(excel(data, "about")[:4]) == {
        "rows": "4",
        "query": "/api/v1/things/export/?kind=finding",
        "made at": "2026-11-28T10:00:59+00:00",
        "filter kind": "finding",
    }
    assert ["note", "Counts are approximate."] in excel(data, "about")


def test_parquet_has_types_and_kinds_of_missing_in_columns_beside():
    data, count = written("parquet", COLUMNS, ROWS, **KNOWN)
    found = parquet(data)
    assert count == found.num_rows == 4
    assert {name: str(kind) for name, kind in zip(found.schema.names, found.schema.types, strict=True)} == {
        "id": "int64", "amount": "double", "amount_missing": "string", "answer": "string", "answer_missing": "string",
        "status": "string", "day": "date32[day]", "day_missing": "string", "time": "timestamp[us, tz=UTC]",
        "narrative": "string", "is_open": "bool", "parts": "string",
    }  # fmt: skip
    assert found.to_pydict() == {
        "id": [1, 70_000, -5, None],
        "amount": [12.1, None, None, -0.5],
        "amount_missing": [None, ".r", None, None],
        "answer": ["1", None, "2", None],
        "answer_missing": [None, "odd", None, None],
        "status": ["upheld", "not-upheld", "", None],
        "day": [date(2024, 2, 29), None, None, date(1950, 1, 1)],
        "day_missing": [None, ".r", None, None],
        "time": [NOON, None, NOON, NOON],
        "narrative": ["=1+1", LONG, "", "- a\n- b"],
        "is_open": [True, False, None, True],
        "parts": ['["a",1]', "{}", None, '[{"x":null}]'],
    }


def test_parquet_says_what_its_columns_mean():
    about = json.loads(parquet(written("parquet", COLUMNS, ROWS, **KNOWN)[0]).schema.metadata[b"lipse"])
    assert (about["rows"], about["query"], about["filter"]) == (4, KNOWN["query"], {"kind": "finding"})
    assert (about["made_at"], about["notes"]) == ("2026-11-28T10:00:59+00:00", ["Counts are approximate."])
    assert about["columns"][1] == {
        "name": "amount",
        "column": "amount",
        "label": "Amount",
        "unit": "EUR",
        "type": "decimal",
        "labels": {},
        "missing": {".r": "Refused", ".s": "Skipped", "odd": "Not legible"},
        "missing_name": "amount_missing",
    }
    assert about["columns"][3]["labels"] == {"upheld": "Upheld", "not-upheld": "Not upheld"}
    assert about["columns"][3]["missing_name"] == ""


@pytest.mark.parametrize(
    ("values", "kind", "found"),
    [
        ([12, 10**18], "double", [12.0, 1e18]),
        ([Decimal("12345678901234567.25"), 1], "decimal128(38, 2)", [Decimal("12345678901234567.25"), Decimal("1.00")]),
        ([Decimal("1." + "1" * 38)], "string", ["1." + "1" * 38]),
        ([0.1, Decimal("0.2")], "double", [0.1, 0.2]),
        (["many", 3], "string", ["many", "3"]),
    ],
)
def test_decimals_in_parquet_lose_no_digit(values, kind, found):
    table = parquet(written("parquet", [Column("n", type=ColumnType.DECIMAL)], [[value] for value in values])[0])
    assert (str(table.schema.types[0]), table["n"].to_pylist()) == (kind, found)


@pytest.mark.parametrize(
    ("values", "kind"),
    [([1, 10**17], "int64"), ([10**17 + 1, 10**18 + 1], "decimal128(38, 0)"), ([2**70 + 1], "decimal128(38, 0)")],
)
def test_whole_numbers_in_parquet_lose_no_digit(values, kind):
    table = parquet(written("parquet", [Column("n", type=ColumnType.WHOLE_NUMBER)], [[value] for value in values])[0])
    assert (str(table.schema.types[0]), [int(value) for value in table["n"].to_pylist()]) == (kind, values)


def test_names_in_parquet_differ_whatever_their_case():
    columns = [Column("a"), Column("A"), Column("a_missing"), Column("a", missing=[REFUSED]), Column("")]
    table = parquet(written("parquet", columns, [[1, 2, 3, REFUSED, 5]])[0])
    assert table.schema.names == ["a", "A_", "a_missing", "a__", "a___missing", "_"]
    assert table.to_pylist() == [
        {"a": "1", "A_": "2", "a_missing": "3", "a__": None, "a___missing": ".r", "_": "5"},
    ]


def test_parquet_of_many_rows_keeps_their_order():
    rows = [[n, f"text {n} " * 40] for n in range(5_000)]
    table = parquet(written("parquet", [Column("n", type=ColumnType.WHOLE_NUMBER), Column("t")], rows)[0])
    assert table.equals(pyarrow.table({"n": column(rows, 0), "t": column(rows, 1)}))


def test_spss_has_values_labels_and_missing_values():
    data, count = written("sav", COLUMNS, ROWS, **KNOWN)
    values, known = spss(data)
    assert count == known.number_rows == 4
    assert known.file_encoding == "UTF-8"
    assert values["id"] == [1.0, 70_000.0, -5.0, None]
    assert values["amount"] == [12.1, -99.0, None, -0.5]
    assert values["answer"] == [1.0, -97.0, 2.0, None]
    assert values["status"] == ["upheld", "not-upheld", "", ""]
    assert values["day"][0] == date(2024, 2, 29)
    assert values["day"][3] == date(1950, 1, 1)
    assert values["time"] == [NOON.replace(tzinfo=None), None, NOON.replace(tzinfo=None), NOON.replace(tzinfo=None)]
    assert values["narrative"] == ["=1+1", LONG.rstrip(), "", "- a\n- b"]
    assert values["is_open"] == [1.0, 0.0, None, 1.0]
    assert known.column_names_to_labels["amount"] == "Amount (EUR)"
    assert known.column_names_to_labels["time"] == "time (UTC)"
    missing = {-99.0: "Refused (.r)", -98.0: "Skipped (.s)", -97.0: "Not legible (odd)"}
    assert known.variable_value_labels["amount"] == missing
    assert known.variable_value_labels["answer"] == {1.0: "Yes", 2.0: "No – ☃", 98.0: "It depends"} | missing
    assert known.variable_value_labels["status"] == {"upheld": "Upheld", "not-upheld": "Not upheld"}
    assert known.variable_value_labels["is_open"] == {0.0: "false", 1.0: "true"}
    assert known.missing_ranges["amount"] == [{"lo": -99.0, "hi": -97.0}]
    assert "id" not in known.missing_ranges


def test_spss_says_where_the_file_comes_from():
    _, known = spss(written("sav", COLUMNS, ROWS, **KNOWN)[0])
    assert known.file_label == "4 rows of the LIPSE Casebook"
    assert known.creation_time == naive(2026, 11, 28, 10, 0, 59)
    assert "\n".join(known.notes).split("\n")[:5] == [
        "Rows: 4",
        "Made at: 2026-11-28T10:00:59+00:00",
        "Query: /api/v1/things/export/?kind=finding",
        "Filter: kind=finding",
        "Counts are approximate.",
    ]


def test_spss_knows_measures_and_formats():
    _, known = spss(written("sav", COLUMNS, ROWS)[0])
    assert {name: known.variable_measure[name] for name in ("id", "answer", "status", "day", "is_open")} == {
        "id": "scale",
        "answer": "nominal",
        "status": "nominal",
        "day": "scale",
        "is_open": "nominal",
    }
    assert [known.original_variable_types[name] for name in ("id", "amount", "day", "time", "status")] == [
        "F12.0",
        "F20.2",
        "SDATE10",
        "DATETIME20",
        "A10",
    ]


@pytest.mark.parametrize("code", ["x", "a longer code"])
def test_missing_values_of_texts_are_declared_in_spss(code):
    columns = [Column("answer", labels={code: "A code"}, missing=[*KINDS, MissingKind(".e", "Empty")])]
    values, known = spss(written("sav", columns, [[code], [REFUSED], [SKIPPED]])[0])
    assert values["answer"] == [code, ".r", ".s"]
    assert known.variable_value_labels["answer"][".r"] == "Refused"
    assert known.variable_value_labels["answer"][code] == "A code"
    assert [(one["lo"], one["hi"]) for one in known.missing_ranges["answer"]] == [(".r", ".r"), (".s", ".s")]


def test_missing_values_of_spss_are_below_every_value_and_code():
    columns = [
        Column("low", type=ColumnType.WHOLE_NUMBER, missing=KINDS),
        Column("code", labels={"-999": "Never", "1": "Once"}, missing=[REFUSED]),
    ]
    values, known = spss(written("sav", columns, [[-97, "1"], [REFUSED, REFUSED]])[0])
    assert values == {"low": [-97.0, -999.0], "code": [1.0, -9999.0]}
    assert known.missing_ranges["code"] == [{"lo": -9999.0, "hi": -9999.0}]


def test_stata_has_values_labels_and_missing_values():
    data, count = written("dta", COLUMNS, ROWS, **KNOWN)
    values, known = stata(data)
    assert count == known.number_rows == 4
    assert values["id"] == [1, 70_000, -5, None]
    assert values["amount"] == [12.1, "r", None, -0.5]
    assert values["answer"] == [1, "a", 2, None]
    assert values["status"] == ["upheld", "not-upheld", "", ""]
    assert values["day"] == [date(2024, 2, 29), "r", None, date(1950, 1, 1)]
    assert values["time"] == [NOON.replace(tzinfo=None), None, NOON.replace(tzinfo=None), NOON.replace(tzinfo=None)]
    assert values["narrative"] == ["=1+1", LONG, "", "- a\n- b"]
    assert values["is_open"] == [1, 0, None, 1]
    assert known.column_names_to_labels["amount"] == "Amount (EUR)"
    assert known.variable_value_labels["answer"] == {
        1: "Yes", 2: "No – ☃", 98: "It depends", "r": "Refused", "s": "Skipped", "a": "Not legible",
    }  # fmt: skip
    assert known.file_label == "4 rows of the LIPSE Casebook"
    assert known.creation_time == naive(2026, 11, 28, 10, 0)
    assert known.notes[1:5] == [
        "Made at: 2026-11-28T10:00:59+00:00",
        "Query: /api/v1/things/export/?kind=finding",
        "Filter: kind=finding",
        "Counts are approximate.",
    ]


def test_stata_is_read_by_pandas_too():
    found, value_labels, labels, file_label = stata_by_pandas(written("dta", COLUMNS, ROWS, **KNOWN)[0])
    assert [str(value) for value in found["amount"]] == ["12.1", ".r", ".", "-0.5"]
    assert [str(value) for value in found["answer"]] == ["1", ".a", "2", "."]
    assert list(found["narrative"]) == ["=1+1", LONG, "", "- a\n- b"]
    assert value_labels["is_open"] == {0: "false", 1: "true"}
    assert labels["narrative"] == "What happened"
    assert file_label == "4 rows of the LIPSE Casebook"


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([-127, 100], "int8"),
        ([101], "int16"),
        ([-128], "int16"),
        ([-32_767, 32_740], "int16"),
        ([32_741], "int32"),
        ([-2_147_483_647, 2_147_483_620], "int32"),
        ([2_147_483_621], "float64"),
        ([Decimal("0.5")], "float64"),
    ],
)
def test_stata_stores_whole_numbers_in_the_smallest_type(values, kind):
    rows = [[value] for value in values]
    found, *_ = stata_by_pandas(written("dta", [Column("n", type=ColumnType.DECIMAL)], rows)[0])
    assert (str(found["n"].dtype), [float(value) for value in found["n"]]) == (kind, [float(value) for value in values])


@pytest.mark.parametrize("value", [100, 32_740, 2_147_483_620, 0.5])
def test_each_numeric_type_of_stata_keeps_kinds_of_missing(value):
    columns = [Column("n", type=ColumnType.DECIMAL, missing=[REFUSED, MissingKind(".z", "Last")])]
    data = written("dta", columns, [[value], [REFUSED], [MissingKind(".z", "Last")], [None]])[0]
    found, *_ = stata_by_pandas(data)
    assert [str(one) for one in found["n"]] == [str(value), ".r", ".z", "."]
    assert stata(data)[0]["n"] == [value, "r", "z", None]
    assert stata(data)[1].variable_value_labels["n"] == {"r": "Refused", "z": "Last"}


def test_stata_explains_texts_with_codes_in_notes():
    data = written("dta", [*COLUMNS, Column("q", "A question. " * 20)], [[*row, ""] for row in ROWS])[0]
    assert b"status\0" in data
    assert b"upheld = Upheld\0" in data
    assert b"not-upheld = Not upheld\0" in data
    assert ("A question. " * 20).strip().encode() in data
    assert stata(data)[1].column_names_to_labels["q"] == ("A question. " * 20)[:79] + "…"


@pytest.mark.parametrize("fmt", ["xlsx", "parquet", "sav", "dta"])
def test_a_table_without_rows_has_its_columns_in_every_format(fmt):
    data, count = written(fmt, COLUMNS, [], n=0)
    names = [one.name for one in COLUMNS]
    assert count == 0
    found = {
        "xlsx": lambda: excel(data)[0],
        "parquet": lambda: [name for name in parquet(data).schema.names if not name.endswith("_missing")],
        "sav": lambda: [name for name in spss(data)[0] if not name.endswith("_missing")],
        "dta": lambda: list(stata(data)[0]),
    }[fmt]()
    assert found == names


@pytest.mark.parametrize("fmt", WRITERS)
def test_a_file_that_lacks_rows_never_appears(fmt, tmp_path):
    table = Table(COLUMNS, iter(ROWS), n=5)
    with pytest.raises(ShortFile, match="4 rows were written of 5"):
        write_file(WRITERS[fmt], table, tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fmt", WRITERS)
def test_a_file_whose_rows_fail_never_appears_nor_replaces_another(fmt, tmp_path):
    def rows():
        yield ROWS[0]
        raise OSError("the connection was lost")

    path = tmp_path / "a"
    path.write_bytes(b"earlier")
    with pytest.raises(OSError, match="the connection was lost"):
        write_file(WRITERS[fmt], Table(COLUMNS, rows()), path)
    assert [(found.name, found.read_bytes()) for found in tmp_path.iterdir()] == [("a", b"earlier")]


def test_a_file_replaces_another_when_it_is_complete(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"earlier")
    assert write_file(Writer("CSV", "text/csv", write_csv, "csv"), Table([Column("a")], iter([["b"]]), n=1), path) == 1
    assert path.read_bytes() == b"\xef\xbb\xbfa\r\nb\r\n"


def test_each_format_has_a_title_a_media_type_and_an_ending():
    assert {name: (one.title, one.ending) for name, one in WRITERS.items()} == {
        "csv": ("CSV", "csv"),
        "csv2": ("CSV (semicolons)", "csv"),
        "jsonl": ("JSON Lines", "jsonl"),
        "xlsx": ("Excel", "xlsx"),
        "parquet": ("Parquet", "parquet"),
        "sav": ("SPSS", "sav"),
        "dta": ("Stata", "dta"),
    }
    assert len({one.media_type for one in WRITERS.values()}) == 6


def test_days_of_spss_are_dates_and_why_one_is_missing_stands_beside_it():
    columns = [
        Column("day", "Received", type=ColumnType.DAY, missing=KINDS),
        Column("DAY_missing"),
        Column("at", type=ColumnType.TIME, missing=[REFUSED]),
        Column("early", type=ColumnType.DAY, missing=[REFUSED]),
    ]
    rows = [[date(2024, 2, 29), "x", NOON, date(1500, 1, 1)], [REFUSED, "y", REFUSED, REFUSED], [OTHER, "", None, None]]
    values, known = spss(written("sav", columns, rows)[0])
    assert list(values) == ["day", "day_missing_2", "DAY_missing", "at", "at_missing", "early"]
    assert values["day"] == [date(2024, 2, 29), None, None]
    assert values["at"] == [NOON.replace(tzinfo=None), None, None]
    assert (values["day_missing_2"], values["at_missing"]) == (["", ".r", "odd"], ["", ".r", ""])
    assert (values["DAY_missing"], values["early"]) == (["x", "y", ""], ["1500-01-01", ".r", ""])
    assert known.variable_value_labels["day_missing_2"] == {".r": "Refused", ".s": "Skipped", "odd": "Not legible"}
    assert known.column_names_to_labels["day_missing_2"] == "Received: kind of missing"
    assert {"day", "at"}.isdisjoint({*known.variable_value_labels, *known.missing_ranges})
