"""What is known of a column when all its values were read, and that they are read back as they were."""

import math
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.tables import Column, ColumnType, MissingKind, Table
from exports.unfit import Unfit
from exports.writers.spooled import Profile, ShortFile, Storage, is_exact, is_finite, spooled

REFUSED = MissingKind(".r", "Refused")


def profile(values, column=None):
    found = Profile(column or Column("a"))
    for row, value in enumerate(values, start=1):
        found.add(value, row)
    return found


@pytest.mark.parametrize(
    ("kind", "values", "storage"),
    [
        (ColumnType.WHOLE_NUMBER, [1, 2.5, Decimal("3"), None], Storage.NUMBER),
        (ColumnType.DECIMAL, [REFUSED, 1], Storage.NUMBER),
        (ColumnType.DECIMAL, [], Storage.NUMBER),
        (ColumnType.DECIMAL, [True], Storage.TEXT),
        (ColumnType.DECIMAL, [1, "many"], Storage.TEXT),
        (ColumnType.DECIMAL, [float("nan")], Storage.TEXT),
        (ColumnType.TRUTH, [True, None], Storage.TRUTH),
        (ColumnType.TRUTH, [1], Storage.TEXT),
        (ColumnType.DAY, [date(2024, 1, 1)], Storage.DAY),
        (ColumnType.DAY, [datetime(2024, 1, 1, tzinfo=UTC)], Storage.TEXT),
        (ColumnType.TIME, [datetime(2024, 1, 1, tzinfo=UTC)], Storage.TIME),
        (ColumnType.TIME, [date(2024, 1, 1)], Storage.TEXT),
        (ColumnType.TEXT, [1, 2], Storage.TEXT),
        (ColumnType.STRUCTURE, [[1]], Storage.TEXT),
    ],
)
def test_a_column_has_its_type_where_all_its_values_have_it(kind, values, storage):
    assert profile(values, Column("a", type=kind)).storage == storage


@pytest.mark.parametrize(
    ("labels", "values", "storage"),
    [
        ({"1": "Yes", "0": "No"}, ["1", "0", None, "", REFUSED], Storage.NUMBER),
        ({"-1": "None", "123456789": "Many", "": "-"}, ["42"], Storage.NUMBER),
        ({"1": "Yes"}, ["01"], Storage.TEXT),
        ({"1": "Yes"}, ["1 2"], Storage.TEXT),
        ({"1": "Yes"}, ["1234567890"], Storage.TEXT),
        ({"1": "Yes"}, [1], Storage.TEXT),
        ({"1": "Yes"}, [["1"]], Storage.TEXT),
        ({"1": "Yes", "01": "No"}, ["1"], Storage.TEXT),
        ({"1": "Yes", "x": "No"}, ["1"], Storage.TEXT),
        ({"": "Blank"}, ["1"], Storage.TEXT),
        ({}, ["1"], Storage.TEXT),
    ],
)
def test_codes_are_numbers_where_all_of_them_are_whole_numbers(labels, values, storage):
    assert profile(values, Column("a", labels=labels)).storage == storage


def test_lengths_are_in_bytes_with_the_row_of_the_longest():
    found = profile(["a", "éé", "abc", None, "\0", "x\0", REFUSED])
    assert (found.longest, found.longest_row, found.first_nul) == (4, 2, 5)
    assert profile([MissingKind(".longest", "")]).longest == 8
    assert profile([True]).longest == 4
    assert profile([Decimal("12.50")]).longest == 5
    assert profile([[1, "a"]]).longest == 7
    assert profile([date(2024, 1, 1)]).longest == 10


def test_numbers_are_measured():
    found = profile([-5, Decimal("12.50"), Decimal("1E+3"), 7.25, Decimal("0.001")])
    assert (found.low, found.high) == (-5.0, 1000.0)
    assert (found.whole_digits, found.decimals) == (4, 3)
    assert (found.is_whole, found.has_float, found.is_exact) == (False, True, True)
    assert profile([1, 20]).is_whole
    assert not profile([1, 20]).has_float
    assert profile([2.0]).is_whole
    assert not profile([2.5]).is_whole
    assert not profile([Decimal("1.5")]).is_whole
    assert profile([1, -(2**70)]).whole_digits == 22
    assert not profile([2**70, 1]).is_exact
    coded = profile(["3", "-7"], Column("a", labels={"3": "Three"}))
    assert (coded.low, coded.high) == (-7, 3)
    assert (profile([]).low, profile([]).high) == (math.inf, -math.inf)


def test_the_first_day_is_that_of_days_and_times():
    assert profile([date(2024, 1, 1), date(1500, 2, 3), date(2030, 1, 1)]).first_day == date(1500, 2, 3)
    assert profile([datetime(1500, 2, 3, tzinfo=UTC)]).first_day == date(1500, 2, 3)
    assert profile([]).first_day == date.max


def test_kinds_of_missing_are_declared_or_seen():
    other = MissingKind(".d", "Don't know")
    found = profile([other], Column("a", missing=[REFUSED]))
    assert found.kinds == {".r": REFUSED, ".d": other}
    assert found.seen == {".d"}


@pytest.mark.parametrize(
    ("value", "exact", "finite"),
    [
        (10**15 - 1, True, True),
        (123_456_789_012_345_678, False, True),
        (10**300, True, True),
        (10**400, False, False),
        (Decimal("0.123456789012345"), True, True),
        (Decimal("0.1234567890123456"), False, True),
        (Decimal("1e400"), False, False),
        (Decimal("Infinity"), False, False),
        (Decimal("sNaN"), False, False),
        (0.1, True, True),
        (float("inf"), False, False),
        (float("nan"), False, False),
        (0, True, True),
    ],
)
def test_whether_a_double_holds_a_number(value, exact, finite):
    assert (is_exact(value), is_finite(value)) == (exact, finite)


@given(st.one_of(st.integers(), st.decimals(allow_nan=False, allow_infinity=False)))
def test_a_number_that_is_exact_is_had_back_from_a_double(value):
    if is_exact(value):
        assert Decimal(f"{float(value):.15g}") == value


UNCHANGED = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"])), st.dates(), st.datetimes(timezones=st.just(UTC)),
    st.just(REFUSED),
)  # fmt: skip


@given(st.lists(st.tuples(UNCHANGED, UNCHANGED), max_size=5))
def test_values_are_read_back_as_often_as_wanted(rows):
    with spooled(Table([Column("a"), Column("b")], iter(rows))) as spool:
        for _ in range(2):
            assert list(spool.rows()) == [list(row) for row in rows]
        assert spool.n == len(rows)
        assert spool.checked(len(rows)) == len(rows)
        with pytest.raises(ShortFile, match=f"{len(rows) + 1} rows were written of {len(rows)}"):
            spool.checked(len(rows) + 1)


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (Decimal("1.50"), Decimal("1.50")),
        (2**63, Decimal(2**63)),
        (-(2**63) - 1, Decimal(-(2**63) - 1)),
        (float("-inf"), "-inf"),
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        ({"a": [1, None]}, '{"a":[1,null]}'),
        ("2024-05", "2024-05"),
        ('{"m": ".r"}', '{"m": ".r"}'),
    ],
)
def test_other_values_are_read_back_as_numbers_or_text(value, read):
    with spooled(Table([Column("a")], iter([[value]]))) as spool:
        [[found]] = spool.rows()
    assert (found, type(found)) == (read, type(read))


def test_a_time_keeps_its_zone():
    value = datetime(2024, 1, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    with spooled(Table([Column("a")], iter([[value]]))) as spool:
        assert [row[0].isoformat() for row in spool.rows()] == ["2024-01-01T12:00:00+02:00"]


def test_half_of_a_surrogate_pair_is_refused_with_its_place():
    with (
        pytest.raises(Unfit, match="Column “b” contains a character in row 2 that is not valid text") as refused,
        spooled(Table([Column("a"), Column("b")], iter([["x", "y"], ["x", "a\udc00"]]))),
    ):
        pass
    assert refused.value.code == "not_text"


def test_a_row_of_another_length_is_an_error():
    with pytest.raises(ValueError, match="zip"), spooled(Table([Column("a")], iter([["x", "y"]]))):
        pass
