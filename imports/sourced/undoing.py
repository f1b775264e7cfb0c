"""Rows that are still as an import wrote them, and their undo (docs/adr/0034, 0036)."""

import json
from typing import Any

from django.db import connection
from django.db.models import Exists, JSONField, OuterRef, QuerySet, Subquery

from imports.models import PreviousVersion, SourcedRow
from imports.recipe import Counts

_MOST_SHOWN = 200


def _kept(import_id: int) -> QuerySet[PreviousVersion]:
    return PreviousVersion.objects.filter(import_run=import_id, record_id=OuterRef("pk"))


def created(dataset_id: int, import_id: int) -> QuerySet[SourcedRow]:
    """Rows that the import created."""
    rows = SourcedRow.objects.filter(dataset=dataset_id, import_id=import_id)
    return rows.exclude(Exists(_kept(import_id)))


def changed(dataset_id: int, import_id: int) -> QuerySet[SourcedRow]:
    """Rows that the import overwrote, with their earlier values as `before`."""
    rows = SourcedRow.objects.filter(dataset=dataset_id, import_id=import_id).filter(Exists(_kept(import_id)))
    return rows.annotate(before=Subquery(_kept(import_id).values("row__values"), output_field=JSONField()))


def reach(dataset_id: int, import_id: int) -> Counts:
    """How many rows are still as the import created and overwrote them."""
    return Counts(created(dataset_id, import_id).count(), changed(dataset_id, import_id).count())


def touched(dataset_id: int, import_id: int, *, overwritten: bool, most: int, after: int) -> list[SourcedRow]:
    """The next rows that it created, or overwrote."""
    rows = changed(dataset_id, import_id) if overwritten else created(dataset_id, import_id)
    return list(rows.filter(pk__gt=after).order_by("pk")[:most])


def changes_of(row: Any) -> tuple[tuple[str, str, str], ...]:
    """Each field of an overwritten row that differs, before and now, as text."""
    before = getattr(row, "before", None)
    if before is None:
        return ()
    names = dict.fromkeys([*before, *row.values])
    return tuple(
        (name, _shown(before.get(name)), _shown(row.values.get(name)))
        for name in names
        if before.get(name) != row.values.get(name)
    )


def _shown(value: object) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def restore(dataset_id: int, import_id: int) -> int:
    """Restore every column of overwritten rows except `updated_at`, and mark them to be applied again."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE imports_sourcedrow r SET key = old.key, "values" = old."values", import_id = old.import_id,
              source_record = old.source_record, source_line = old.source_line, content_hash = old.content_hash,
              is_due = true, updated_at = statement_timestamp()
            FROM (
              SELECT p.record_id, (jsonb_populate_record(NULL::imports_sourcedrow, p.row)).*
              FROM imports_previousversion p WHERE p.import_run_id = %(import)s
            ) old
            WHERE r.id = old.record_id AND r.import_id = %(import)s AND r.dataset_id = %(dataset)s
            """,
            {"import": import_id, "dataset": dataset_id},
        )
        return int(cursor.rowcount)
