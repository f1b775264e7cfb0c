"""Counts of the rows of a list as tables of files, and tables of two fields.

All are counts of rows that the person has access to, so that none is rounded or suppressed.
"""

from collections import Counter
from collections.abc import Mapping
from itertools import product

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from exports.crossed import CrossTable, Side
from exports.tables import Column, ColumnType, Table
from rest.counted import Field, Fields, values_of

ROWS = Column("rows", label=gettext_noop("Rows"), type=ColumnType.WHOLE_NUMBER)
COUNT_FILES = {
    "facets_export": gettext_noop("numbers of %(things)s by %(fields)s"),
    "cross_table_export": gettext_noop("numbers of %(things)s by %(fields)s"),
}
_NOTHING = ("",)
_CHUNK = 2_000


def described(field: Field, counts: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Value, label and number of rows, the most frequent first; periods in their order."""
    ordered = sorted(counts.items(), key=lambda one: (0 if field.is_period else -one[1], one[0]))
    return [(value, _label(field, value), number) for value, number in ordered]


def facet_table(name: str, field: Field, counts: Mapping[str, int], filters: Mapping[str, str]) -> Table:
    """Values of a field with their numbers of rows, most frequent first."""
    values = described(field, counts)
    labels = {value: label for value, label, _number in values}
    rows = ((value, number) for value, _words, number in values)
    return Table([Column(name, labels=labels), ROWS], rows, n=len(values), filter=filters)


def cross_table(rows: QuerySet[Model], fields: Fields) -> CrossTable:
    """How many of the rows have each pair of values of two fields; a row counts for each of its themes and strands, and
    once in each total. The empty value is that of rows without one."""
    (one, first), (other, second) = fields.items()
    pairs: Counter[tuple[str, str]] = Counter()
    by_row: Counter[str] = Counter()
    by_column: Counter[str] = Counter()
    total = 0
    for left, right in rows.order_by().values_list(first.column, second.column).iterator(chunk_size=_CHUNK):
        lefts, rights = values_of(left) or _NOTHING, values_of(right) or _NOTHING
        pairs.update(product(lefts, rights))
        by_row.update(lefts)
        by_column.update(rights)
        total += 1
    down, across = _side(one, first, by_row), _side(other, second, by_column)
    counts: list[list[int | None]] = [
        [pairs[row, column] for column, _words in across.values] for row, _words in down.values
    ]
    return CrossTable(down, across, counts, total)


def _side(name: str, field: Field, counts: Mapping[str, int]) -> Side:
    values = described(field, counts)
    return Side(name, [(value, label) for value, label, _rows in values], [number for _value, _words, number in values])


def _label(field: Field, value: str) -> str:
    return str(field.label(value)) if value else _("Not recorded")
