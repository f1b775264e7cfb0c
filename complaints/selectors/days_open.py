"""Days from receipt to closing: median and quartiles by the product-limit estimate, open records censored.

Only records that the person may see are counted.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.core.exceptions import EmptyResultSet
from django.db.models import Case, CharField, F, IntegerField, Q, Value, When
from django.db.models.functions import Greatest

from complaints.filters import EXTRA, RecordFilter
from complaints.querysets import DaysBetween, RecordQuerySet
from complaints.selectors.counting import carried, column_of, is_period, labeller
from complaints.value_counts import CARRIED
from measures.complaints import DaysToClose, days_counted
from rest.matches import found_first, plan_of
from rest.time_limits import TookTooLong, rows_within

TIME_LIMIT_MS = 8_000
MOST_VALUES = 1_000
MOST_GROUPS = 500_000
# The last day of each band of a distribution; the last band has no end.
BANDS = (30, 90, 180, 365, 730)
CLOSED, OPEN, LEFT_OUT = "closed", "open", "left-out"


@dataclass(frozen=True)
class Durations:
    """The days of the records with one value of the field; of all records where there is no field."""

    value: str
    label: str
    days: DaysToClose


@dataclass(frozen=True)
class Distribution:
    """closed, open: number of records in each band of days, those that are open by the days that they have been so."""

    days: DaysToClose
    closed: Sequence[int]
    open: Sequence[int]


def durations(
    records: RecordQuerySet, params: Mapping[str, str], field: str, until: date
) -> tuple[list[Durations], int] | None:
    """The values with most records first, and how many are left out; None where it took too long.

    A record that is open on the day `until` counts with the days it has been open by then. Left out are records that
    were received later, records without a day of receipt, those that close before they begin, and those of which it is
    only known that they are closed.
    """
    rows = cast(RecordQuerySet, RecordFilter(params, queryset=records, only_given=True).qs)
    if field.startswith(EXTRA):
        rows = rows.filter(dataset_id__in=rows.scope.readable)
    found = _groups(rows, field, until)
    if found is None:
        return None
    if field in CARRIED:
        found = _of_terms(found, field, records)
    label = labeller(field, records.scope) if field else lambda _value: ("", "")
    ordered = sorted(found, key=lambda value: (-sum(sum(part.values()) for part in found[value].values()), value or ""))
    if field and is_period(field):
        ordered.sort(key=lambda value: value or "")
    shown = [Durations(*label(value), _days(found[value])) for value in ordered[:MOST_VALUES]]
    return shown, len(ordered) - len(shown)


def distribution(
    records: RecordQuerySet, params: Mapping[str, str], until: date, *, limit: int = TIME_LIMIT_MS
) -> Distribution | None:
    """The days of all records that match, as `durations` counts them; None where it took too long.

    limit: milliseconds that the database may count.
    """
    rows = cast(RecordQuerySet, RecordFilter(params, queryset=records, only_given=True).qs)
    found = _groups(rows, "", until, limit)
    if found is None:
        return None
    states = found.get(None, {})
    return Distribution(_days(states), *(_in_bands(states.get(state, {})) for state in (CLOSED, OPEN)))


def _in_bands(days: Mapping[int, int]) -> list[int]:
    bands = [0] * (len(BANDS) + 1)
    for day, number in days.items():
        bands[bisect_left(BANDS, day)] += number
    return bands


Groups = dict[str | None, dict[str, dict[int, int]]]


def _groups(rows: RecordQuerySet, field: str, until: date, limit: int = TIME_LIMIT_MS) -> Groups | None:
    """Value to state to days to number of records."""
    is_closed = Q(closed_on__lte=until)
    end = Case(When(is_closed, then=F("closed_on")), default=Value(until))
    columns = {
        "value_": column_of(field) if field else Value("", CharField()),
        "state_": Case(
            When(Q(received_on__isnull=True) | Q(received_on__gt=until), then=Value(LEFT_OUT)),
            When(is_closed, then=Value(CLOSED)),
            When(Q(closed_on__isnull=True, status="closed"), then=Value(LEFT_OUT)),
            default=Value(OPEN),
            output_field=CharField(),
        ),
        # A day before the receipt is -1, whichever.
        "days_": Greatest(DaysBetween(end, F("received_on")), Value(-1), output_field=IntegerField()),
    }
    chosen = found_first(rows).order_by().annotate(**columns).values(*columns)
    try:
        inner, values = chosen.query.sql_with_params()
        found = rows_within(
            limit,
            f"SELECT value_, state_, days_, count(*) FROM ({inner}) r GROUP BY 1, 2, 3 LIMIT {MOST_GROUPS + 1}",  # noqa: S608 - SQL of Django
            values,
            plan=plan_of(rows),
        )
    except EmptyResultSet:
        return {}
    except TookTooLong:
        return None
    groups: Groups = {}
    for value, state, days, number in found:
        is_left_out = state == LEFT_OUT or days is None or days < 0
        part = groups.setdefault(value or None, {}).setdefault(LEFT_OUT if is_left_out else state, defaultdict(int))
        part[0 if is_left_out else days] += number
    return None if len(found) > MOST_GROUPS else groups


def _of_terms(groups: Groups, field: str, records: RecordQuerySet) -> Groups:
    """Groups of datasets as those of the terms that these carry."""
    found: Groups = {}
    for value, states in groups.items():
        for key in carried(field, {value: {}}, records.scope):
            of_key = found.setdefault(key, {})
            for state, part in states.items():
                into = of_key.setdefault(state, defaultdict(int))
                for days, number in part.items():
                    into[days] += number
    return found


def _days(states: Mapping[str, Mapping[int, int]]) -> DaysToClose:
    return days_counted(
        closed=states.get(CLOSED, {}), censored=states.get(OPEN, {}), left_out=sum(states.get(LEFT_OUT, {}).values())
    )
