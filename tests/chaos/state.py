"""What a dataset and its imports have come to, without what differs from run to run: ids, times, fences, attempts."""

import re

from django.db import connection

from imports.models import Dataset, Import

_LEDGER = (
    "state", "stage", "operation", "staging", "rows", "created", "updated", "unchanged", "quarantined", "skipped",
    "notes", "findings", "error_code", "cancel_requested", "lease_owner", "mapping__version", "same_as__file_name",
)  # fmt: skip


def state_of(slug):
    dataset = Dataset.objects.get(slug=slug)
    runs = Import.objects.filter(dataset=dataset).order_by("id")
    table = f"complaints_record_{dataset.pk}"
    is_there = rows_of("SELECT to_regclass(%s) IS NOT NULL", table)[0][0]
    return {
        "dataset": [dataset.record_count, dataset.languages, dataset.first_year, dataset.last_year],
        "records": records(dataset.pk) if is_there else [],
        "indexes": indexes(table) if is_there else [],
        "ledger": [without_ids(list(map(str, run))) for run in runs.values_list(*_LEDGER)],
        "chunks": rows_of(
            "SELECT c.number, first_record, last_record, first_line, written FROM imports_importchunk c JOIN"
            " imports_import i ON i.id = c.import_run_id WHERE i.dataset_id = %s ORDER BY i.id, c.number", dataset.pk,
        ),
        "quarantine": rows_of(
            "SELECT count(*), md5(string_agg(concat_ws('|', record, line, cells, repaired, q.state, reason,"
            " decided_by_id), ',' ORDER BY import_run_id, record)) FROM imports_quarantinedrow q"
            " JOIN imports_import i ON i.id = q.import_run_id WHERE i.dataset_id = %s", dataset.pk,
        ),
        "problems": rows_of(
            """SELECT code, count(*), md5(string_agg(concat_ws('|', record, line, "column", field, value, detail), ','
            ORDER BY import_run_id, record, "column", field)) FROM imports_rowproblem p"""
            " JOIN imports_import i ON i.id = p.import_run_id WHERE i.dataset_id = %s GROUP BY 1 ORDER BY 1",
            dataset.pk,
        ),
        "kept": rows_of(
            "SELECT count(*), md5(string_agg("
            "(row - '{id,dataset_id,import_id,updated_at,created_in,changed_in}'::text[])::text, ','"
            " ORDER BY row->>'reference')) FROM imports_previousversion v JOIN imports_import i"
            " ON i.id = v.import_run_id WHERE i.dataset_id = %s", dataset.pk,
        ),
        "audit": rows_of(
            "SELECT action, count(*) FROM accounts_auditevent WHERE target_type = 'imports.import'"
            " AND target_id = ANY(%s) AND action <> 'import.retried' GROUP BY 1 ORDER BY 1",
            [str(pk) for pk in runs.values_list("pk", flat=True)],
        ),
    }  # fmt: skip


def records(dataset_id):
    """Number and checksum of all records, every column but ids, times and transactions; the import by its place."""
    columns = rows_of(
        "SELECT string_agg(format('r.%%I', attname), ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid ="
        " 'complaints_complaintrecord'::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attname NOT IN ('id', 'dataset_id', 'import_id', 'updated_at', 'created_in', 'changed_in')"
    )[0][0]
    place = "SELECT id, row_number() OVER (ORDER BY id) AS place FROM imports_import WHERE dataset_id = %s"
    row = f"md5(ROW(i.place, {columns})::text)"
    return rows_of(
        f"SELECT count(*), md5(string_agg({row}, '' ORDER BY r.reference)) FROM complaints_complaintrecord r"
        f" JOIN ({place}) i ON i.id = r.import_id WHERE r.dataset_id = %s",
        dataset_id, dataset_id,
    )  # fmt: skip


def contents_of(slug):
    """Number and checksum of a dataset's records, whichever file they came from."""
    return rows_of(
        "SELECT count(*), md5(string_agg(reference || content_hash, '' ORDER BY reference)) FROM"
        " complaints_complaintrecord WHERE dataset_id = %s", Dataset.objects.get(slug=slug).pk,
    )  # fmt: skip


def indexes(table):
    """How many there are, how many are whole, and how many the live table knows."""
    return rows_of(
        "SELECT count(*), count(*) FILTER (WHERE indisvalid AND indisready), (SELECT count(*) FROM pg_inherits"
        " WHERE inhrelid IN (SELECT indexrelid FROM pg_index WHERE indrelid = %s::regclass))"
        " FROM pg_index WHERE indrelid = %s::regclass", table, table,
    )  # fmt: skip


def leftovers(media):
    """Work tables, tables beside the live one, datasets' partitions without records, half-stored files."""
    tables = rows_of(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'imports_work' UNION ALL"
        " SELECT relname FROM pg_class WHERE relname ~ '^complaints_record_[0-9]+$' AND NOT relispartition"
    )
    return [name for (name,) in tables] + [path.name for path in media.glob("imports/arriving-*")]


def rows_of(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [list(row) for row in cursor.fetchall()]


def without_ids(values):
    return [re.sub(r"import \d+", "import N", value) for value in values]
