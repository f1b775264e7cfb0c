"""Cross-tables: how many records have each pair of values of two fields, with shares of a stated denominator.

All filters apply, also those of the two fields. Records that the person may see are counted exactly. A dataset of which
they may see counts only is counted where the filters name it: the pairs of values are then one table of
`exports.disclosure`, and no total of a row or column is shown beside it, for these are the facets' answers.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from django.core.exceptions import EmptyResultSet, ValidationError
from django.utils.translation import gettext as _

from complaints.filters import EXTRA, RecordFilter, counted_datasets_named, too_narrow
from complaints.models import ComplaintRecord
from complaints.querysets import DatasetAccess, RecordQuerySet
from complaints.selectors.counting import (
    carried,
    column_of,
    is_free_text,
    is_period,
    labeller,
    may_be_protected,
    weight_of,
)
from complaints.value_counts import CARRIED
from exports.crossed import CrossTable, Side
from exports.disclosure import is_protected, protect
from rest.matches import found_first, plan_of
from rest.time_limits import TookTooLong, rows_within

TIME_LIMIT_MS = 8_000
MOST_VALUES = 50
# Pairs that the database may answer with.
MOST_PAIRS = 200_000

Pair: TypeAlias = tuple[str | None, str | None]
PairCounts: TypeAlias = dict[Pair, dict[int, int]]


def check_can_be_crossed(first: str, second: str) -> None:
    """Raise ValidationError for fields whose pairs are too many, or are one field."""
    if first == second:
        message = _("Choose two different fields.")
        raise ValidationError({"field": ValidationError(message, code="two_fields")})
    if is_free_text(first) and is_free_text(second):
        message = _(
            "Two fields in the words of the sources have too many pairs of values. Choose another one for one, or "
            "export both columns and count their pairs yourself."
        )
        raise ValidationError({"field": ValidationError(message, code="two_free_texts")})


def cross_table(
    records: RecordQuerySet,
    params: Mapping[str, str],
    fields: tuple[str, str],
    *,
    most: int = MOST_VALUES,
    limit: int = TIME_LIMIT_MS,
) -> CrossTable:
    """The table of the records that match the parameters, with at most `most` rows and columns.

    limit: milliseconds that the database may count. Raises ValidationError where the two fields cannot be crossed.
    """
    check_can_be_crossed(*fields)
    protected = _protected(records, params, fields)
    counts = _count(records, params, fields, protected, limit)
    if counts is None:
        return CrossTable(Side(fields[0]), Side(fields[1]), total=None, timed_out=True)
    _, total = _cells(counts, fields, protected)
    # A record is in several values of what its dataset carries: totals of the other field count it once.
    by_row, by_column = (_carried(counts, place, fields[place], records) for place in (0, 1))
    cells, _ = _cells(_carried(by_row, 1, fields[1], records), fields, protected)
    rows, row_keys = _side(_cells(by_row, fields, protected)[0], fields[0], 0, records, most)
    columns, column_keys = _side(_cells(by_column, fields, protected)[0], fields[1], 1, records, most)
    absent = None if protected else 0
    shown = [[cells.get((row, column), absent) for column in column_keys] for row in row_keys]
    if protected:
        rows, columns = (replace(side, totals=[None] * len(side.totals)) for side in (rows, columns))
    return CrossTable(rows, columns, shown, total, max((dataset.threshold for dataset in protected), default=None))


def _protected(records: RecordQuerySet, params: Mapping[str, str], fields: Sequence[str]) -> list[DatasetAccess]:
    """The datasets with counts only that are in the table."""
    if too_narrow(params) or not all(may_be_protected(name) and name != "dataset" for name in fields):
        return []
    return counted_datasets_named(params, records.scope)


def _count(
    records: RecordQuerySet,
    params: Mapping[str, str],
    fields: Sequence[str],
    counted_only: Sequence[DatasetAccess],
    limit: int,
) -> PairCounts | None:
    """Pair of values to dataset to number of records, or sum of weights in a protected dataset; None if it took too
    long or there are too many pairs."""
    scope = records.scope
    ids = [*scope.datasets, *(dataset.id for dataset in counted_only)]
    base = ComplaintRecord.objects.within(scope, ids) if counted_only else records
    rows = RecordFilter(params, queryset=base, only_given=True).qs
    if any(name.startswith(EXTRA) for name in fields):
        rows = rows.filter(dataset_id__in=scope.readable)
    weighed = [dataset.id for dataset in counted_only if is_protected(dataset.threshold)]
    chosen = found_first(rows).order_by().annotate(one=column_of(fields[0]), other=column_of(fields[1]))
    names = ["dataset_id", "one", "other"]
    if weighed:
        chosen, names = chosen.annotate(weight=weight_of(weighed)), [*names, "weight"]
    try:
        inner, values = chosen.values(*names).query.sql_with_params()
        number = "sum(weight)" if weighed else "count(*)"
        statement = (
            f"SELECT one, other, dataset_id, {number} FROM ({inner}) r GROUP BY one, other, dataset_id"  # noqa: S608 - SQL of Django and our own names
            f" LIMIT {MOST_PAIRS + 1}"
        )
        found = rows_within(limit, statement, values, plan=plan_of(rows))
    except EmptyResultSet:
        return {}
    except TookTooLong:
        return None
    counts: PairCounts = defaultdict(dict)
    for one, other, dataset, number_of in found:
        # Not recorded: a key that an extra column lacks, and the empty text.
        parts = counts[one or None, other or None]
        parts[dataset] = parts.get(dataset, 0) + int(number_of)
    return None if len(found) > MOST_PAIRS else counts


def _carried(counts: PairCounts, place: int, name: str, records: RecordQuerySet) -> PairCounts:
    """The counts with datasets at this place of each pair as the terms that they carry, where the field is one."""
    if name not in CARRIED:
        return counts
    found: PairCounts = defaultdict(dict)
    for pair, parts in counts.items():
        for key, some in carried(name, {pair[place]: parts}, records.scope).items():
            new = (key, pair[1]) if place == 0 else (pair[0], key)
            for dataset, number in some.items():
                found[new][dataset] = found[new].get(dataset, 0) + number
    return found


def _cells(
    counts: PairCounts, fields: Sequence[str], counted_only: Sequence[DatasetAccess]
) -> tuple[dict[Pair, int | None], int | None]:
    """Exact counts of readable records plus protected ones; None where suppressed."""
    protected = [dataset for dataset in counted_only if is_protected(dataset.threshold)]
    ids = {dataset.id for dataset in protected}
    cells: dict[Pair, int | None] = {
        pair: sum(number for dataset, number in parts.items() if dataset not in ids)
        for pair, parts in counts.items()
        if parts.keys() - ids
    }
    readable = set(cells)
    total: int | None = sum(count or 0 for count in cells.values())
    for dataset in protected:
        weighted = {pair: parts[dataset.id] for pair, parts in counts.items() if dataset.id in parts}
        shown = protect(weighted, dataset.threshold)
        total = None if total is None or shown.total is None else total + shown.total
        for pair, count in shown.cells.items():
            before = cells.get(pair, 0)
            cells[pair] = None if before is None or count is None else before + count
    if protected and any(is_free_text(name) for name in fields):
        # These are values in the source: one that few records have would reveal their content.
        cells = {pair: count for pair, count in cells.items() if count is not None or pair in readable}
    return cells, total


def _side(
    cells: Mapping[Pair, int | None], name: str, place: int, records: RecordQuerySet, most: int
) -> tuple[Side, list[str | None]]:
    """The values of one field that are shown, and the same as they were counted."""
    totals: dict[str | None, int] = defaultdict(int)
    for pair, count in cells.items():
        totals[pair[place]] += count or 0
    ordered = sorted(totals, key=lambda value: (-totals[value], value or ""))
    if is_period(name):
        ordered.sort(key=lambda value: value or "")
    shown, label = ordered[:most], labeller(name, records.scope)
    values = [label(value) for value in shown]
    return Side(name, values, [totals[value] for value in shown], len(ordered) - len(shown)), shown
