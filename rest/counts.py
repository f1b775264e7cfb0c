"""How many rows a list has: an exact number, or a number that is certainly exceeded. Never an estimate (ADR 0110)."""

import time
from contextlib import nullcontext
from dataclasses import asdict, dataclass

from django.core.exceptions import EmptyResultSet, ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from rest.matches import by_words, found_first, is_searched, plan_of
from rest.time_limits import TookTooLong, rows_within

EXACT_UP_TO = 10_000
BUDGET_MS = 500
# More than 10,000 matches of a search are counted where there is more time than this.
SEARCHED_MS = 1000
# `estimated` is the name that programs use for the quick count; it was an estimate before ADR 0110.
MODES = ("exact", "estimated", "none")


@dataclass(frozen=True)
class Count:
    """value: the number of rows; if not `exact`, there are more than that."""

    value: int
    exact: bool

    def __str__(self) -> str:
        number = f"{self.value:,}"
        return number if self.exact else _("more than %(number)s") % {"number": number}

    def as_json(self) -> dict[str, int | bool]:
        return asdict(self)


def count(queryset: QuerySet[Model], mode: str = "", *, budget_ms: int = 0) -> Count | None:
    """`mode` is exact, estimated, none, or empty for the default: exact up to 10,000 rows, and above that too if they
    can be counted within `budget_ms` milliseconds. `estimated` never counts further than 10,000."""
    if mode not in ("", *MODES):
        message = _("Choose one of: %(choices)s.") % {"choices": ", ".join(MODES)}
        raise ValidationError({"count": ValidationError(message, code="invalid_choice")})
    if mode == "none":
        return None
    known = _known(queryset)
    if known is None and mode == "exact":
        with by_words(queryset.db) if is_searched(queryset) else nullcontext():
            return Count(found_first(queryset).order_by().count(), exact=True)
    return count_of(queryset, budget_ms=0 if mode else budget_ms)


def count_of(queryset: QuerySet[Model], *, budget_ms: int = 0, at_most: int = 0) -> Count:
    """Exact up to 10,000 rows, and above that if they can be counted within the time. If they cannot, `at_most` is the
    number up to which counting is tried once more, within the same time."""
    known = _known(queryset)
    if known is not None:
        return Count(known, exact=True)
    # Without its annotations, so that an index alone can answer.
    keys = found_first(queryset).order_by().values("pk")
    with by_words(queryset.db) if is_searched(queryset) else nullcontext():
        counted = keys[: EXACT_UP_TO + 1].count()
    if counted <= EXACT_UP_TO:
        return Count(counted, exact=True)
    everything = _within(keys, budget_ms) if budget_ms else None
    if everything is not None:
        return Count(everything, exact=True)
    bounded = _within(keys[: at_most + 1], budget_ms) if budget_ms and at_most else None
    if bounded is None:
        return Count(EXACT_UP_TO, exact=False)
    return Count(min(bounded, at_most), exact=bounded <= at_most)


def count_until(queryset: QuerySet[Model], until: float) -> Count | None:
    """What can be counted until a moment of `time.monotonic()`: all rows, or whether they are more than 10,000; None
    where a search takes longer for that too. What is not done in time is done in vain, so that a search that finds so
    many is counted further only where there are seconds for it.
    """
    known = _known(queryset)
    if known is not None:
        return Count(known, exact=True)
    keys = found_first(queryset).order_by().values("pk")
    first = keys[: EXACT_UP_TO + 1]
    bounded = _within(first, left(until)) if is_searched(queryset) else first.count()
    if bounded is None or bounded <= EXACT_UP_TO:
        return None if bounded is None else Count(bounded, exact=True)
    is_tried = not is_searched(queryset) or left(until) > SEARCHED_MS
    everything = _within(keys, left(until)) if is_tried else None
    return Count(EXACT_UP_TO, exact=False) if everything is None else Count(everything, exact=True)


def left(until: float) -> int:
    """Milliseconds until a moment of `time.monotonic()`."""
    return max(0, int((until - time.monotonic()) * 1000))


def _known(queryset: QuerySet[Model]) -> int | None:
    """Of a list that stores how many rows it has."""
    return getattr(queryset, "known_count", None)


def _within(keys: QuerySet[Model, dict[str, object]], milliseconds: int) -> int | None:
    """The number of rows; None if counting them takes longer."""
    if not milliseconds:
        return None
    try:
        rows, params = keys.query.sql_with_params()
        statement = " ".join(["SELECT count(*) FROM (", rows, ") counted"])
        [(number,)] = rows_within(milliseconds, statement, params, using=keys.db, plan=plan_of(keys))
    except EmptyResultSet:
        return 0
    except TookTooLong:
        return None
    return int(number)
