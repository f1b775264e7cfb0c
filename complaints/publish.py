"""Moves checked rows into the record table: the first load of a dataset beside the live table, later loads into it
(ADR 0033, 0040)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Self

from django.db import connection

from complaints import partitions, undo
from complaints.indexing import fallback_vector
from complaints.models import ComplaintRecord
from imports.recipe import Counts, Dependent, Load, Touched

_TEXTS = (
    "reference", "case_reference", "kind", "institution", "institution_kind", "country", "policy_sector", "respondent",
    "category", "subject", "narrative", "response", "language", "channel", "service", "complainant_kind", "framing",
    "harm", "mandate", "admissibility", "stage", "status", "status_raw", "finding", "finding_raw", "closure",
    "closure_raw", "remedy", "currency",
)  # fmt: skip
_OTHERS = ("amount", "received_on", "closed_on", "extra")
# 12, 12.0 and 12.00 are one amount. It has two decimals, as all had when they were stored so, unless it needs more.
_AMOUNT = "(CASE WHEN scale(trim_scale(amount)) > 2 THEN trim_scale(amount) ELSE round(amount,2) END)::text"
_MAPPED = (*_TEXTS, *_OTHERS)
_WRITTEN = ("dataset_id", *_MAPPED, "import_id", "source_record", "source_line", "content_hash", "updated_at")
# Stored with rows added to live ones, and with rows whose language the file does not name: the index reads only the row
# and so does not know the language of the dataset. Where it is NULL the index computes it from the texts.
_VECTOR = "search_vector"
# The transactions of a change to a live row, which the database writes itself: a row of a first load has none.
_STAMPS = ("created_in", "changed_in")
# So many rows are sorted before they are stored.
_SORTED = 20_000
# From this number of changed rows on, emptying the pending list and refreshing the statistics is worth the time.
_MANY = 1_000
_NAME_IN_STATEMENT = re.compile(r"(?:INDEX|CONSTRAINT) (?:IF NOT EXISTS )?(\S+)")


def select_rows(load: Load, condition: str) -> str:
    """The SELECT that gives the good rows of a load the columns of the record table.

    Without OFFSET the cells would be parsed for each use of them. It is quoted because PostgreSQL does not read in
    parallel with a bare 0.
    """
    values = ", ".join(f"{_or_default(load.values[name], name)} AS {name}" for name in _MAPPED)
    hashed = ", ".join((*_TEXTS, _AMOUNT, "received_on::text", "closed_on::text", "extra::text"))
    return f"""
        SELECT {load.dataset_id:d}, {", ".join(_MAPPED)}, {load.import_id:d}, record, line,
          md5(concat_ws(E'\\x1f', {_hashable(hashed)}))::uuid, statement_timestamp()
        FROM (SELECT s.record, s.line, {values} FROM {load.source} WHERE {load.good} AND {condition} OFFSET '0') mapped
    """


def _by_part(load: Load) -> str:
    """Columns of a SELECT of rows that are written, grouped by the first: the part of the file, created, updated."""
    created = "count(*) FILTER (WHERE live_id IS NULL)"
    return f"{load.part('source_record')}, {created}, count(live_id)"


def _or_default(value: str, name: str) -> str:
    """The kind of an institution is 'other' where it is not recorded."""
    return f"coalesce(nullif({value}, ''), 'other')" if name == "institution_kind" else value


def _hashable(columns: str) -> str:
    """NULLs as empty text. `concat_ws` leaves NULLs out: the same text in another column would have the same hash."""
    return ", ".join(f"coalesce({column}, '')" if "::" in column else column for column in columns.split(", "))


class RecordPublisher:
    """Implements `imports.recipe.Publisher`, and `FirstLoad`, for complaint records."""

    def first_load(self, dataset_id: int) -> Self | None:
        with connection.cursor() as cursor:
            return None if partitions.is_attached(cursor, dataset_id) else self

    def prepare(self, load: Load) -> None:
        with connection.cursor() as cursor:
            partitions.create_standalone(cursor, load.dataset_id)

    def fill(self, load: Load, first: int, last: int) -> int:
        table = partitions.table_of(load.dataset_id)
        rows = select_rows(load, f"s.record BETWEEN {first:d} AND {last:d}")
        columns = ", ".join(_WRITTEN)
        # Records are numbered in the order of the file. PostgreSQL reads many rows in that order in any case.
        order = "ORDER BY source_record" if last - first < _SORTED else ""
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({columns}, {_VECTOR}, {', '.join(_STAMPS)})"
                f" SELECT {columns}, {fallback_vector(load.dataset_id)}, NULL, NULL"
                f" FROM ({rows}) staged ({columns}) {order}"
            )
            return int(cursor.rowcount)

    def index_statements(self, load: Load) -> list[str]:
        """Statements for the indexes that do not exist yet: after a stop some do."""
        with connection.cursor() as cursor:
            table = partitions.table_of(load.dataset_id)
            statements = [s for s in partitions.index_statements(cursor, table) if not self._exists(cursor, s)]
            # ANALYZE comes before the full-text index, for which it would read 30,000 narratives.
            at = next((i for i, s in enumerate(statements) if " USING gin " in s), len(statements))
            return [*statements[:at], f"ANALYZE {table}", *statements[at:]]

    def switch_on(self, load: Load) -> None:
        with connection.cursor() as cursor:
            partitions.attach(cursor, load.dataset_id)

    def merge(self, load: Load) -> Counts:
        """Insert new records, update those that differ and store their previous versions, and leave equal ones.

        The rows to be written are collected first, with their search vectors: computing these is most of the work, and
        PostgreSQL reads and computes in parallel but does not write in parallel. Nobody else writes meanwhile.
        """
        table, changed = partitions.table_of(load.dataset_id), f"changed_{load.import_id:d}"
        columns = (*_WRITTEN, _VECTOR)
        changes = ", ".join(f"{name} = changed.{name}" for name in columns if name not in ("dataset_id", "reference"))
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                CREATE TEMPORARY TABLE {changed} AS
                SELECT staged.*, coalesce({fallback_vector(load.dataset_id)},
                  complaints_record_vector(staged.language, subject, narrative, response)) AS {_VECTOR}
                FROM ({self._compared(load)}) staged
                WHERE live_id IS NULL OR live_hash IS DISTINCT FROM content_hash
                """
            )
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)})"
                f" SELECT {', '.join(columns)} FROM {changed} WHERE live_id IS NULL"
            )
            cursor.execute(
                f"""
                WITH written AS (
                  UPDATE {table} live SET {changes} FROM {changed} changed WHERE live.id = changed.live_id
                  RETURNING live.id, to_jsonb(old) - '{_VECTOR}' AS before
                )
                INSERT INTO imports_previousversion (import_run_id, record_id, row, kept_at)
                SELECT {load.import_id:d}, id, before, statement_timestamp() FROM written
                """
            )
            cursor.execute(f"SELECT {_by_part(load)} FROM {changed} GROUP BY 1")
            counts = Counts.of(load, cursor.fetchall())
            cursor.execute(f"DROP TABLE {changed}")
            if counts.created + counts.updated >= _MANY:
                partitions.refresh(cursor, load.dataset_id, counts.created + counts.updated)
            else:
                partitions.count_change(cursor, load.dataset_id)
        return counts

    def preview(self, load: Load) -> Counts:
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {_by_part(load)} FROM ({self._compared(load)}) staged"
                " WHERE live_id IS NULL OR live_hash IS DISTINCT FROM content_hash GROUP BY 1"
            )
            return Counts.of(load, cursor.fetchall())

    def _compared(self, load: Load) -> str:
        """The good rows of a load beside the id and content hash of the records that have their references."""
        return f"""
            SELECT staged.*, live.id AS live_id, live.content_hash AS live_hash
            FROM ({select_rows(load, "true")}) staged ({", ".join(_WRITTEN)})
            LEFT JOIN {partitions.table_of(load.dataset_id)} live
              ON live.dataset_id = staged.dataset_id AND live.reference = staged.reference
        """

    def after(self, dataset_id: int) -> Mapping[str, object]:
        """Number of records, languages and years of the dataset after the load."""
        table = partitions.table_of(dataset_id)
        with connection.cursor() as cursor:
            if not partitions.is_attached(cursor, dataset_id):
                return {"record_count": 0, "languages": [], "first_year": None, "last_year": None}
            # Days come from their index; the rest is read once, by parallel workers.
            cursor.execute(
                f"""
                SELECT sum(n)::bigint, array_remove(array_agg(language::text ORDER BY language), ''),
                  (SELECT extract(year FROM min(received_on)) FROM {table}),
                  (SELECT extract(year FROM max(received_on)) FROM {table})
                FROM (SELECT language, count(*) AS n FROM {table} GROUP BY language) l
                """
            )
            count, languages, first, last = cursor.fetchone()
        return {
            "record_count": count or 0, "languages": languages or [],
            "first_year": int(first) if first else None, "last_year": int(last) if last else None,
        }  # fmt: skip

    def discard(self, dataset_id: int) -> None:
        with connection.cursor() as cursor:
            if not partitions.is_attached(cursor, dataset_id):
                partitions.drop_standalone(cursor, dataset_id)

    def existing(self, load: Load) -> str:
        with connection.cursor() as cursor:
            table = partitions.ensure_partition(cursor, load.dataset_id)
        return f"""
            SELECT staged.source_record AS record, staged.source_line AS line, staged.reference, live.import_id,
              live.source_line, live.content_hash = staged.content_hash AS is_same
            FROM ({select_rows(load, "true")}) staged ({", ".join(_WRITTEN)})
            JOIN {table} live ON live.dataset_id = staged.dataset_id AND live.reference = staged.reference
        """

    def reach(self, dataset_id: int, import_id: int) -> Counts:
        return undo.reach(dataset_id, import_id)

    def touched(self, dataset_id: int, import_id: int, *, overwritten: bool, most: int, after: int) -> list[Touched]:
        return undo.touched(dataset_id, import_id, overwritten=overwritten, most=most, after=after)

    def references(self, dataset_id: int) -> Iterator[tuple[str, int]]:
        rows = ComplaintRecord.objects.filter(dataset=dataset_id).order_by("reference")
        return rows.values_list("reference", "import_id").iterator(5_000)

    def created_references(self, dataset_id: int, import_id: int, among: Sequence[str]) -> list[str]:
        return undo.created_references(dataset_id, import_id, list(among))

    def dependents(self, dataset_id: int, import_id: int) -> list[Dependent]:
        return undo.dependents(dataset_id, import_id)

    def undo(self, dataset_id: int, import_id: int) -> Counts:
        return undo.undo(dataset_id, import_id)

    def _exists(self, cursor: partitions.Cursor, statement: str) -> bool:
        found = _NAME_IN_STATEMENT.search(statement)
        if found is None:
            return False
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [found[1]])
        return bool(cursor.fetchone()[0])
