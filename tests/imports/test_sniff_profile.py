"""What a column holds over the whole file: its type, its repeats and its traces. No database."""

import string
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.sniff import profile, traces
from imports.sniff.profile import Column, ColumnProfiler, Profile, shapes
from imports.sniff.traces import Traces

LATEST = 2026
CELLS = st.sampled_from(["", " ", "a", "bb", " bb ", "12", "3.5", "2019-01-02", "n/a"])


def profiled(*batches: list[str], name: str = "x") -> Column:
    profiler = ColumnProfiler(name)
    for cells in batches:
        profiler.add(cells)
    return profiler.finish(LATEST)


def verdict(cells: list[str]) -> tuple[str, str, list[str], int]:
    column = profiled(cells)
    return column.type, column.format, column.also, column.fails


@pytest.fixture
def few(monkeypatch):
    """Columns of more than three different values are counted by their shapes."""
    monkeypatch.setattr(profile, "MANY", 3)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=20), min_size=1, max_size=3))
def test_every_cell_is_counted_once_over_all_batches(batches):
    column = profiled(*batches)

    cells = [cell for batch in batches for cell in batch]
    filled = [cell.strip() for cell in cells if cell.strip()]
    assert (column.name, column.rows, column.filled) == ("x", len(cells), len(filled))
    assert column.longest == max(map(len, cells))
    assert column.repeats == len(filled) - len(set(filled))
    assert column.values == Counter(filled)
    assert column.examples == list(dict.fromkeys(filled))[:5]
    assert column.missing == Counter(cell for cell in filled if cell == "n/a")


def test_a_column_is_kept_as_json_and_read_back():
    column = profiled(["1", "2", "x", " ", "n/a"] + ["3"] * 10)

    assert column.as_json() == {
        "name": "x", "rows": 15, "empty": 1, "longest": 3, "repeats": 9, "type": "integer", "format": "",
        "also": ["decimal .", "decimal ,"], "fails": 1, "fail_examples": ["x"], "missing": {"n/a": 1},
        "examples": ["1", "2", "x", "n/a", "3"], "values": {"3": 10, "1": 1, "2": 1, "x": 1, "n/a": 1},
        "is_long": False, "partly": "", "partly_not": 0,
        "characters": 0,
        "two_ways": [], "unclear": 0, "unclear_examples": [], "blank_ends": True,
    }  # fmt: skip
    assert Column.of(column.as_json()) == column


@pytest.mark.parametrize(
    ("repeats", "empty", "rows", "is_unique"),
    [(0, 0, 2, True), (0, 0, 1, True), (1, 0, 2, False), (0, 1, 2, False), (0, 0, 0, False), (None, 0, 2, False)],
)
def test_a_column_is_unique_where_every_row_has_another_value(repeats, empty, rows, is_unique):
    assert Column("x", rows=rows, empty=empty, repeats=repeats).is_unique is is_unique


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        (["", " "], ("empty", "", [], 0)),
        (["n/a", "NULL", "-", "—"], ("empty", "", [], 0)),
        (["a", "b"], ("text", "", [], 0)),
        (["1", "2"], ("integer", "", ["decimal .", "decimal ,"], 0)),
        (["1.5", "2"], ("decimal", ".", [], 0)),
        (["1,5", "2"], ("decimal", ",", [], 0)),
        (["2019-01-02", "2019-12-31"], ("date", "%Y-%m-%d", [], 0)),
        (["31/12/2019"], ("date", "%d/%m/%Y", [], 0)),
        (["01/02/2019"], ("date", "%d/%m/%Y", ["date %m/%d/%Y"], 0)),
        (["1"] * 9 + ["x"], ("integer", "", ["decimal .", "decimal ,"], 1)),
        (["1"] * 8 + ["x"], ("text", "", [], 0)),
    ],
)  # fmt: skip
def test_nine_of_ten_values_decide_the_type(cells, found):
    assert verdict(cells) == found


@pytest.mark.parametrize(
    ("cells", "partly", "others"),
    [(["1"] * 8 + ["x"], "integer", 1), (["2019-01-02", "2019-01-03", "x", "y"], "date", 2),
     (["1.5"] * 2 + ["x"], "decimal", 1),
     (["1"] * 2 + ["x", "y", "z"], "", 0), (["1", "1", "1", "1", "x", "y", "z", "u", "v"], "", 0), (["x"], "", 0)],
)  # fmt: skip
def test_half_of_the_values_make_a_text_partly_another_type(cells, partly, others):
    column = profiled(cells)

    assert (column.type, column.partly, column.partly_not) == ("text", partly, others)


def test_candidates_fit_half_of_the_first_fifty_values():
    """More different texts than numbers among them: then nothing but text is looked for."""
    first = [f"w{n}" for n in range(25)] + [str(n) for n in range(25)]

    assert profiled([*first, *map(str, range(25, 1000))]).type == "integer"
    assert profiled(["v", *first[:-1], *map(str, range(25, 1000))]).type == "text"


def test_a_value_counts_as_often_as_it_stands_there(few):
    assert profiled(["1"] * 18 + ["x", "y"]).as_json() | {"values": None} == {
        "name": "x", "rows": 20, "empty": 0, "longest": 1, "repeats": 17, "type": "integer", "format": "",
        "also": ["decimal .", "decimal ,"], "fails": 2, "fail_examples": ["x", "y"], "missing": {},
        "examples": ["1", "x", "y"], "values": None, "is_long": False, "partly": "", "partly_not": 0,
        "characters": 0,
        "two_ways": [], "unclear": 0, "unclear_examples": [], "blank_ends": False,
    }  # fmt: skip
    days = [f"2019-01-{day:02}" for day in range(1, 32)]
    assert profiled([*days, "soon", "in a year"]).type == "date"


def test_five_values_that_do_not_fit_are_shown_and_cut():
    column = profiled([str(n) for n in range(44)] + ["1"] * 20 + [f"{n} " + "x" * 99 for n in range(6)])

    assert column.fails == 6
    assert column.fail_examples == [f"{n} " + "x" * 98 for n in range(5)]
    assert column.missing == {}


@pytest.mark.parametrize(("count", "is_kept"), [(200, True), (201, False)])
def test_values_are_listed_where_there_are_few(count, is_kept):
    column = profiled([f"w{n}" for n in range(count)])

    assert (column.values is not None) is is_kept
    assert column.repeats == 0


def test_values_and_examples_are_cut():
    column = profiled(["x" * 300, "y"])

    assert column.values == {"x" * 200: 1, "y": 1}
    assert column.examples == ["x" * 100, "y"]
    assert column.longest == 300


def test_words_for_nothing_are_told_from_others_of_their_shape(few):
    column = profiled(["Anna", "Paul", "none", "Mary"], ["Null", "John", "none"], ["none", "Eva"])

    assert column.missing == {"none": 3, "Null": 1}
    assert (column.type, column.rows, column.repeats) == ("text", 9, 2)
    assert profiled(["none", "null", "Nil", "nan"]).type == "empty"


def test_many_values_are_known_by_their_shapes(monkeypatch):
    monkeypatch.setattr(profile, "MANY", 4)
    column = profiled(["12", "34", "56", "78", "13"], ["", "90", "1 2", "AB", "cd", "n/a", "99"], [" 55 "] * 20)

    assert column.as_json() == {
        "name": "x", "rows": 32, "empty": 1, "longest": 4, "repeats": 19, "type": "integer", "format": "",
        "also": ["decimal .", "decimal ,"], "fails": 3, "fail_examples": ["1 2", "AB"], "missing": {"n/a": 1},
        "examples": ["12", "34", "56", "78", "13"], "values": None, "is_long": False, "partly": "", "partly_not": 0,
        "characters": 0,
        "two_ways": [], "unclear": 0, "unclear_examples": [], "blank_ends": True,
    }  # fmt: skip


def test_repeats_are_counted_while_nine_of_ten_values_are_new(few):
    assert profiled(["a", "b", "c", "d"], ["a", "a", "e"]).repeats == 2
    assert profiled([*"abcdefghi", "a"], ["a", "j"]).repeats == 2
    assert profiled([*"abcdefgh", "a"], ["a", "j"]).repeats is None
    assert profiled(["", "", "", *"abcd"], ["a", ""]).repeats == 1


def test_too_many_shapes_are_text(few):
    column = profiled(["1", "12", "123", "1234"], ["1"])

    assert (column.type, column.fails, column.missing) == ("text", 0, {})


def test_three_values_are_not_many(few):
    assert profiled(["1", "2", "3"]).values == {"1": 1, "2": 1, "3": 1}
    assert profiled(["1", "2", "3", "4"]).values is None


def test_long_texts_are_measured_as_they_stand():
    texts = [f"{n} " + "word " * 40 for n in range(51)]
    profiler = ColumnProfiler("narrative")
    profiler.add(["", *texts])
    profiler.add(["", "  ", "a lonely text ending i", texts[0]])

    column = profiler.finish(LATEST)
    assert (column.is_long, column.type, column.repeats, column.values) == (True, "text", None, None)
    assert (column.rows, column.empty, column.longest) == (56, 2, len(texts[-1]))
    assert column.examples == [text.strip() for text in texts[:30]]
    lengths = Counter(len(text.strip()) for text in texts) + Counter([0, 2, 22, len(texts[0])])
    assert profiler.traces.lengths == lengths


def test_examples_of_long_texts_are_those_that_are_long_cut_to_500():
    texts = ["short", "y" * 100, *(f"{n} " + "x" * 600 for n in range(50))]

    assert profiled(texts).examples == [text[:500] for text in texts[2:32]]


@pytest.mark.parametrize(("longest", "count", "is_long"), [(101, 51, True), (100, 51, False), (101, 50, False)])
def test_a_column_is_long_where_its_values_are_and_are_many(longest, count, is_long):
    column = profiled([f"{n:03}" + "x" * (longest - 3) for n in range(count)])

    assert column.is_long is is_long


def test_a_column_of_short_values_with_one_long_one_is_not_long():
    column = profiled([*map(str, range(100)), "x" * 500])

    assert (column.is_long, column.values, column.repeats, column.type) == (False, None, 0, "integer")


def test_the_average_length_over_rows_decides_what_is_long():
    """Fifty-one texts of 101 characters, and one short word in as many rows or more."""
    texts = [f"{n:03}" + "x" * 98 for n in range(51)]

    assert profiled([*texts, "y"]).is_long is False
    assert profiled([text + "z" for text in texts]).is_long is True


def test_traces_of_many_short_values_say_which_letters_there_are(few):
    profiler = ColumnProfiler("key")
    profiler.add(["A1", "A2", "A3", "A4"])
    assert (profiler.traces.has_upper, profiler.traces.has_lower) == (True, False)
    assert profiler.traces.lengths == {}

    profiler.add(["b5", "", "c" * 30])
    assert (profiler.traces.has_upper, profiler.traces.has_lower) == (True, True)
    assert profiler.traces.lengths == {2: 1, 30: 1}
    assert profiler.finish(LATEST).repeats == 0
    assert profiler.traces.counts is None


def test_traces_of_few_values_are_the_values():
    profiler = ColumnProfiler("x")
    profiler.add(["a", "", "bb", "a", "This sentence is cut off in the middl e..."])
    profiler.finish(LATEST)

    assert profiler.traces.counts == {"a": 2, "bb": 1, "This sentence is cut off in the middl e...": 1}
    assert profiler.traces.lengths == {1: 1, 2: 1, 42: 1}
    assert profiler.traces.dotted == 1


def test_personal_data_is_found_in_columns_of_every_size(few):
    mails = [f"person{n}@mail.example" for n in range(9)]
    texts = [f"{n} please write to somebody{n}@mail.example, {'word ' * 30}" for n in range(60)]
    numbers = [str(n) for n in range(60)]
    whole = Profile(["few", "many", "long", "none"])
    whole.add(list(zip(mails[:1] * 60, (mails * 7)[:60], texts, numbers, strict=True)))
    whole.finish(LATEST)

    found = [(position, entry.column, entry.kind, entry.rows) for position, entry in whole.personal()]
    assert found == [(0, "few", "email", 60), (1, "many", "email", 60), (2, "long", "email", 60)]


def test_the_country_of_a_dataset_tells_which_numbers_to_look_for():
    numbers = ["11144477735", "52998224725", "12345678909"] * 3

    for country, kinds in (("BR", {"cpf"}), ("", set())):
        whole = Profile(["number"], country)
        whole.add([[number] for number in numbers])
        whole.finish(LATEST)
        found = {entry.kind for _, entry in whole.personal()}
        assert bool(found) is bool(kinds)


def test_a_profile_takes_rows_and_gives_columns():
    whole = Profile(["received", "closed", "n"])
    whole.add([["2019-01-02", "2019-01-01", "1"], ["2019-01-02", "", "2"]])
    whole.add([["1800-01-02", "2019-01-01", "x"]])

    columns = whole.finish(LATEST)

    assert [(column.name, column.rows, column.type) for column in columns] == [
        ("received", 3, "date"), ("closed", 3, "date"), ("n", 3, "text")]  # fmt: skip
    assert whole.rows == 3
    assert whole.order.suspects == {(0, 1)}
    assert whole.order.far == {0}
    assert [len(trace.counts or {}) for trace in whole.traces] == [2, 1, 3]
    with pytest.raises(ValueError, match="zip"):
        whole.add([["1", "2", "3"], ["1"]])
    with pytest.raises(ValueError, match="zip"):
        whole.add([["1"]])


def test_dates_up_to_a_year_ahead_are_near():
    today = datetime.now(UTC).date()
    order = Profile(["due"]).order

    assert order.earliest == "1900-01-01"
    assert order.latest in {(today + timedelta(days=days)).isoformat() for days in (365, 366)}


# Traces


def test_texts_are_counted_by_length_and_by_how_they_end():
    found = Traces()

    found.add_texts(["", "one", "two", "cut...", "three....", "cut b", "no a", "no 5", "no É", "no B", "x", "b", " b"])

    assert found.lengths == {0: 1, 3: 2, 6: 1, 9: 1, 5: 1, 4: 4, 1: 2, 2: 1}
    assert found.dotted == 2
    assert (found.cut, found.cut_examples) == (2, ["cut b", " b"])
    assert found.counts is None


def test_five_cut_texts_are_shown():
    found = Traces()
    found.add_texts([f"{n} b" for n in range(4)])
    found.add_texts([f"{n} b" for n in range(4, 7)])

    assert (found.cut, found.cut_examples) == (7, [f"{n} b" for n in range(5)])


def test_of_too_many_lengths_the_greatest_hundred_are_kept(monkeypatch):
    monkeypatch.setattr(traces, "_MANY_LENGTHS", 200)
    found = Traces()

    found.add_texts(["x" * n for n in range(200)])
    assert len(found.lengths) == 200
    found.add_texts(["x" * 200, "x" * 200])
    assert found.lengths == dict.fromkeys(range(101, 200), 1) | {200: 2}


@pytest.mark.parametrize(
    ("values", "letters"),
    [(["1", "2"], (False, False)), (["A", "1"], (True, False)), (["a"], (False, True)), (["aB"], (True, True))],
)
def test_values_have_capitals_or_small_letters(values, letters):
    found = Traces()
    found.add_values(values)
    assert (found.has_upper, found.has_lower) == letters
    found.add_values(["5"])
    assert (found.has_upper, found.has_lower) == letters


def test_letters_are_gathered_over_batches():
    for batches in (["a"], ["B"]), (["B"], ["a"]):
        found = Traces()
        for values in batches:
            found.add_values(values)
        assert (found.has_upper, found.has_lower) == (True, True)


def test_counted_values_are_traced_once_each_and_short_ones_are_never_cut():
    found = Traces()
    short, long = "x" * 27 + " b", "x" * 28 + " b"

    found.keep_counts({short: 5, long: 7, "dots...": 2, "": 1})

    assert found.counts == {short: 5, long: 7, "dots...": 2, "": 1}
    assert found.lengths == {29: 1, 30: 1, 7: 1, 0: 1}
    assert (found.dotted, found.cut, found.cut_examples) == (1, 1, [long])


def test_blanks_at_the_ends_of_cells_are_noticed_anywhere():
    rows = [[f"{n}", f"Word {n % 3}", f"Long text {n} " * 12 + "end", "same"] for n in range(9_000)]
    rows[8_999] = ["8999\ufeff", "Word\u3000", "Long text\u00a0", "same"]
    profile = Profile(["id", "word", "text", "bare"])
    for start in range(0, 9_000, 1_000):
        profile.add(rows[start : start + 1_000])

    assert [column.blank_ends for column in profile.finish(2026)] == [True, True, True, False]


@given(st.lists(st.text(st.sampled_from("aZ09é-\x1f ‘")), max_size=5))
def test_shapes_are_the_same_for_many_cells_at_once_and_for_each(cells):
    alike = {ord(sign): "9" if sign.isdigit() else "a" for sign in string.digits + string.ascii_letters}
    assert shapes(cells) == [cell.translate(alike) for cell in cells]


@pytest.mark.parametrize("word", ["None", "N/A", "-", "k.A.", "NULL", "—"])
def test_words_for_nothing_are_no_values_in_a_column_of_many_values(word):
    profiler = ColumnProfiler("number")
    profiler.add([f"{n}.5" for n in range(6_000)])
    profiler.add([word, "7.25", word])
    column = profiler.finish(2026)
    assert (column.type, column.missing, column.fails) == ("decimal", {word: 2}, 0)
