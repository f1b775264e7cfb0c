"""What an import wrote into the record table, what depends on it, and taking it back (docs/adr/0034)."""

import json
from typing import Any

from django.db import OperationalError, connection, transaction
from django.urls import reverse

from complaints import partitions
from complaints.models import ComplaintRecord
from complaints.selectors.waiting import joined_group
from imports.models import Import
from imports.recipe import Counts, Dependent, Touched

_WAIT = "2s"
_TRIES = 15
_MOST_SHOWN = 200
# Where a record came from is no field of it, nor are the words kept for its index.
_ASIDE = (
    "id", "dataset_id", "import_id", "source_record", "source_line", "content_hash", "updated_at", "search_vector",
)  # fmt: skip
_KEPT = "SELECT FROM imports_previousversion p WHERE p.import_run_id = %(import)s AND p.record_id = r.id"
_PARTS = ("complaints_issue", "complaints_recommendation")
_FOLLOW_UPS = "complaints_followup"
# Parts that name their record by text, in the singular and in the plural.
_NAMING = {
    "complaints_issue": ("issue", "issues"),
    "complaints_recommendation": ("recommendation", "recommendations"),
    _FOLLOW_UPS: ("follow-up", "follow-ups"),
}


def reach(dataset_id: int, import_id: int) -> Counts:
    """How many records stand as the import created, and as it overwrote them."""
    with connection.cursor() as cursor:
        if not partitions.is_attached(cursor, dataset_id):
            return Counts()
        cursor.execute(
            f"SELECT count(*) FROM {partitions.table_of(dataset_id)} r WHERE import_id = %(import)s", _of(import_id)
        )
        standing = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM imports_previousversion WHERE import_run_id = %(import)s", _of(import_id))
        overwritten = cursor.fetchone()[0]
    return Counts(created=max(0, standing - overwritten), updated=overwritten)


def touched(dataset_id: int, import_id: int, *, overwritten: bool, most: int, after: int) -> list[Touched]:
    """The next records it created, or overwrote: those with each field that differs, before and after."""
    with connection.cursor() as cursor:
        if not partitions.is_attached(cursor, dataset_id):
            return []
        table = partitions.table_of(dataset_id)
        if overwritten:
            cursor.execute(
                f"SELECT r.id, r.reference, p.row, to_jsonb(r) FROM {table} r JOIN imports_previousversion p"
                " ON p.record_id = r.id AND r.import_id = p.import_run_id WHERE p.import_run_id = %(import)s"
                " AND r.id > %(after)s ORDER BY r.id LIMIT %(most)s",
                _of(import_id, most=most, after=after),
            )
        else:
            cursor.execute(
                f"SELECT id, reference, NULL, NULL FROM {table} r WHERE import_id = %(import)s"
                f" AND id > %(after)s AND NOT EXISTS ({_KEPT}) ORDER BY id LIMIT %(most)s",
                _of(import_id, most=most, after=after),
            )
        return [
            Touched(pk, reference, (ComplaintRecord._meta.label_lower, str(pk)), _changes(before, now))
            for pk, reference, before, now in cursor.fetchall()
        ]


def _changes(before: Any, after: Any) -> tuple[tuple[str, str, str], ...]:
    """Each field that differs, as text."""
    if before is None:
        return ()
    old, new = (json.loads(row) if isinstance(row, str) else row for row in (before, after))
    return tuple(
        (name, _shown(old.get(name)), _shown(new.get(name)))
        for name in new
        if name not in _ASIDE and old.get(name) != new.get(name)
    )


def _shown(value: Any) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def created_references(dataset_id: int, import_id: int, among: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        if not partitions.is_attached(cursor, dataset_id):
            return []
        cursor.execute(
            f"SELECT reference FROM {partitions.table_of(dataset_id)} r WHERE reference = ANY(%(among)s)"
            f" AND import_id = %(import)s AND NOT EXISTS ({_KEPT})",
            _of(import_id, among=among),
        )
        return [row[0] for row in cursor.fetchall()]


def dependents(dataset_id: int, import_id: int) -> list[Dependent]:
    """Texts frozen for coding after the import wrote them; issues and recommendations noted on records it created."""
    with connection.cursor() as cursor:
        if not partitions.is_attached(cursor, dataset_id):
            return []
        table = partitions.table_of(dataset_id)
        cursor.execute(
            f"SELECT count(*), min(r.reference) FROM complaints_recordunit d JOIN {table} r ON r.id = d.record_id"
            " JOIN coding_textunit u ON u.id = d.unit_id WHERE d.dataset_id = %(dataset)s"
            f" AND r.import_id = %(import)s AND (u.frozen_at >= r.updated_at OR NOT EXISTS ({_KEPT}))",
            _of(import_id, dataset=dataset_id),
        )
        coded, reference = cursor.fetchone()
        noted = sum(_noted(cursor, part, table, dataset_id, import_id) for part in _PARTS)
        found = [one for part in _NAMING for one in _said_later(cursor, part, table, dataset_id, import_id)]
    if coded:
        sentence = f"{coded:,} of its records were sent to coding, such as “{reference}”; codings rest on their text."
        found.append(Dependent("coded", sentence, coded))
    if noted:
        sentence = f"{noted:,} issues or recommendations were noted on records that it created."
        found.append(Dependent("noted", sentence, noted))
    return found


def _noted(cursor: Any, part: str, table: str, dataset_id: int, import_id: int) -> int:
    cursor.execute(
        f"SELECT count(*) FROM {part} d JOIN {table} r ON r.id = d.record_id WHERE d.dataset_id = %(dataset)s"
        f" AND r.import_id = %(import)s AND NOT EXISTS ({_KEPT})",
        _of(import_id, dataset=dataset_id),
    )
    return int(cursor.fetchone()[0])


def _said_later(cursor: Any, part: str, table: str, dataset_id: int, import_id: int) -> list[Dependent]:
    """Parts that later imports loaded about records that this one created, by import."""
    ways = [
        "r.reference = d.record_reference AND d.dataset_id IN"
        " (SELECT id FROM imports_dataset WHERE joined_with_id = %(dataset)s)",
        "r.case_reference = d.case_reference AND r.case_reference <> '' AND d.dataset_id = ANY(%(group)s)",
    ]
    if part == _FOLLOW_UPS:
        ways.append(
            "r.reference = d.recommendation_reference AND r.kind = 'recommendation' AND d.dataset_id = ANY(%(group)s)"
        )
    said = " UNION ".join(
        f"SELECT w.import_id, d.id, r.reference FROM {part} d JOIN imports_sourcedrow w ON w.id = d.row_id"
        f" JOIN {table} r ON {way} WHERE r.import_id = %(import)s AND w.import_id > %(import)s AND NOT EXISTS ({_KEPT})"
        for way in ways
    )
    cursor.execute(
        f"SELECT import_id, count(DISTINCT id), min(reference) FROM ({said}) said GROUP BY 1 ORDER BY 1",
        _of(import_id, dataset=dataset_id, group=joined_group(dataset_id)),
    )
    return [_later(part, *row) for row in cursor.fetchall()]


def dependents_of_recommendations(dataset_id: int, import_id: int) -> list[Dependent]:
    """Follow-ups that later imports loaded about recommendations that this one brought."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.import_id, count(DISTINCT d.id), min(a.reference) FROM complaints_recommendation a"
            " JOIN imports_sourcedrow own ON own.id = a.row_id"
            " JOIN complaints_followup d ON d.recommendation_reference = a.reference"
            " JOIN imports_sourcedrow w ON w.id = d.row_id"
            " WHERE a.dataset_id = %(dataset)s AND own.import_id = %(import)s AND d.dataset_id = ANY(%(group)s)"
            " AND w.import_id > %(import)s GROUP BY 1 ORDER BY 1",
            _of(import_id, dataset=dataset_id, group=joined_group(dataset_id)),
        )
        return [_later(_FOLLOW_UPS, *row) for row in cursor.fetchall()]


def _later(part: str, import_id: int, count: int, reference: str) -> Dependent:
    run = Import.objects.select_related("dataset").get(pk=import_id)
    one, many = _NAMING[part]
    sentence = (
        f"Import {run.pk} ({run.file_name}, into {run.dataset}) later brought {count:,} {one if count == 1 else many} "
        f"about what it created, such as “{reference}”. Undo that import first."
    )
    return Dependent("said_later", sentence, count, reverse("import-detail", args=[run.pk]))


def undo(dataset_id: int, import_id: int) -> Counts:
    """Restore every column as it was but `updated_at`, so that who asks for changes hears of it, and the words for the
    index, which are computed from the texts again. A dataset of which nothing else stands loses its partition."""
    with connection.cursor() as cursor:
        if not partitions.is_attached(cursor, dataset_id):
            return Counts()
        table = partitions.table_of(dataset_id)
        cursor.execute(f"SELECT count(*), count(*) FILTER (WHERE import_id <> %(import)s) FROM {table}", _of(import_id))
        all_rows, others = cursor.fetchone()
        cursor.execute("SELECT EXISTS (SELECT FROM imports_previousversion WHERE import_run_id = %(import)s)",
                       _of(import_id))  # fmt: skip
        if not others and not cursor.fetchone()[0]:
            _drop(cursor, dataset_id)
            return Counts(created=all_rows)
        return _take_back(cursor, table, dataset_id, import_id)


def _take_back(cursor: Any, table: str, dataset_id: int, import_id: int) -> Counts:
    cursor.execute(f"DELETE FROM {table} r WHERE import_id = %(import)s AND NOT EXISTS ({_KEPT})", _of(import_id))
    deleted = cursor.rowcount
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' AND attname NOT IN ('id', 'dataset_id', 'updated_at') ORDER BY attnum",
        [table],
    )
    columns = [row[0] for row in cursor.fetchall()]
    changes = ", ".join(f"{name} = (old).{name}" for name in columns)
    cursor.execute(
        f"UPDATE {table} r SET {changes}, updated_at = statement_timestamp() FROM (SELECT record_id,"
        f" jsonb_populate_record(NULL::{table}, row) AS old FROM imports_previousversion"
        " WHERE import_run_id = %(import)s OFFSET 0) p WHERE r.id = p.record_id AND r.import_id = %(import)s",
        _of(import_id),
    )
    restored = cursor.rowcount
    partitions.settle(cursor, dataset_id, deleted + restored)
    return Counts(created=deleted, updated=restored)


def _drop(cursor: Any, dataset_id: int) -> None:
    """Detaching needs the whole record table for a moment. It waits in short turns, so that readers who come
    meanwhile do not queue behind it for long."""
    for attempt in range(1, _TRIES + 1):
        try:
            with transaction.atomic():
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_WAIT])
                partitions.detach(cursor, dataset_id)
                break
        except OperationalError:
            if attempt == _TRIES:
                raise
    cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    partitions.drop_standalone(cursor, dataset_id)


def _of(import_id: int, **others: Any) -> dict[str, Any]:
    return {"import": import_id, **others}
