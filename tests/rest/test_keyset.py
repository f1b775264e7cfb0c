"""Where a page of a list starts and ends, without a database: conditions are applied to rows in Python."""

import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.test.utils import isolate_apps
from hypothesis import given
from hypothesis import strategies as st

from rest.keyset import (
    Key,
    RowComparison,
    Segment,
    all_segments,
    fingerprint,
    keys_of,
    ordered,
    segments_after,
)

VALUES = st.none() | st.integers(0, 2)
SHAPES = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=0, max_size=3)


def holds(condition, row):
    """What PostgreSQL finds for a condition of this module: a comparison with NULL is not true."""
    if condition is None:
        return True
    if isinstance(condition, RowComparison):
        return _compared(condition, row)
    if isinstance(condition, tuple):
        path, value = condition
        if path.endswith("__isnull"):
            return (row[path.removesuffix("__isnull")] is None) is value
        return row[path] is not None and row[path] == value.value
    assert condition.connector == Q.AND
    assert not condition.negated
    return all(holds(child, row) for child in condition.children)


def _compared(comparison, row):
    parts = comparison.get_source_expressions()
    half = len(parts) // 2
    for column, value in zip(parts[:half], parts[half:], strict=True):
        here = row[column.name]
        if here is None:
            return False
        if here != value.value:
            return here < value.value if comparison.operator == "<" else here > value.value
    return False


def rank(row, keys):
    """The order of rows: the key decides where NULLs are, in both directions."""
    found = []
    for key in keys:
        value = row[key.path]
        null = (value is None) == key.nulls_last
        found.append((null, 0 if value is None else -value if key.descending else value))
    return found


def listed(segments, rows, keys):
    """The rows of each segment in their order, one segment after the other."""
    return [
        row
        for segment in segments
        for row in sorted(rows, key=lambda r: rank(r, keys))
        if holds(segment.condition, row)
    ]


@st.composite
def lists(draw):
    """Keys of which the last is a primary key, and rows."""
    shape = draw(SHAPES)
    keys = [Key(f"k{n}", descending, nullable) for n, (descending, nullable) in enumerate(shape)]
    keys.append(Key("id", draw(st.booleans()), nullable=False))
    if draw(st.booleans()):
        keys = [key.reversed() for key in keys]
    rows = [
        {"id": number} | {key.path: draw(VALUES if key.nullable else st.integers(0, 2)) for key in keys[:-1]}
        for number in range(draw(st.integers(1, 6)))
    ]
    return keys, sorted(rows, key=lambda row: rank(row, keys))


@given(lists())
def test_the_segments_after_a_row_are_the_rest_of_the_list_in_order(drawn):
    keys, rows = drawn
    for at, row in enumerate(rows):
        values = [row[key.path] for key in keys]
        assert listed(segments_after(keys, values), rows, keys) == rows[at + 1 :]
        assert listed(segments_after(keys, values, inclusive=True), rows, keys) == rows[at:]


@given(lists())
def test_reversed_keys_lead_back_to_the_start(drawn):
    keys, rows = drawn
    back = [key.reversed() for key in keys]
    for at, row in enumerate(rows):
        values = [row[key.path] for key in keys]
        assert listed(segments_after(back, values), rows, back) == rows[:at][::-1]


@given(lists())
def test_the_list_is_divided_where_nulls_begin_or_end(drawn):
    keys, rows = drawn
    segments = list(all_segments(keys))
    assert listed(segments, rows, keys) == rows
    assert [segment.pinned for segment in segments] == ([1, 1] if keys[0].nullable else [0])


@given(lists())
def test_pinned_keys_are_null_everywhere_in_a_segment_or_nowhere(drawn):
    keys, rows = drawn
    for row in rows:
        for segment in segments_after(keys, [row[key.path] for key in keys]):
            assert 0 < segment.pinned <= len(keys)
            for key in keys[: segment.pinned]:
                assert len({r[key.path] is None for r in rows if holds(segment.condition, r)}) <= 1


def test_one_range_serves_keys_that_go_the_same_way_and_hold_no_nulls():
    keys = [Key("a", True, nullable=False), Key("id", True, nullable=False)]
    (only,) = segments_after(keys, [1, 2])
    assert only.pinned == 1
    assert len(list(segments_after([keys[0], Key("id", False, nullable=False)], [1, 2]))) == 2


def test_the_row_itself_is_not_pinned():
    first, *_ = segments_after([Key("id", False, nullable=False)], [4], inclusive=True)
    assert (first.pinned, holds(first.condition, {"id": 4}), holds(first.condition, {"id": 5})) == (0, True, False)


def test_a_segment_pins_no_key_by_default():
    assert Segment(None).pinned == 0


class Recorded:
    """A queryset that only records its ordering."""

    def order_by(self, *orders):
        return [(o.expression.name, o.descending, o.nulls_first, o.nulls_last) for o in orders]


def test_only_keys_that_are_not_pinned_have_an_order_of_nulls():
    keys = [Key("a", True, nullable=True), Key("b", False, nullable=True), Key("id", True, nullable=False)]
    assert ordered(Recorded(), keys, 0) == [
        ("a", True, None, True), ("b", False, None, True), ("id", True, None, None)
    ]  # fmt: skip
    assert ordered(Recorded(), keys, 1)[0] == ("a", True, None, None)
    assert ordered(Recorded(), keys, 1)[1] == ("b", False, None, True)
    back = [key.reversed() for key in keys]
    assert ordered(Recorded(), back, 1)[:2] == [("a", False, None, None), ("b", True, True, None)]


@pytest.fixture
def book():
    with isolate_apps("rest"):

        class Shelf(models.Model):
            name = models.CharField(max_length=9)

            class Meta:
                app_label = "rest"

            def __str__(self):
                return self.name

        class Book(models.Model):
            title = models.IntegerField(null=True)
            pages = models.IntegerField()
            shelf = models.ForeignKey(Shelf, models.CASCADE, null=True)

            class Meta:
                app_label = "rest"

            def __str__(self):
                return str(self.pages)

        yield Book


ALLOWED = {
    "pages": "pages", "title": "title", "shelf": "shelf__name", "on": "shelf", "id": "id", "key": "pk", "twice": "twice"
}  # fmt: skip


def plain(keys):
    return [(key.path, key.descending, key.nullable, key.nulls_last) for key in keys]


def test_an_ordering_is_made_total_by_the_primary_key_in_the_last_direction(book):
    every = book.objects.all()
    assert plain(keys_of(every, "-pages, title", ALLOWED)) == [
        ("pages", True, False, True), ("title", False, True, True), ("id", False, False, True)
    ]  # fmt: skip
    assert plain(keys_of(every, "title,-pages", ALLOWED))[-1] == ("id", True, False, True)
    assert plain(keys_of(every, "", ALLOWED)) == [("id", False, False, True)]
    assert plain(keys_of(every, " , ", ALLOWED)) == [("id", False, False, True)]


@pytest.mark.parametrize(("ordering", "path"), [("-id", "id"), ("key", "pk")])
def test_the_primary_key_is_not_added_twice(book, ordering, path):
    keys = keys_of(book.objects.all(), ordering, ALLOWED)
    assert plain(keys) == [(path, ordering == "-id", False, True)]
    assert keys[0].field is book._meta.pk


def test_a_path_through_what_may_be_missing_may_be_null(book):
    (shelf, _) = keys_of(book.objects.all(), "shelf", ALLOWED)
    assert plain([shelf]) == [("shelf__name", False, True, True)]
    assert shelf.field.name == "name"
    (on, _) = keys_of(book.objects.all(), "on", ALLOWED)
    assert on.nullable
    assert on.field is book._meta.get_field("shelf").related_model._meta.pk


def test_what_is_computed_may_be_null_and_has_the_field_of_its_result(book):
    computed = book.objects.annotate(twice=models.ExpressionWrapper(F("pages") * 2, models.FloatField()))
    (twice, _) = keys_of(computed, "-twice", ALLOWED)
    assert plain([twice]) == [("twice", True, True, True)]
    assert isinstance(twice.field, models.FloatField)


@pytest.mark.parametrize("ordering", ["price", "pages,-pages", "pages,price", "id,pages,title,shelf,on", "--pages"])
def test_an_unknown_repeated_or_too_long_ordering_is_refused(book, ordering):
    with pytest.raises(ValidationError) as refused:
        keys_of(book.objects.all(), ordering, ALLOWED)
    (error,) = refused.value.error_dict["ordering"]
    assert error.code == "unknown_ordering"
    assert "4" in error.message
    assert "id, key, on, pages, shelf, title, twice" in error.message


def test_four_keys_are_taken(book):
    assert len(keys_of(book.objects.all(), "id,pages,title,shelf", ALLOWED)) == 4


def test_a_list_that_allows_a_column_it_lacks_is_a_fault_of_the_program(book):
    with pytest.raises(TypeError, match=r"^Book cannot be ordered by 'price'\.$"):
        keys_of(book.objects.all(), "price", {"price": "price"})


@pytest.mark.parametrize(("descending", "operator"), [(True, "<"), (False, ">")])
def test_rows_are_compared_as_one(book, descending, operator):
    keys = keys_of(book.objects.all(), "-pages" if descending else "pages", ALLOWED)
    sql, params = book.objects.filter(RowComparison(keys, [5, 7])).query.sql_with_params()
    assert sql.endswith(f'WHERE ("rest_book"."pages", "rest_book"."id") {operator} (%s, %s)')
    assert params == (5, 7)


def test_as_many_values_as_keys_are_compared():
    with pytest.raises(ValueError, match="shorter"):
        RowComparison([Key("a", False, nullable=False), Key("id", False, nullable=False)], [1])


def test_different_parts_have_different_fingerprints():
    assert fingerprint("a", "b") == hashlib.blake2b(b"a\0b", digest_size=9).hexdigest()
    assert fingerprint("ab") != fingerprint("a", "b")
