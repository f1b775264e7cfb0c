"""What changed in a list of complaint records since its first page was read (docs/adr/0112).

A list has up to millions of records, so they are found by the index of the transaction that changed them. A first load
and the undoing of an import write no such number: they are known from the dataset, whose partition is written with
every change of its records.
"""

from collections.abc import Sequence
from typing import cast

from django.db import connection
from django.db.models import Model, QuerySet

from complaints.querysets import RecordQuerySet
from rest.keyset import Key
from rest.walks import MOST_NAMED, NOT_KNOWN, TOO_MANY, Changes, OnTables, Start, first_rows

# A dataset whose last record was removed has no partition.
_DATASETS = """
    SELECT d.id, p.dataset_id IS NULL FROM imports_dataset d LEFT JOIN complaints_partition p ON p.dataset_id = d.id
    WHERE d.id = ANY(%s) AND age(coalesce(p.xmin, d.xmin)) <= age(%s::xid)
"""


def changes_of_records(queryset: QuerySet[Model], keys: Sequence[Key], start: Start, named_by: str) -> Changes:
    """Implements `rest.walks.Comparison`. Records that were added do not move others, so they are told apart."""
    records = cast(RecordQuerySet, queryset)
    found = first_rows(changed_since(records, start.below), named_by, "is_new")
    if found is None:
        return NOT_KNOWN
    if len(found) > MOST_NAMED:
        return TOO_MANY
    rows = [key for key, _is_new in found]
    has_moved = any(not is_new for _key, is_new in found)
    return Changes(rows, has_moved, others=bool(rows) or _was_loaded(records, start))


def changed_since(records: RecordQuerySet, below: int) -> RecordQuerySet:
    """The records that transactions with numbers from `below` on wrote, and whether they are new, as `is_new`."""
    is_new = OnTables("pk", "coalesce({table}.created_in >= %s::xid8, false)", str(below))
    return records.filter(OnTables("pk", "{table}.changed_in >= %s::xid8", str(below))).annotate(is_new=is_new)


def _was_loaded(records: RecordQuerySet, start: Start) -> bool:
    """Whether records of a dataset of this list were loaded, changed or removed."""
    with connection.cursor() as cursor:
        cursor.execute(_DATASETS, [list(records.scope.datasets), str(max(3, start.below % 2**32))])
        changed = dict(cursor.fetchall())
    if not changed:
        return False
    # Empty now, or too slow to find out: certainly the dataset changed.
    return any(changed.values()) or first_rows(records.filter(dataset__in=list(changed)), "pk", most=1) != []
