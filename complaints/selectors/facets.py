"""Facets: counts per value of the records that match the filters, each facet without its own filter.

A facet without filters is added up from the counts that are stored for each dataset (`complaints.value_counts`). Of the
others several are counted in one statement: rows are first grouped by all columns, which PostgreSQL does in parallel,
and the groups, far fewer, then by each. Facets are cached until a dataset changes. A facet that takes too long is not
counted, which it reports.

Records that the person may see have exact counts, and are those of the list. A dataset of which they may see counts
only is counted if the filters name it, and as a value of the facet of datasets; its counts are protected
(exports.disclosure, docs/adr/0086).
"""

import contextlib
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_with
from typing import Any, TypeAlias, cast

import redis
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db.models import F
from django.db.models.expressions import Combinable

from complaints.filters import EXTRA, RecordFilter, counted_datasets_named, is_filter, parameters_of, too_narrow
from complaints.models import ComplaintRecord, Partition, ValueGroup
from complaints.querysets import AccessScope, DatasetAccess, RecordQuerySet, ValueGroupQuerySet
from complaints.selectors.counting import (
    CountedValue,
    carried,
    column_of,
    is_period,
    labeller,
    may_be_protected,
    weight_of,
)
from complaints.selectors.remembered import CACHE_SECONDS, cache_key
from complaints.value_counts import CARRIED, FEW_VALUES, GROUPED, GROUPS, MANY_VALUES, Counts, stored
from exports.disclosure import is_protected, protect
from rest.counts import left
from rest.lists import is_given
from rest.matches import found_first, plan_of
from rest.time_limits import TookTooLong, rows_within

Counted: TypeAlias = RecordQuerySet | ValueGroupQuerySet
MOST_VALUES = 50
TIME_LIMIT_MS = 8_000
# Fields are counted together while their values have no more combinations than this.
MOST_COMBINATIONS = 20_000
_USUAL_VALUES = 11


@dataclass(frozen=True)
class Facet:
    """The values of one field, most frequent first; `more` values are left out. Suppressed counts are None.

    `rounded_to` is set where counts of protected datasets are included: they are multiples of this number.
    """

    field: str
    values: list[CountedValue] = made_with(default_factory=list)
    total: int | None = 0
    more: int = 0
    timed_out: bool = False
    rounded_to: int | None = None

    @property
    def is_suppressed(self) -> bool:
        return self.total is None or any(value["suppressed"] for value in self.values)


def facets(
    records: RecordQuerySet,
    params: Mapping[str, str],
    fields: Sequence[str],
    *,
    most: int = MOST_VALUES,
    start: int = 0,
    until: float | None = None,
) -> list[Facet]:
    """Facets of the records that match the parameters, out of those whose records or counts the person may see: `most`
    values of each from the place `start`. What is not counted at `until`, a moment of `time.monotonic()`, is left out.
    """
    part = slice(start, start + most)
    versions = dict(Partition.objects.filter(pk__in=list(records.scope.selectable)).values_list("pk", "version"))
    key = cache_key("facets", records.scope, params, versions, [*fields, part.start, part.stop])
    # Without the cache they are counted each time.
    with contextlib.suppress(redis.RedisError):
        cached: list[Facet] | None = cache.get(key)
        if cached is not None:
            return cached
    found: dict[str, Facet] = {}
    end = time.monotonic() + TIME_LIMIT_MS / 1000
    end = end if until is None else min(end, until)
    named = [] if too_narrow(params) else counted_datasets_named(params, records.scope)
    readable = {pk: version for pk, version in versions.items() if pk in records.scope.datasets}
    known = stored([*(name for name in fields if may_be_protected(name)), GROUPS], readable)
    groups = ValueGroup.objects.within(records.scope, readable) if known.pop(GROUPS, None) is not None else None
    for name in known.keys() & _unfiltered(params, fields, named, records.scope):
        found[name] = _facet(name, known[name], records.scope, (), part)
    others = [name for name in fields if name not in found]
    for group in _groups(params, others, records.scope, {name: len(counts) for name, counts in known.items()}):
        counted_only = _counted_only(group[0], params, named, records.scope)
        base: Counted = records
        if counted_only:
            ids = [*records.scope.datasets, *(dataset.id for dataset in counted_only)]
            base = ComplaintRecord.objects.within(records.scope, ids)
        elif groups is not None and _are_grouped(params, group):
            base = groups
        counts = _count(_filtered(base, params, group[0]), group, counted_only, until=end)
        for name in group:
            found[name] = _facet(name, counts.get(name), records.scope, counted_only, part)
    counted = [found[name] for name in fields]
    if not any(facet.timed_out for facet in counted):
        with contextlib.suppress(redis.RedisError):
            cache.set(key, counted, CACHE_SECONDS)
    return counted


def _counted_only(
    name: str, params: Mapping[str, str], named: Sequence[DatasetAccess], scope: AccessScope
) -> Sequence[DatasetAccess]:
    """The datasets that are in a facet with protected counts."""
    if not may_be_protected(name):
        return ()
    if name != "dataset":
        return named
    others = {key: value for key, value in params.items() if key not in parameters_of(name)}
    return () if too_narrow(others) else list(scope.counted.values())


def _unfiltered(
    params: Mapping[str, str], fields: Sequence[str], named: Sequence[DatasetAccess], scope: AccessScope
) -> set[str]:
    """Fields whose facet counts all records that the person may see, and no others."""
    given = {name for name in params if is_filter(name) and is_given(name, params[name])}
    return {name for name in fields if given <= parameters_of(name) and not _counted_only(name, params, named, scope)}


def _are_grouped(params: Mapping[str, str], fields: Sequence[str]) -> bool:
    """Whether the stored groups have all that these facets and their filters ask for."""
    kept = {*GROUPED, "dataset"}
    used = {name.partition("__")[0] for name in params if is_filter(name) and is_given(name, params[name])}
    return used <= kept and kept.issuperset(fields)


def _groups(
    params: Mapping[str, str], fields: Sequence[str], scope: AccessScope, sizes: Mapping[str, int]
) -> Iterable[list[str]]:
    """Fields that are counted in one statement: those with few values and without a filter, as long as all of them
    together do not make nearly as many groups as there are rows. Each other field is counted alone.

    sizes: how many values a field has, if known.
    """
    together = [name for name in fields if name in FEW_VALUES and not parameters_of(name) & set(params)]
    if scope.counted and "dataset" in together:
        together.remove("dataset")  # it counts datasets that the others do not
    group: list[str] = []
    combinations = 1
    for name in together:
        # Groups are of one dataset anyway.
        values = 1 if name == "dataset" else max(1, sizes.get(name, _USUAL_VALUES))
        if group and combinations * values > MOST_COMBINATIONS:
            yield group
            group, combinations = [], 1
        group.append(name)
        combinations *= values
    if group:
        yield group
    yield from ([name] for name in fields if name not in together)


def _filtered(rows: Counted, params: Mapping[str, str], name: str) -> Counted:
    others = {key: value for key, value in params.items() if key not in parameters_of(name)}
    chosen = cast(Counted, RecordFilter(others, queryset=rows, only_given=True).qs)
    if name.startswith(EXTRA):
        chosen = chosen.filter(dataset_id__in=rows.scope.readable)
    return found_first(chosen)


def _count(
    rows: Counted,
    names: Sequence[str],
    counted_only: Sequence[DatasetAccess],
    *,
    until: float,
) -> dict[str, Counts | None]:
    """Field to its counts (sums of weights in protected datasets); None where it took too long."""
    milliseconds = left(until)
    if not milliseconds:
        return dict.fromkeys(names)
    try:
        statement, params = _statement(rows, names, [d.id for d in counted_only if is_protected(d.threshold)])
        found = rows_within(milliseconds, statement, params, plan=plan_of(rows))
    except EmptyResultSet:
        return {name: {} for name in names}
    except TookTooLong:
        return dict.fromkeys(names)
    counts: dict[str, Counts | None] = {name: defaultdict(dict) for name in names}
    for which, dataset, value, number in found:
        counts[names[which]][value][dataset] = int(number)  # type: ignore[index]
    return counts


def _statement(rows: Counted, names: Sequence[str], weighed: Sequence[int]) -> tuple[str, Sequence[Any]]:
    """SQL that gives (position in names, dataset, value, count)."""
    columns = {f"facet_{position}": column_of(name) for position, name in enumerate(names)}
    measure: dict[str, Combinable] = {"weight": weight_of(weighed)} if weighed else {}
    if isinstance(rows, ValueGroupQuerySet):
        measure = {"weight": F("number")}
    chosen = rows.order_by().annotate(**columns, **measure).values("dataset_id", *columns, *measure)
    inner, params = chosen.query.sql_with_params()
    listed = ", ".join(columns)
    each = "\nUNION ALL\n".join(
        f"SELECT {position}, dataset_id, {column}, sum(number) FROM grouped GROUP BY dataset_id, {column}"  # noqa: S608
        for position, column in enumerate(columns)
    )
    number = "sum(weight)" if measure else "count(*)"
    grouped = f"SELECT dataset_id, {listed}, {number} AS number FROM ({inner}) rows GROUP BY dataset_id, {listed}"  # noqa: S608 - SQL of Django and our own names
    return f"WITH grouped AS MATERIALIZED ({grouped})\n{each}", params


def _facet(
    name: str, counts: Counts | None, scope: AccessScope, counted_only: Sequence[DatasetAccess], part: slice
) -> Facet:
    if counts is None:
        return Facet(name, total=None, timed_out=True)
    if name in CARRIED:
        counts = carried(name, counts, scope)
    protected = [dataset for dataset in counted_only if is_protected(dataset.threshold)]
    cells, total = _cells(counts, protected)
    if name in MANY_VALUES and protected:
        # These are values in the source: one that few records have would reveal their content.
        readable = {value for value, parts in counts.items() if parts.keys() - {dataset.id for dataset in protected}}
        cells = {value: count for value, count in cells.items() if count is not None or value in readable}
    ordered = sorted(cells, key=lambda value: (cells[value] is None, -(cells[value] or 0), value or ""))
    if is_period(name):
        ordered.sort(key=lambda value: value or "")
    shown, label = ordered[part], labeller(name, scope)
    values = [_value(*label(value), cells[value]) for value in shown]
    rounded_to = max((dataset.threshold for dataset in protected), default=None)
    return Facet(name, values, total, more=max(0, len(ordered) - (part.stop or 0)), rounded_to=rounded_to)


def _value(value: str, label: str, count: int | None) -> CountedValue:
    return {"value": value, "label": label, "count": count, "suppressed": count is None}


def _cells(counts: Counts, protected: Sequence[DatasetAccess]) -> tuple[dict[str | None, int | None], int | None]:
    """Counts of values and their total: exact ones of readable records plus protected ones; None where suppressed."""
    ids = {dataset.id for dataset in protected}
    cells: dict[str | None, int | None] = {
        value: sum(number for dataset, number in parts.items() if dataset not in ids)
        for value, parts in counts.items()
        if parts.keys() - ids
    }
    total: int | None = sum(count or 0 for count in cells.values())
    for dataset in protected:
        weighted = {value: parts[dataset.id] for value, parts in counts.items() if dataset.id in parts}
        shown = protect(weighted, dataset.threshold)
        total = _added(total, shown.total)
        for value, count in shown.cells.items():
            cells[value] = _added(cells.get(value, 0), count)
    return cells, total


def _added(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other
