"""The number of records of each value of a facet, stored for each dataset, so that facets of all its records need not
read them (ADR 0115).

They are counted after a dataset has changed, by a task, and belong to one version of it (`Partition.version`). Until
then, and for fields with more values than are stored, facets are counted from the records.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

from django.db import connection

from complaints import partitions
from complaints.models import Partition, ValueCounts
from rest.counted import PERIOD_FORMS

FEW_VALUES = (
    "dataset", "kind", "institution_kind", "country", "policy_sector", "language", "mandate", "admissibility", "stage",
    "status", "finding", "closure", "channel", "currency", "received_year", "closed_year",
)  # fmt: skip
MANY_VALUES = ("institution", "respondent", "category", "remedy")
FIELDS = (*FEW_VALUES, *MANY_VALUES)
YEARS = {"received_year": "received_on", "closed_year": "closed_on"}
# Shorter periods, and what the dataset of a record carries. They are counted from the records.
PERIODS = {
    "received_quarter": ("received_on", PERIOD_FORMS["quarter"]),
    "received_month": ("received_on", PERIOD_FORMS["month"]),
    "closed_quarter": ("closed_on", PERIOD_FORMS["quarter"]),
    "closed_month": ("closed_on", PERIOD_FORMS["month"]),
}
CARRIED = {"theme": "themes", "strand": "strands"}
COUNTED = (*FIELDS, *PERIODS, *CARRIED)
MOST_STORED = 5_000  # values of a field
# Fields whose values are also counted together, so that facets of records filtered by them need not read the records.
GROUPED = ("country", "finding", "status", "kind", "closure", "institution_kind")
GROUPS = "groups"
MOST_GROUPS = 10_000  # of a dataset
TOGETHER = 4

Counts: TypeAlias = dict[str | None, dict[int, int]]
"""Value to dataset to number of records. The value is None where a year is not recorded."""


def renew() -> int:
    """Count the values of the datasets that changed since; the number of these datasets."""
    stored = dict(ValueCounts.objects.filter(field="dataset").values_list("dataset_id", "version"))
    changed = [pk for pk, version in Partition.objects.values_list("pk", "version") if stored.get(pk) != version]
    for dataset_id in changed:
        _store_groups(dataset_id)
        for names in _batches(FIELDS):
            _store(dataset_id, names)
    return len(changed)


def _batches(names: Sequence[str]) -> Iterator[Sequence[str]]:
    """Fields that are counted in one pass over the records; `dataset` is last, and says that all are done."""
    others = [name for name in names if name != "dataset"]
    yield from ([*others[start : start + TOGETHER]] for start in range(0, len(others), TOGETHER))
    yield ["dataset"]


def _store(dataset_id: int, names: Sequence[str]) -> None:
    """One statement, so that the counts and the version are of the same state of the data."""
    columns = ", ".join(f"{_expression(name)} AS c{place}" for place, name in enumerate(names))
    grouped = ", ".join(f"c{place}" for place in range(len(names)))
    each = " UNION ALL ".join(
        f"SELECT '{name}' AS field, c{place} AS value, sum(number) AS number FROM grouped GROUP BY c{place}"
        for place, name in enumerate(names)
    )
    table = partitions.table_of(dataset_id)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH grouped AS MATERIALIZED (
              SELECT {grouped}, count(*) AS number FROM (SELECT {columns} FROM {table}) r GROUP BY {grouped}
            ), counted AS (
              SELECT field, CASE WHEN count(*) <= {MOST_STORED} THEN jsonb_agg(jsonb_build_array(value, number)) END
                AS counts FROM ({each}) e GROUP BY field
            )
            INSERT INTO complaints_valuecounts (dataset_id, field, version, counts)
            SELECT %(dataset)s, field, (SELECT version FROM complaints_partition WHERE dataset_id = %(dataset)s), counts
            FROM counted
            ON CONFLICT (dataset_id, field) DO UPDATE SET version = excluded.version, counts = excluded.counts
            """,
            {"dataset": dataset_id},
        )


def _store_groups(dataset_id: int) -> None:
    """Also one statement. Groups of the version before stay, for whoever has asked for that version by now."""
    columns = ", ".join(GROUPED)
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH now AS (SELECT version FROM complaints_partition WHERE dataset_id = %(dataset)s
            ), grouped AS MATERIALIZED (
              SELECT {columns}, count(*) AS number FROM {partitions.table_of(dataset_id)} GROUP BY {columns}
              LIMIT {MOST_GROUPS + 1}
            ), few AS (SELECT count(*) <= {MOST_GROUPS} AS are_few FROM grouped
            ), gone AS (
              DELETE FROM complaints_valuegroup WHERE dataset_id = %(dataset)s AND version < (
                SELECT version FROM complaints_valuecounts WHERE dataset_id = %(dataset)s AND field = '{GROUPS}')
            ), made AS (
              INSERT INTO complaints_valuegroup (dataset_id, version, {columns}, number)
              SELECT %(dataset)s, now.version, {columns}, number FROM grouped, few, now WHERE are_few
              ON CONFLICT DO NOTHING
            )
            INSERT INTO complaints_valuecounts (dataset_id, field, version, counts)
            SELECT %(dataset)s, '{GROUPS}', now.version, CASE WHEN are_few THEN '[]'::jsonb END FROM few, now
            ON CONFLICT (dataset_id, field) DO UPDATE SET version = excluded.version, counts = excluded.counts
            """,
            {"dataset": dataset_id},
        )


def _expression(name: str) -> str:
    if name in YEARS:
        return f"extract(year FROM {YEARS[name]})::varchar"
    return "dataset_id::varchar" if name == "dataset" else name


def stored(names: Collection[str], versions: Mapping[int, int]) -> dict[str, Counts]:
    """Field to its counts in the datasets of `versions` (dataset to version); without fields that are not stored for
    each of these versions."""
    found: dict[str, Counts] = {name: {} for name in names}
    complete = dict.fromkeys(names, 0)
    rows = ValueCounts.objects.filter(dataset_id__in=versions, field__in=names, counts__isnull=False)
    for dataset, name, version, counts in rows.values_list("dataset_id", "field", "version", "counts"):
        if version == versions[dataset]:
            complete[name] += 1
            for value, number in counts or ():
                found[name].setdefault(value, {})[dataset] = number
    return {name: counts for name, counts in found.items() if complete[name] == len(versions)}
