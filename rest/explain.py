"""`explain=true`: what an address would answer, before anything is fetched: rows, bytes, route and cost (ADR 0144).

Rows are counted by the rule of `rest.counts`: an exact number, or one that is certainly exceeded. Bytes are estimated
from a few rows that are read, measured and not shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, TypeAlias

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from rest_framework.request import Request

from rest.answers import json_answer
from rest.counts import Count
from rest.fields import TruthField
from rest.limits import Budget
from rest.serializers import RowReader
from standards.json_values import JsonObject

PARAMETER = "explain"
# Of its own, so that what a list answers by its usual type is always a list (ADR 0149).
MEDIA_TYPE = "application/vnd.lipse.explanation+json"
ANSWER, PAGES, FILE, STREAM, JOB = ROUTES = ("answer", "pages", "file", "stream", "job")
SAMPLE = 100
Row: TypeAlias = dict[str, object]
# The size in bytes of a file or an answer with these rows.
Measure: TypeAlias = Callable[[Sequence[Row]], int]


def is_asked(params: Mapping[str, str]) -> bool:
    """Whether the query string asks for an explanation. ValidationError for another value than true or false."""
    try:
        return bool(TruthField(required=False).clean(params.get(PARAMETER, "")))
    except ValidationError as error:
        raise ValidationError({PARAMETER: error.error_list}) from error


def address_of(request: Request, *reserved: str) -> str:
    """The address that was asked for, with its parameters but this one and those of `reserved`."""
    params = request.query_params.copy()
    for name in (PARAMETER, *reserved):
        params.pop(name, None)
    address = request.build_absolute_uri(request.path)
    return f"{address}?{params.urlencode()}" if params else address


def sample_of(queryset: QuerySet[Model], reader: RowReader) -> list[Row]:
    """At most SAMPLE rows, the first and the last by their keys, because rows of one source are alike. They are to be
    measured only: nothing records that they were read."""
    found: dict[object, Row] = {}
    for order in ("pk", "-pk"):
        for *values, key in list(reader.tuples(queryset.order_by(order)[: SAMPLE // 2], ["pk"])):
            found[key] = reader.as_dict(tuple(values))
    return list(found.values())


@dataclass(frozen=True)
class Route:
    """How the rows are had. `status` is what the address itself answers without `explain`; `address` is where to go;
    `requests` at least that many; `exports` of those that one may have at the same time."""

    name: str
    address: str
    sentence: str
    requests: int = 1
    exports: int = 0
    status: int = 200
    counts_as: int = 0
    """As how many requests they count in the limits, where not as many as they are."""


def answer(
    request: Request, rows: Count, sample: Sequence[Row], measure: Measure, route: Route, *, budget: Budget | None
) -> HttpResponse:
    """The answer, without the rows."""
    shown: JsonObject = {
        "rows": rows.as_json(),
        "bytes": _bytes(rows, sample, measure),
        "route": {"name": route.name, "address": route.address, "status": route.status, "sentence": route.sentence},
        "cost": {
            "requests": route.requests,
            "counts_as": route.counts_as or route.requests,
            "exports": route.exports,
            "exports_at_once": settings.EXPORTS_AT_ONCE,
            "limit": budget.policy.requests if budget else None,
            "seconds": budget.policy.seconds if budget else None,
            "remaining": budget.remaining if budget else None,
            "resets_in": budget.resets_in if budget else None,
        },
    }  # fmt: skip
    return json_answer(request, shown, media_type=MEDIA_TYPE)


def _bytes(rows: Count, sample: Sequence[Row], measure: Measure) -> JsonObject:
    """What a file of no rows has, and for each row as much more as one of the sample has on average."""
    empty = measure([])
    value = empty + ceil((measure(sample) - empty) * rows.value / len(sample)) if sample else empty
    sentence = ngettext(
        "Estimated from the size of %(number)s row, before compression.",
        "Estimated from the average size of %(number)s rows, the first and the last, before compression.",
        len(sample),
    ) % {"number": len(sample)}
    if not rows.exact:
        more = _("It is that of %(rows)s rows; there are more.") % {"rows": f"{rows.value:,}"}
        sentence = f"{sentence} {more}"
    return {"value": value, "exact": False, "at_least": not rows.exact, "sample": len(sample), "sentence": sentence}


def route_of_list(rows: Count, address: str, *, page_size: int, most: int | None) -> Route:
    """One answer, or pages. most: the number of rows that are listed at most, where only some are."""
    number = rows.value if most is None else min(rows.value, most)
    requests = max(1, ceil(number / page_size))
    is_bound = not rows.exact and number == rows.value
    if requests == 1 and not is_bound:
        return Route(ANSWER, address, _("One answer has all rows."))
    message = _("Follow next: pages of %(size)s rows, %(requests)s requests.")
    if is_bound:
        message = _("Follow next: pages of %(size)s rows, more than %(requests)s requests.")
    sentence = message % {"size": page_size, "requests": f"{requests:,}"}
    return Route(PAGES, address, sentence, requests=requests)


def _integer(text: Any, *, can_be_null: bool = False) -> dict[str, Any]:
    return {"type": ["integer", "null"] if can_be_null else "integer", "description": text}


def _object(text: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "description": text, "required": list(properties), "properties": properties}


SCHEMA = _object(
    gettext_lazy("With `explain=true`: what the address would answer. Nothing is fetched."),
    rows=_object(
        gettext_lazy("How many rows match, of all pages."),
        value=_integer(gettext_lazy("Rows that match; if not `exact`, there are more than that.")),
        exact={"type": "boolean", "description": gettext_lazy("Whether all rows were counted.")},
    ),
    bytes=_object(
        gettext_lazy("How large they are."),
        value=_integer(gettext_lazy("Estimated bytes of all pages, or of the file.")),
        exact={"type": "boolean", "description": gettext_lazy("Always false: it is an estimate.")},
        at_least={"type": "boolean", "description": gettext_lazy("Whether there are more rows than were estimated.")},
        sample=_integer(gettext_lazy("Rows whose size was measured.")),
        sentence={"type": "string", "description": gettext_lazy("How it was estimated.")},
    ),
    route=_object(
        gettext_lazy("How the rows are had."),
        name={
            "enum": list(ROUTES),
            "description": gettext_lazy(
                "`answer`: one answer; `pages`: follow `next`; `file`: a file that is complete when it is sent; "
                "`stream`: a file that is sent while it is written; `job`: an export in the background."
            ),
        },
        address={"type": "string", "description": gettext_lazy("The address to send the request to.")},
        status=_integer(gettext_lazy("What this address answers without `explain`: 200, or 413 if it is too large.")),
        sentence={"type": "string", "description": gettext_lazy("What to do, in words.")},
    ),
    cost=_object(
        gettext_lazy("What it takes of your limits."),
        requests=_integer(gettext_lazy("Requests that it takes at least.")),
        counts_as=_integer(gettext_lazy("As how many requests they count in your limit.")),
        exports=_integer(gettext_lazy("Exports that it takes of those at the same time.")),
        exports_at_once=_integer(gettext_lazy("Exports that you can have at the same time.")),
        limit=_integer(gettext_lazy("Requests that you can send in `seconds`."), can_be_null=True),
        seconds=_integer(gettext_lazy("The time that `limit` is about."), can_be_null=True),
        remaining=_integer(gettext_lazy("Requests that remain now."), can_be_null=True),
        resets_in=_integer(gettext_lazy("Seconds until `remaining` is `limit` again."), can_be_null=True),
    ),
)
