"""Counts per value of the records a query string asks for, each facet ignoring its own filter.

Some columns are counted in one reading: rows are first grouped by all of them, which PostgreSQL does in parallel, and
the groups, far fewer, then by each. Answers are kept until a dataset changes. What takes too long is left, and says so.
"""

import hashlib
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made_with
from typing import Any, cast

import orjson
from django.conf.locale import LANG_INFO
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction
from django.db.models import CharField, F
from django.db.models.functions import Cast, ExtractYear
from psycopg2 import errors

from complaints.disclosure import protect
from complaints.filters import RecordFilter, own_parameters
from complaints.models import ComplaintRecord, Partition
from complaints.querysets import RecordQuerySet, Sight
from standards.countries import country_names

MOST_VALUES = 50
TIME_LIMIT_MS = 8_000
TOGETHER = 4
KEPT_SECONDS = 86_400

FEW_VALUES = (
    "dataset", "kind", "institution_kind", "country", "policy_sector", "language", "mandate", "admissibility", "stage",
    "status", "finding", "closure", "channel", "currency", "received_year", "closed_year",
)  # fmt: skip
MANY_VALUES = ("institution", "respondent", "category", "remedy")
FIELDS = (*FEW_VALUES, *MANY_VALUES)
YEARS = {"received_year": "received_on", "closed_year": "closed_on"}

Counts = dict[str, dict[int, int]]  # value -> dataset -> records


@dataclass(frozen=True)
class Facet:
    """The values of one field, most frequent first; `more` values are left out. Hidden counts are None."""

    field: str
    values: list[dict[str, Any]] = made_with(default_factory=list)
    total: int | None = 0
    more: int = 0
    timed_out: bool = False

    @property
    def is_suppressed(self) -> bool:
        return self.total is None or any(value["suppressed"] for value in self.values)


def facets(
    records: RecordQuerySet, params: Mapping[str, str], fields: Sequence[str], *, most: int = MOST_VALUES
) -> list[Facet]:
    """Facets of the records that the parameters ask for, out of those a person may see."""
    key = _kept_as(records.seen, params, fields, most)
    kept: list[Facet] | None = cache.get(key)
    if kept is not None:
        return kept
    found: dict[str, Facet] = {}
    end = time.monotonic() + TIME_LIMIT_MS / 1000
    for group in _groups(params, fields):
        counted = _count(_narrowed(records, params, group[0]), group, until=end)
        for name in group:
            found[name] = _facet(name, counted.get(name), records.seen, most)
    answer = [found[name] for name in fields]
    if not any(facet.timed_out for facet in answer):
        cache.set(key, answer, KEPT_SECONDS)
    return answer


def _kept_as(sight: Sight, params: Mapping[str, str], fields: Sequence[str], most: int) -> str:
    """A key that changes when the question, what the person may see, or a dataset does."""
    versions = dict(Partition.objects.filter(pk__in=list(sight.datasets)).values_list("pk", "version"))
    seen = [(d.id, d.is_readable, d.threshold, versions.get(d.id, 0)) for d in sight.datasets.values()]
    asked = sorted((name, value) for name, value in params.items() if name in RecordFilter.base_filters)
    text = orjson.dumps([seen, asked, list(fields), most])
    return f"complaints:facets:{hashlib.blake2b(text, digest_size=16).hexdigest()}"


def _groups(params: Mapping[str, str], fields: Sequence[str]) -> Iterable[list[str]]:
    """Fields that are counted together: few-valued ones without a filter of their own, some at once, since all of them
    would make nearly as many groups as there are rows; each other one alone."""
    together = [name for name in fields if name in FEW_VALUES and not own_parameters(name) & set(params)]
    yield from (together[start : start + TOGETHER] for start in range(0, len(together), TOGETHER))
    yield from ([name] for name in fields if name not in together)


def _narrowed(records: RecordQuerySet, params: Mapping[str, str], name: str) -> RecordQuerySet:
    others = {key: value for key, value in params.items() if key not in own_parameters(name)}
    return cast(RecordQuerySet, RecordFilter(others, queryset=records, only_given=True).qs)


def _count(records: RecordQuerySet, names: Sequence[str], *, until: float) -> dict[str, Counts | None]:
    """Field to its counts; None where it took too long."""
    left = int((until - time.monotonic()) * 1000)
    if left <= 0:
        return dict.fromkeys(names)
    is_inside = connection.in_atomic_block
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            statement, params = _statement(records, names)
            cursor.execute(f"SET LOCAL statement_timeout = {left:d}; {statement}", params)
            rows = cursor.fetchall()
            if is_inside:
                cursor.execute("SET LOCAL statement_timeout = 0")
    except EmptyResultSet:
        return {name: {} for name in names}
    except OperationalError as error:
        if isinstance(error.__cause__, errors.QueryCanceled):
            return dict.fromkeys(names)
        raise
    counts: dict[str, Counts | None] = {name: defaultdict(dict) for name in names}
    for which, dataset, value, number in rows:
        counts[names[which]][value][dataset] = int(number)  # type: ignore[index]
    return counts


def _statement(records: RecordQuerySet, names: Sequence[str]) -> tuple[str, Sequence[Any]]:
    """SQL that gives (position in names, dataset, value, count)."""
    columns = {f"facet_{position}": _column(name) for position, name in enumerate(names)}
    chosen = records.order_by().annotate(**columns).values("dataset_id", *columns)
    inner, params = chosen.query.sql_with_params()
    listed = ", ".join(columns)
    each = "\nUNION ALL\n".join(
        f"SELECT {position}, dataset_id, {column}, sum(number) FROM grouped GROUP BY dataset_id, {column}"  # noqa: S608
        for position, column in enumerate(columns)
    )
    grouped = f"SELECT dataset_id, {listed}, count(*) AS number FROM ({inner}) rows GROUP BY dataset_id, {listed}"  # noqa: S608 - SQL of Django and our own names
    return f"WITH grouped AS MATERIALIZED ({grouped})\n{each}", params


def _column(name: str) -> Any:
    if name in YEARS:
        return Cast(ExtractYear(YEARS[name]), CharField())
    if name == "dataset":
        return Cast(F("dataset_id"), CharField())
    return F(name)


def _facet(name: str, counts: Counts | None, sight: Sight, most: int) -> Facet:
    if counts is None:
        return Facet(name, total=None, timed_out=True)
    totals = {value: sum(parts.values()) for value, parts in counts.items()}
    thresholds = {value: max(sight.datasets[dataset].threshold for dataset in parts) for value, parts in counts.items()}
    shown = protect(totals, thresholds)
    ordered = sorted(
        shown.cells, key=lambda value: (shown.cells[value] is None, -(shown.cells[value] or 0), value or "")
    )
    if name in YEARS:
        ordered.sort(key=lambda value: value or "")
    values = [_value(name, value, shown.cells[value], sight) for value in ordered[:most]]
    return Facet(name, values, shown.total, more=max(0, len(ordered) - most))


def _value(name: str, value: str | None, count: int | None, sight: Sight) -> dict[str, Any]:
    known = value or ""
    if name == "dataset":
        dataset = sight.datasets[int(known)]
        known, label = dataset.slug, dataset.title
    else:
        labels = sight.sectors if name == "policy_sector" else LABELS.get(name, {})
        label = labels.get(known, known) if known else "Not stated"
    return {"value": known, "label": label, "count": count, "suppressed": count is None}


def _labels() -> dict[str, dict[str, str]]:
    fields = {f.name: f for f in ComplaintRecord._meta.concrete_fields}
    with_choices = [name for name in FEW_VALUES if name in fields and fields[name].choices]
    labels = {name: {str(v): str(label) for v, label in fields[name].flatchoices} for name in with_choices}
    languages = {code: str(info["name"]) for code, info in LANG_INFO.items() if "name" in info}
    return labels | {"country": country_names(), "language": languages}


LABELS = _labels()
