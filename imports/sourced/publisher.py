"""Implements `imports.recipe.Publisher` for rows that are stored as in the source; the target of a room is made of
them."""

from collections.abc import Iterator, Mapping, Sequence

from django.db import connection

from imports.models import Import, SourcedRow
from imports.recipe import Counts, Dependent, Load, Touched
from imports.sourced import undoing
from imports.sourced.rows import COLUMNS, Keeping, columns_of_people, select_rows
from imports.sourced.target import TargetWriter, Work
from standards.translation import gettext as _

AT_ONCE = 1_000
_MANY = 1_000


class SourcedPublisher:
    """key: the field that says what a row is about, if several rows, also of linked datasets, are about one thing;
    without it each reference is its own thing. people: fields whose cells name a person; they are stored as pseudonyms,
    equal for equal cells of a dataset."""

    def __init__(self, writer: TargetWriter, *, key: str = "", people: frozenset[str] = frozenset()) -> None:
        self.writer, self.keeping = writer, Keeping(key, people)

    def first_load(self, dataset_id: int) -> None:
        """None: the targets are in tables in which people work already."""

    def discard(self, dataset_id: int) -> None:
        """Nothing to do: everything is written in one transaction, so an interrupted load leaves nothing."""

    def merge(self, load: Load) -> Counts:
        """Insert new rows and update changed ones, whose earlier version is stored; then update the targets."""
        columns = ", ".join(f'"{name}"' for name in COLUMNS)
        changes = ", ".join(
            f'"{name}" = EXCLUDED."{name}"' for name in COLUMNS if name not in ("dataset_id", "reference")
        )
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                WITH written AS (
                  INSERT INTO imports_sourcedrow AS live ({columns}) {select_rows(load, self.keeping)}
                  ON CONFLICT (dataset_id, reference) DO UPDATE SET {changes}
                  WHERE live.content_hash IS DISTINCT FROM EXCLUDED.content_hash
                  RETURNING new.id AS id, new.source_record AS source_record, old.id IS NOT NULL AS is_update,
                    CASE WHEN old.id IS NOT NULL THEN to_jsonb(old) END AS before
                ), kept AS (
                  INSERT INTO imports_previousversion (import_run_id, record_id, row, kept_at)
                  SELECT {load.import_id:d}, id, before, statement_timestamp() FROM written WHERE is_update
                )
                SELECT {load.part("source_record")}, count(*) FILTER (WHERE NOT is_update),
                  count(*) FILTER (WHERE is_update)
                FROM written GROUP BY 1
                """
            )
            counts = Counts.of(load, cursor.fetchall())
            if counts.created + counts.updated >= _MANY:
                cursor.execute("ANALYZE imports_sourcedrow")
        work = Work.of(load.import_id)
        apply_due(self.writer, work)
        self.writer.finish(work)
        _report_names_left_out(load)
        return counts

    def preview(self, load: Load) -> Counts:
        with connection.cursor() as cursor:
            cursor.execute(
                f"""
                SELECT {load.part("staged.source_record")}, count(*) FILTER (WHERE live.id IS NULL), count(live.id)
                FROM {self._staged(load)}
                LEFT JOIN imports_sourcedrow live
                  ON live.dataset_id = staged.dataset_id AND live.reference = staged.reference
                WHERE live.content_hash IS DISTINCT FROM staged.content_hash
                GROUP BY 1
                """
            )
            return Counts.of(load, cursor.fetchall())

    def after(self, dataset_id: int) -> Mapping[str, object]:
        """The number of records of the dataset."""
        with connection.cursor() as cursor:
            cursor.execute(
                """
                SELECT count(*), array_agg(DISTINCT language) FILTER (WHERE language ~ '^[a-z]{2}$')
                FROM (SELECT "values" ->> 'language' AS language FROM imports_sourcedrow WHERE dataset_id = %s) found
                """,
                [dataset_id],
            )
            count, languages = cursor.fetchone()
        return {"record_count": count, "languages": languages or []}

    def existing(self, load: Load) -> str:
        return f"""
            SELECT staged.source_record AS record, staged.source_line AS line, staged.reference, live.import_id,
              live.source_line, live.content_hash = staged.content_hash AS is_same
            FROM {self._staged(load)}
            JOIN imports_sourcedrow live
              ON live.dataset_id = staged.dataset_id AND live.reference = staged.reference
        """

    def _staged(self, load: Load) -> str:
        columns = ", ".join(f'"{name}"' for name in COLUMNS)
        return f"({select_rows(load, self.keeping)}) staged ({columns})"

    def reach(self, dataset_id: int, import_id: int) -> Counts:
        return undoing.reach(dataset_id, import_id)

    def touched(self, dataset_id: int, import_id: int, *, overwritten: bool, most: int, after: int) -> list[Touched]:
        rows = undoing.touched(dataset_id, import_id, overwritten=overwritten, most=most, after=after)
        return [
            Touched(row.pk, row.reference, self.writer.target(row.target_id), undoing.changes_of(row)) for row in rows
        ]

    def references(self, dataset_id: int) -> Iterator[tuple[str, int]]:
        rows = SourcedRow.objects.filter(dataset=dataset_id).order_by("reference")
        return rows.values_list("reference", "import_id").iterator(5_000)

    def created_references(self, dataset_id: int, import_id: int, among: Sequence[str]) -> list[str]:
        rows = undoing.created(dataset_id, import_id).filter(reference__in=list(among))
        return list(rows.values_list("reference", flat=True))

    def dependents(self, dataset_id: int, import_id: int) -> list[Dependent]:
        return self.writer.dependents(dataset_id, import_id)

    def undo(self, dataset_id: int, import_id: int) -> Counts:
        """Delete the rows that the import created, restore those that it overwrote, and update the targets."""
        work = Work.of(import_id)
        deleted = 0
        while rows := list(undoing.created(dataset_id, import_id).order_by("-source_record")[:AT_ONCE]):
            SourcedRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
            self.writer.withdraw(rows, work)
            deleted += len(rows)
        restored = undoing.restore(dataset_id, import_id)
        apply_due(self.writer, work)
        self.writer.finish(work)
        return Counts(created=deleted, updated=restored)


def apply_due(writer: TargetWriter, work: Work) -> None:
    """Apply every row that was written and not yet applied."""
    due = SourcedRow.objects.filter(dataset=work.dataset, is_due=True).order_by("source_record", "pk")
    while rows := list(due[:AT_ONCE]):
        targets = writer.apply(rows, work)
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE imports_sourcedrow r SET target_id = made.target_id, is_due = false"
                " FROM unnest(%s::bigint[], %s::bigint[]) made (id, target_id) WHERE r.id = made.id",
                [[row.pk for row in rows], list(targets)],
            )


def _report_names_left_out(load: Load) -> None:
    """Add a note to the report about columns that hold names of people and became no field."""
    run = Import.objects.select_related("mapping").get(pk=load.import_id)
    rules = run.mapping.definition["fields"] if run.mapping else {}
    left_out = columns_of_people(load.import_id, {rule.get("column", "") for rule in rules.values()})
    named = ", ".join(f"“{name}”" for name in left_out)
    note = _("Names of people were not stored with the rows: %(named)s.") % {"named": named}
    if left_out and note not in run.notes:
        Import.objects.filter(pk=run.pk).update(notes=[*run.notes, note])
