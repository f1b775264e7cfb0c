"""Readers and what is found out about text: lines, dialects, encodings, dates and numbers, as properties."""

import csv
import io
import json
import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from imports.dates import DATE_FORMATS
from imports.problems import Refused
from imports.readers.json_stream import JsonStream, flattened
from imports.readers.opening import open_table
from imports.readers.table import ReadOptions, named_columns
from imports.sniff.dialect import Dialect, detect
from imports.sniff.encoding import detect as detect_encoding
from imports.values import parse_date, parse_decimal
from tests.imports.corpus import books

CELL = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=12)


def opened(content: bytes, name="a.csv", **options):
    """Columns, and (line, cells) of all records."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        table = open_table(path, name, ReadOptions(**options))
        rows = [(line, row) for batch in table.batches(3) for line, row in zip(batch.lines, batch.rows, strict=True)]
        table.close()
        return table.understood, rows


@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=8), st.sampled_from(["\n", "\r\n"]))
def test_records_keep_the_physical_line_on_which_they_begin(cells, end):
    """Line breaks inside quotes count; the n-th record carries its own line in its first cell."""
    text, expected, line = f"line,a,b{end}", [], 2
    for first, second in cells:
        out = io.StringIO()
        csv.writer(out, lineterminator=end, quoting=csv.QUOTE_ALL).writerow([line, first, second])
        text += out.getvalue()
        expected.append((line, [str(line), first, second]))
        line += out.getvalue().count("\n")

    _, rows = opened(text.encode(), header_row=1, delimiter=",", quote='"', encoding="utf-8")

    assert rows == expected


@settings(deadline=None, max_examples=400)
@given(
    st.lists(st.sampled_from([*',"\n\r ;a\x1fé', '"', '",', '\n"', '"\n', '""', "\r\n"]), max_size=40),
    st.sampled_from(['"', "'", ""]), st.sampled_from(["utf-8", "utf-16-le", "iso8859-1"]),
)  # fmt: skip
def test_any_text_is_split_as_the_csv_module_splits_it(pieces, quote, encoding):
    """Whichever way it is read: by whole-text searches where that is sure, or character by character."""
    text = "x,y\n" + "".join(pieces)
    reader = csv.reader(io.StringIO(text, newline=""), quotechar=quote or None,
                        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE)  # fmt: skip
    expected, last = [], 0
    for row in reader:
        if row:
            expected.append((last + 1, row))
        last = reader.line_num

    options = {
        "header_row": 1,
        "header_rows": 1,
        "delimiter": ",",
        "quote": quote,
        "encoding": encoding,
        "footer": "keep",
    }
    try:
        _, rows = opened(text.encode(encoding), **options)
    except Refused as refused:
        assert refused.code == "unclosed_quote"
        return

    assert rows == expected[1:]


def test_a_place_in_a_file_is_found_again_by_its_offset():
    lines = [f'{n},"é {n % 7}\n two"\n' if n % 50 == 0 else f"{n},{'ö' * 30}\n" for n in range(60_000)]
    for encoding in ("utf-8", "utf-16-le", "iso8859-1"):
        with TemporaryDirectory() as folder:
            path = Path(folder) / "a.csv"
            path.write_bytes(("n,t\n" + "".join(lines)).encode(encoding))
            table = open_table(path, "a.csv", ReadOptions(encoding=encoding, header_row=1, delimiter=",", quote='"'))
            batches = list(table.batches())
            later = batches[len(batches) // 2]
            again = next(table.batches(start=(later.offset, later.first, later.lines[0])))
        assert len(batches) > 1
        assert again.lines[:100] == later.lines[:100]
        assert again.rows[:100] == later.rows[:100]


@settings(deadline=None, max_examples=40)
@given(st.lists(st.sampled_from(["\n", "\r\n", "\r"]), min_size=3, max_size=20))
def test_mixed_line_ends_count_as_one_line_each(ends):
    text = "n,a\n" + "".join(f"{n},x{end}" for n, end in enumerate(ends, start=2))

    _, rows = opened(text.encode(), header_row=1, delimiter=",", quote='"', encoding="utf-8")

    assert [str(line) for line, _ in rows] == [row[0] for _, row in rows]


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([",", ";", "\t", "|"]), st.integers(2, 9), st.integers(5, 40), st.randoms(use_true_random=False))
def test_a_written_dialect_is_detected(delimiter, width, height, chance):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    words = ["letter", "Straße 5", "open, late", "a; b", 'the "house"', "x|y", "12.5"]
    writer.writerows([[chance.choice(words) for _ in range(width)] for _ in range(height)])
    lines = out.getvalue().splitlines()
    # Where each line has as many of another sign, the file can be read in two ways.
    assume(
        all(len({line.count(sign) for line in lines}) > 1 for sign in {*",;\t|"} - {delimiter} if sign in str(lines))
    )

    assert detect(out.getvalue()) == Dialect(delimiter, '"', "")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252", "iso8859_2", "cp1251"]
)
def test_an_encoding_round_trips(encoding):
    words = {"iso8859_2": "Žádost o důchod byla zamítnuta bez odůvodnění přestože úřad slíbil",
             "cp1251": "Жалоба на бездействие управления социальной защиты оставлена без ответа"}  # fmt: skip
    text = "".join(f"{n};{words.get(encoding, 'Beschwerde über die verspätete Prüfung')}\n" for n in range(80))

    found = detect_encoding(io.BytesIO(text.encode(encoding)))

    assert text.encode(encoding)[found.skip :].decode(found.name) == text


@given(
    st.dates(date(1927, 1, 1), date(2026, 12, 31)),
    st.sampled_from([f for f in DATE_FORMATS if "%d" in f and "%B" not in f]),
)
def test_a_date_in_any_form_becomes_its_iso_date(day, form):
    assert parse_date(day.strftime(form), form, 2026).value == day.isoformat()


@given(st.integers(0, 99), st.integers(1950, 2099))
def test_a_two_digit_year_falls_in_the_hundred_years_up_to_the_latest(year, latest):
    found = int(parse_date(f"01/02/{year:02d}", "%m/%d/%y", latest).value[:4])

    assert latest - 100 < found <= latest
    assert found % 100 == year


@given(st.decimals(-(10**9), 10**9, places=2), st.booleans())
def test_a_number_with_either_mark_and_groups_is_the_same_number(number, is_comma):
    text = f"{number:,.2f}"
    text = text.translate(str.maketrans(",.", ".,")) if is_comma else text

    assert Decimal(parse_decimal(text, "," if is_comma else ".").value) == number


@given(st.lists(st.text(max_size=8), max_size=12))
def test_names_of_columns_are_different_and_never_empty(cells):
    names = named_columns(cells)

    assert len(set(names)) == len(names) == len(cells)
    assert all(names)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=4), max_size=6), st.sampled_from([None, 2]))
def test_items_of_json_are_those_the_standard_library_reads(records, indent):
    text = json.dumps(records, indent=indent)

    items = [item for _, item in JsonStream(io.StringIO(text)).items()]

    assert [json.dumps(item) for item in items] == [json.dumps(_numbers_as_text(item)) for item in records]


def _numbers_as_text(value):
    if isinstance(value, list):
        return [_numbers_as_text(item) for item in value]
    if isinstance(value, dict):
        return {key: _numbers_as_text(item) for key, item in value.items()}
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def test_json_longer_than_the_window_keeps_lines_and_digits():
    rows = [
        {"id": n, "exact": "0.10000000000000000001", "text": "ä" * random.Random(n).randrange(9_000)} for n in range(99)
    ]
    text = "".join(json.dumps(row).replace('"0.1', "0.1").replace('01",', "01,") + "\n" for row in rows)

    understood, found = opened(text.encode(), "a.jsonl")

    assert understood.columns == ["id", "exact", "text"]
    assert [line for line, _ in found] == list(range(1, 100))
    assert [row for _, row in found] == [[str(row["id"]), row["exact"], row["text"]] for row in rows]


def test_inner_objects_become_dotted_columns_and_lists_of_words_one_cell():
    assert flattened({"a": {"b": "1", "c": {}}, "tags": ["x", "y"], "mixed": [{"k": None}], "n": None}) == {
        "a.b": "1", "a.c": "{}", "tags": "x | y", "mixed": '[{"k": null}]', "n": "",
    }  # fmt: skip


def test_a_cell_merged_down_names_its_column_and_one_merged_across_is_joined_with_names(tmp_path):
    rows = books.row("Complaints of 2019") + books.row("id", "Letter", "") + books.row("", "title", "narrative")
    merged = '<mergeCells count="2"><mergeCell ref="A2:A3"/><mergeCell ref="B2:C2"/></mergeCells>'
    books.workbook(tmp_path / "a.xlsx", books.sheet(rows + books.row(1, "Late", "Text"), after=merged))

    understood, found = opened((tmp_path / "a.xlsx").read_bytes(), "a.xlsx")

    assert understood.columns == ["id", "Letter / title", "Letter / narrative"]
    assert found == [(4, ["1", "Late", "Text"])]
    assert "“Complaints of 2019”" in understood.notes[0]


def test_a_row_chosen_as_header_is_taken_at_its_word():
    understood, found = opened(b"Title\nid,title\n1,2\n3,4\n", header_row=2)

    assert understood.columns == ["id", "title"]
    assert [line for line, _ in found] == [3, 4]


def test_a_quotation_mark_that_is_never_closed_is_refused_at_its_line():
    with pytest.raises(Refused, match="line 3 is never closed") as refused:
        opened(b'id,text\n1,a\n2,"b\n3,c\n')

    assert refused.value.code == "unclosed_quote"


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [("1.234,5", ",", "1234.5"), ("1 234 567", ",", "1234567"), ("12.50", ",", None), ("02.03.2021", ",", None),
     ("1,234.5", ".", "1234.5"), ("12,50", ".", None), ("1,2,345", ".", None), (".5", ".", "0.5"),
     ("€ 1’000", ".", "1000"), ("1.2.3", ".", None)],
)  # fmt: skip
def test_a_mark_groups_thousands_only_before_three_digits(text, mark, value):
    """Otherwise a decimal point is lost, or a date becomes a number."""
    verdict = parse_decimal(text, mark)

    assert (verdict.value or None) == value
    assert bool(verdict.code) == (value is None)
