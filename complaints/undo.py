"""What an import wrote into the record table, what depends on it, and how it is undone (docs/adr/0034)."""

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias

from django.db import OperationalError, connection, transaction
from django.urls import reverse

from complaints import partitions
from complaints.indexing import fallback_vector
from complaints.models import ComplaintRecord
from complaints.selectors.pending_parts import linked_datasets
from imports.models import Import
from imports.recipe import Counts, Dependent, Touched
from standards.translation import gettext as _
from standards.translation import ngettext

Json: TypeAlias = str | Mapping[str, object]
"""A row as PostgreSQL writes it, or as the driver has decoded it."""
Parameter: TypeAlias = int | list[int] | list[str]
"""A value of a statement."""

_WAIT = "2s"
_TRIES = 15
_MOST_SHOWN = 200
# Columns that are not compared: provenance is not a field of a record, nor are its search vector and its transactions.
_NOT_COMPARED = (
    "id", "dataset_id", "import_id", "source_record", "source_line", "content_hash", "updated_at", "search_vector",
    "created_in", "changed_in",
)  # fmt: skip
_PREVIOUS = "SELECT FROM imports_previousversion p WHERE p.import_run_id = %(import)s AND p.record_id = r.id"
_PARTS = ("complaints_issue", "complaints_recommendation")
_FOLLOW_UPS = "complaints_followup"
# Parts that refer to their record by text: what a later import loaded of them.
_LOADED_LATER: Mapping[str, Callable[[int], str]] = {
    "complaints_issue": lambda count: ngettext("%(count)s issue", "%(count)s issues", count),
    "complaints_recommendation": lambda count: ngettext("%(count)s recommendation", "%(count)s recommendations", count),
    _FOLLOW_UPS: lambda count: ngettext("%(count)s follow-up", "%(count)s follow-ups", count),
}


def reach(dataset_id: int, import_id: int) -> Counts:
    """How many records are as the import created them, and as it updated them."""
    with connection.cursor() as cursor:
        if not partitions.is_attached(cursor, dataset_id):
            return Counts()
        cursor.execute(
            f"SELECT count(*) FROM {partitions.table_of(dataset_id)} r WHERE import_id = %(import)s", _of(import_id)
        )
        present = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM imports_previousversion WHERE import_run_id = %(import)s", _of(import_id))
        overwritten = cursor.fetchone()[0]
    return Counts(created=max(0, present - overwritten), updated=overwritten)


def touched(dataset_id: int, import_id: int, *, overwritten: bool, most: int, after: int) -> list[Touched]:
    """The next records that it created or updated; with updated ones each field that differs, before and after."""
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
                f" AND id > %(after)s AND NOT EXISTS ({_PREVIOUS}) ORDER BY id LIMIT %(most)s",
                _of(import_id, most=most, after=after),
            )
        return [
            Touched(pk, reference, (ComplaintRecord._meta.label_lower, str(pk)), _changes(before, now))
            for pk, reference, before, now in cursor.fetchall()
        ]


def _changes(
    before: str | Mapping[str, object] | None, after: str | Mapping[str, object]
) -> tuple[tuple[str, str, str], ...]:
    """Each field that differs, as text."""
    if before is None:
        return ()
    old, new = (json.loads(row) if isinstance(row, str) else row for row in (before, after))
    return tuple(
        (name, _shown(old.get(name)), _shown(new.get(name)))
        for name in new
        if name not in _NOT_COMPARED and old.get(name) != new.get(name)
    )


def _shown(value: object) -> str:
    text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"


def created_references(dataset_id: int, import_id: int, among: list[str]) -> list[str]:
    with connection.cursor() as cursor:
        if not partitions.is_attached(cursor, dataset_id):
            return []
        cursor.execute(
            f"SELECT reference FROM {partitions.table_of(dataset_id)} r WHERE reference = ANY(%(among)s)"
            f" AND import_id = %(import)s AND NOT EXISTS ({_PREVIOUS})",
            _of(import_id, among=among),
        )
        return [row[0] for row in cursor.fetchall()]


def dependents(dataset_id: int, import_id: int) -> list[Dependent]:
    """What prevents undo: units that were made of its records, and parts of the records that it created."""
    with connection.cursor() as cursor:
        if not partitions.is_attached(cursor, dataset_id):
            return []
        table = partitions.table_of(dataset_id)
        coded = _coded(cursor, table, dataset_id, import_id)
        stored = sum(_stored(cursor, part, table, dataset_id, import_id) for part in _PARTS)
        later = [one for part in _LOADED_LATER for one in _loaded_later(cursor, part, table, dataset_id, import_id)]
    found = [*later, *coded]
    if stored:
        sentence = ngettext(
            "%(number)s issue or recommendation was stored with a record that it created.",
            "%(number)s issues or recommendations were stored with records that it created.",
            stored,
        ) % {"number": f"{stored:,}"}
        found.append(Dependent("stored", sentence, stored))
    return found


def _coded(cursor: partitions.Cursor, table: str, dataset_id: int, import_id: int) -> list[Dependent]:
    """Its records that are in coding rounds, and those that have a unit and are in no round."""
    cursor.execute(
        "SELECT count(*) FILTER (WHERE used), min(reference) FILTER (WHERE used), count(*) FILTER (WHERE NOT used),"
        " min(reference) FILTER (WHERE NOT used) FROM (SELECT r.reference, bool_or("
        "EXISTS (SELECT FROM coding_roundunit x WHERE x.unit_id = u.id)"
        " OR EXISTS (SELECT FROM coding_alikeunit x WHERE x.unit_id = u.id)) AS used"
        f" FROM complaints_recordunit d JOIN {table} r ON r.id = d.record_id"
        " JOIN coding_textunit u ON u.id = d.unit_id WHERE d.dataset_id = %(dataset)s"
        f" AND r.import_id = %(import)s AND (u.frozen_at >= r.updated_at OR NOT EXISTS ({_PREVIOUS}))"
        " GROUP BY r.id, r.reference) sent",
        _of(import_id, dataset=dataset_id),
    )
    coded, example, unused, another = cursor.fetchone()
    found = []
    if coded:
        sentence = ngettext(
            "%(number)s of its records was sent to coding: “%(reference)s”. Codings depend on its text. A lead coder "
            "can remove it from a round that has not started.",
            "%(number)s of its records were sent to coding, such as “%(reference)s”. Codings depend on their text. A "
            "lead coder can remove them from a round that has not started.",
            coded,
        ) % {"number": f"{coded:,}", "reference": example}
        found.append(Dependent("coded", sentence, coded))
    if unused:
        sentence = ngettext(
            "%(number)s of its records was sent to coding and is in no round: “%(reference)s”. A lead coder can delete "
            "the unused unit.",
            "%(number)s of its records were sent to coding and are in no round, such as “%(reference)s”. A lead coder "
            "can delete the unused units.",
            unused,
        ) % {"number": f"{unused:,}", "reference": another}
        found.append(Dependent("unused_units", sentence, unused))
    return found


def _stored(cursor: partitions.Cursor, part: str, table: str, dataset_id: int, import_id: int) -> int:
    cursor.execute(
        f"SELECT count(*) FROM {part} d JOIN {table} r ON r.id = d.record_id WHERE d.dataset_id = %(dataset)s"
        f" AND r.import_id = %(import)s AND NOT EXISTS ({_PREVIOUS})",
        _of(import_id, dataset=dataset_id),
    )
    return int(cursor.fetchone()[0])


def _loaded_later(cursor: partitions.Cursor, part: str, table: str, dataset_id: int, import_id: int) -> list[Dependent]:
    """Parts of the records that this import created, loaded by later imports; one dependent for each import."""
    ways = [
        "r.reference = d.record_reference AND d.dataset_id IN"
        " (SELECT id FROM imports_dataset WHERE linked_with_id = %(dataset)s)",
        "r.case_reference = d.case_reference AND r.case_reference <> '' AND d.dataset_id = ANY(%(group)s)",
    ]
    if part == _FOLLOW_UPS:
        ways.append(
            "r.reference = d.recommendation_reference AND r.kind = 'recommendation' AND d.dataset_id = ANY(%(group)s)"
        )
    later = " UNION ".join(
        f"SELECT w.import_id, d.id, r.reference FROM {part} d JOIN imports_sourcedrow w ON w.id = d.row_id"
        f" JOIN {table} r ON {way} WHERE r.import_id = %(import)s AND w.import_id > %(import)s"
        f" AND NOT EXISTS ({_PREVIOUS})"
        for way in ways
    )
    cursor.execute(
        f"SELECT import_id, count(DISTINCT id), min(reference) FROM ({later}) later GROUP BY 1 ORDER BY 1",
        _of(import_id, dataset=dataset_id, group=linked_datasets(dataset_id)),
    )
    return [_later(part, *row) for row in cursor.fetchall()]


def dependents_of_recommendations(dataset_id: int, import_id: int) -> list[Dependent]:
    """Follow-ups of the recommendations that this import loaded, loaded by later imports."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT w.import_id, count(DISTINCT d.id), min(a.reference) FROM complaints_recommendation a"
            " JOIN imports_sourcedrow own ON own.id = a.row_id"
            " JOIN complaints_followup d ON d.recommendation_reference = a.reference"
            " JOIN imports_sourcedrow w ON w.id = d.row_id"
            " WHERE a.dataset_id = %(dataset)s AND own.import_id = %(import)s AND d.dataset_id = ANY(%(group)s)"
            " AND w.import_id > %(import)s GROUP BY 1 ORDER BY 1",
            _of(import_id, dataset=dataset_id, group=linked_datasets(dataset_id)),
        )
        return [_later(_FOLLOW_UPS, *row) for row in cursor.fetchall()]


def _later(part: str, import_id: int, count: int, reference: str) -> Dependent:
    run = Import.objects.select_related("dataset").get(pk=import_id)
    sentence = _(
        "Import %(import)s (%(file)s, into %(dataset)s) later loaded %(parts)s of what it created, such as "
        "“%(reference)s”. Undo that import first."
    ) % {
        "import": run.pk,
        "file": run.file_name,
        "dataset": run.dataset,
        "parts": _LOADED_LATER[part](count) % {"count": f"{count:,}"},
        "reference": reference,
    }
    return Dependent("loaded_later", sentence, count, reverse("import-detail", args=[run.pk]))


def undo(dataset_id: int, import_id: int) -> Counts:
    """Delete the records that the import created and restore those that it updated.

    `updated_at` is not restored, so that requests for changes (`updated_since`) find these records; the search vector
    is computed again from the texts. The partition of a dataset without any other record is dropped.
    """
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
        return _revert(cursor, table, dataset_id, import_id)


def _revert(cursor: partitions.Cursor, table: str, dataset_id: int, import_id: int) -> Counts:
    cursor.execute(f"DELETE FROM {table} r WHERE import_id = %(import)s AND NOT EXISTS ({_PREVIOUS})", _of(import_id))
    deleted = cursor.rowcount
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' AND attname NOT IN ('id', 'dataset_id', 'updated_at', 'created_in', 'changed_in')"
        " ORDER BY attnum",
        [table],
    )
    columns = [row[0] for row in cursor.fetchall()]
    vector = fallback_vector(dataset_id, "(old).")
    changes = ", ".join(f"{name} = {vector if name == 'search_vector' else f'(old).{name}'}" for name in columns)
    cursor.execute(
        f"UPDATE {table} r SET {changes}, updated_at = statement_timestamp() FROM (SELECT record_id,"
        f" jsonb_populate_record(NULL::{table}, row) AS old FROM imports_previousversion"
        " WHERE import_run_id = %(import)s OFFSET 0) p WHERE r.id = p.record_id AND r.import_id = %(import)s",
        _of(import_id),
    )
    restored = cursor.rowcount
    partitions.refresh(cursor, dataset_id, deleted + restored)
    return Counts(created=deleted, updated=restored)


def _drop(cursor: partitions.Cursor, dataset_id: int) -> None:
    """Detaching locks the whole record table for a moment. It waits for the lock in short attempts, so that
    queries that arrive meanwhile do not wait behind it for long."""
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


def _of(import_id: int, **others: Parameter) -> dict[str, Parameter]:
    return {"import": import_id, **others}
