"""How many rows a list has: exact up to 10,000, above that an estimate of PostgreSQL's planner, labelled as such."""

from dataclasses import asdict, dataclass

import orjson
from django.core.exceptions import EmptyResultSet, ValidationError
from django.db import connections
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

EXACT_UP_TO = 10_000
MODES = ("exact", "estimated", "none")


@dataclass(frozen=True)
class Count:
    value: int
    exact: bool

    def __str__(self) -> str:
        number = f"{self.value:,}"
        return number if self.exact else _("about %(number)s") % {"number": number}

    def as_json(self) -> dict[str, int | bool]:
        return asdict(self)


def count(queryset: QuerySet[Model], mode: str = "", *, carried: int | None = None) -> Count | None:
    """`mode` is exact, estimated, none, or empty for the default; `carried` is the estimate an earlier page made."""
    if mode not in ("", *MODES):
        message = _("Choose one of: %(choices)s.") % {"choices": ", ".join(MODES)}
        raise ValidationError({"count": ValidationError(message, code="invalid_choice")})
    if mode == "none":
        return None
    bare = queryset.order_by()
    if mode == "exact":
        return Count(bare.count(), exact=True)
    if carried is not None:
        return Count(carried, exact=False)
    if mode == "estimated":
        return Count(estimate(bare), exact=False)
    counted = bare[: EXACT_UP_TO + 1].count()
    if counted <= EXACT_UP_TO:
        return Count(counted, exact=True)
    return Count(max(estimate(bare), EXACT_UP_TO + 1), exact=False)


def estimate(queryset: QuerySet[Model]) -> int:
    """The planner's estimate, from its statistics; it plans the query without running it."""
    try:
        sql, params = queryset.values("pk").query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connections[queryset.db].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        plan = cursor.fetchone()[0]
    if isinstance(plan, str):
        plan = orjson.loads(plan)
    return int(plan[0]["Plan"]["Plan Rows"])
