"""Complaint records in the change feed (docs/adr/0109).

A dataset has up to millions of records, so a cursor holds datasets and how far their changes were read. A dataset is
read whole, by id, when it is new to the copy; then its changes by the transaction that made them. A dataset that the
person may not see any more, that was emptied, or whose letters are withheld or opened since, is hidden as a whole, and
read again where it can be.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from datetime import datetime
from itertools import islice
from typing import TypeAlias, cast

from django.db import connection
from django.utils import timezone

from complaints.models import ComplaintRecord
from exports.changes import Entry, Person, State
from rest.horizon import Horizon

_PARTITIONS = """
    SELECT dataset_id, to_regclass("table")::oid::bigint FROM complaints_partition WHERE dataset_id = ANY(%s) ORDER BY 1
"""
# Both arms are read in the order of their index, so that a page costs what it shows. Deletions from before the copy had
# the dataset are not shown.
_CHANGES = """
    SELECT changed.number::text, id, dataset_id, at, change FROM (
      (SELECT changed_in AS number, id, dataset_id, updated_at AS at,
         CASE WHEN (created_in, id) > (%(below)s::xid8, %(id)s) THEN 'created' ELSE 'updated' END AS change
       FROM complaints_complaintrecord
       WHERE dataset_id = ANY(%(datasets)s) AND changed_in IS NOT NULL
         AND (changed_in, id) > (%(below)s::xid8, %(id)s) AND changed_in < %(horizon)s::xid8
       ORDER BY changed_in, id LIMIT %(most)s)
      UNION ALL
      (SELECT removed_in, record_id, removed.dataset_id, removed_at, 'deleted'
       FROM complaints_removedrecord removed
       JOIN unnest(%(datasets)s::bigint[], %(since)s::text[]) AS held (dataset_id, since)
         ON held.dataset_id = removed.dataset_id AND removed_in >= held.since::xid8
       WHERE (removed_in, record_id) > (%(below)s::xid8, %(id)s) AND removed_in < %(horizon)s::xid8
       ORDER BY removed_in, record_id LIMIT %(most)s)
    ) changed
    ORDER BY changed.number, id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Copied:
    """A dataset of the copy: the table and the access with which its records were read, and below which transaction
    none of its deletions is known to the copy."""

    dataset: int
    slug: str
    table: int
    is_readable: bool
    since: int


_Written: TypeAlias = tuple[int, str, int, bool, int]


@dataclass
class Reading:
    """How far the copy is: `below` and `id` of the last change, its datasets, and the last id of the one being read."""

    below: int
    id: int
    copied: dict[int, Copied]
    begun: Copied | None = None
    last_id: int = 0

    def as_state(self) -> State:
        begun = astuple(self.begun) if self.begun else None
        copied = [astuple(one) for one in self.copied.values()]
        return {"below": self.below, "id": self.id, "copied": copied, "begun": begun, "last": self.last_id}

    @classmethod
    def of(cls, state: State) -> "Reading":
        copied = [Copied(*values) for values in cast("list[_Written]", state["copied"])]
        begun = cast("_Written | None", state["begun"])
        return cls(
            cast(int, state["below"]), cast(int, state["id"]), {one.dataset: one for one in copied},
            Copied(*begun) if begun else None, cast(int, state["last"]),
        )  # fmt: skip


class RecordChanges:
    """Implements `exports.changes.Kind` for complaint records."""

    name = "complaint-record"

    def now(self, person: Person, at: Horizon) -> State:
        return Reading(at.below, 0, _readable_by(person, at)).as_state()

    def empty(self, at: Horizon) -> State:
        return Reading(at.below, 0, {}).as_state()

    def read(self, person: Person, state: State, at: Horizon, most: int) -> tuple[list[Entry], State]:
        reading, seen = Reading.of(state), _readable_by(person, at)
        entries = list(islice(self._hidden(reading, seen), most))
        begun = reading.begun.dataset if reading.begun else 0
        new = sorted((pk != begun, pk) for pk in seen.keys() - reading.copied.keys())
        for _is_later, pk in new:
            if len(entries) < most:
                entries += self._first_read(reading, seen[pk], most - len(entries))
        if len(entries) < most:
            entries += self._changed(reading, at, most - len(entries))
        return entries, reading.as_state()

    def _hidden(self, reading: Reading, seen: dict[int, Copied]) -> Iterator[Entry]:
        """Datasets of the copy that are gone or that have to be read again."""
        known = [*reading.copied.values(), *([reading.begun] if reading.begun else [])]
        for one in known:
            if not _is_same(one, seen.get(one.dataset)):
                reading.copied.pop(one.dataset, None)
                if reading.begun == one:
                    reading.begun, reading.last_id = None, 0
                yield Entry(self.name, None, "hidden", timezone.now(), one.slug)

    def _first_read(self, reading: Reading, dataset: Copied, most: int) -> list[Entry]:
        """The next records of a dataset that is new to the copy.

        Meanwhile the position among the changes stays: whatever changes behind this reading comes after it.
        """
        if reading.begun is None or reading.begun.dataset != dataset.dataset:
            reading.begun, reading.last_id = dataset, 0
        rows = _records_after(dataset.dataset, reading.last_id, most)
        if len(rows) < most:
            reading.copied[dataset.dataset] = reading.begun
            reading.begun, reading.last_id = None, 0
        else:
            reading.last_id = rows[-1][0]
        return [Entry(self.name, pk, "created", at, dataset.slug) for pk, at in rows]

    def _changed(self, reading: Reading, at: Horizon, most: int) -> list[Entry]:
        copied = reading.copied
        with connection.cursor() as cursor:
            cursor.execute(
                _CHANGES,
                {
                    "datasets": list(copied), "since": [str(one.since) for one in copied.values()], "id": reading.id,
                    "below": str(reading.below), "horizon": str(at.below), "most": most,
                },
            )  # fmt: skip
            rows = cursor.fetchall()
        reading.below, reading.id = (int(rows[-1][0]), rows[-1][1]) if len(rows) == most else (at.below, 0)
        return [Entry(self.name, pk, change, moment, copied[dataset].slug) for _in, pk, dataset, moment, change in rows]


def _readable_by(person: Person, at: Horizon) -> dict[int, Copied]:
    """The datasets with records that the person may see now, as they would be read now."""
    datasets = ComplaintRecord.objects.visible_to(person).scope.datasets
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS, [list(datasets)])
        tables = dict(cursor.fetchall())
    return {
        pk: Copied(pk, datasets[pk].slug, table, datasets[pk].is_readable, at.below)
        for pk, table in tables.items()
        if table is not None
    }


def _is_same(one: Copied, now: Copied | None) -> bool:
    return now is not None and replace(one, since=now.since) == now


def _records_after(dataset: int, last_id: int, most: int) -> list[tuple[int, datetime]]:
    rows = ComplaintRecord.objects.filter(dataset=dataset, pk__gt=last_id).order_by("pk")
    return list(rows.values_list("pk", "updated_at")[:most])
