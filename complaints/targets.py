"""Parts of records made of rows of a table: implements `imports.sourced.target.TargetWriter`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from django.db import connection

from complaints.models import FollowUp, Issue, Part, Recommendation
from complaints.record_columns import day, without_repeats
from complaints.selectors import pending_parts
from complaints.undo import dependents_of_recommendations
from imports.models import Import, PreviousVersion, SourcedRow
from imports.recipe import Dependent
from imports.sourced.target import Work
from standards.translation import gettext as _
from versions.targets import Target

Values: TypeAlias = Mapping[str, str]
_NAMES = ("record_reference", "case_reference")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a part that come from a row: texts, days, and others, each by an SQL expression."""

    texts: tuple[str, ...]
    days: tuple[str, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)

    def expressions(self) -> dict[str, str]:
        """Each column with an SQL expression over the row `r`; `%(scale)s` is the name of the scale by default."""
        texts = {name: f"coalesce(r.\"values\" ->> '{name}', '')" for name in (*_NAMES, *self.texts)}
        days = {name: f"(r.\"values\" ->> '{name}')::date" for name in self.days}
        return {"dataset_id": "r.dataset_id", "row_id": "r.id", **texts, **days, **self.others}


COLUMNS: Mapping[type[Part], Columns] = {
    Issue: Columns(
        ("scheme", "category", "stage", "norm", "coded_by"), (), {"severity": "(r.\"values\" ->> 'severity')::smallint"}
    ),
    Recommendation: Columns(
        ("addressee", "text", "type", "priority", "criterion", "condition", "cause", "effect", "decision",
         "decision_raw", "promised_action", "reply"),
        ("made_on", "due_on", "responded_on"), {"reference": "r.reference"},
    ),
    FollowUp: Columns(
        ("recommendation_reference", "promised_action", "assessor", "value"), ("observed_on",),
        {"raw_value": "coalesce(r.\"values\" ->> 'value_raw', '')",
         "scale": "coalesce(r.\"values\" ->> 'scale', %(scale)s)"},
    ),
}  # fmt: skip


def _scale(work: Work) -> str:
    return f"{work.dataset.title} status"[:100]


class PartTarget:
    """Makes one kind of part. The part of a changed row is deleted and created again: others refer to it only by its
    number, which stays."""

    def __init__(self, model: type[Part]) -> None:
        self.model = model

    def apply(self, rows: Sequence[SourcedRow], work: Work) -> Sequence[int | None]:
        """In one statement, because tables of issues are long."""
        ids = [row.pk for row in rows]
        self.model._default_manager.filter(row__in=ids).delete()
        columns = COLUMNS[self.model].expressions()
        names = ", ".join(f'"{name}"' for name in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {self.model._meta.db_table} ({names})"
                f" SELECT {', '.join(columns.values())} FROM imports_sourcedrow r WHERE r.id = ANY(%(ids)s)"
                " ORDER BY r.source_record, r.id RETURNING row_id, id",
                {"ids": ids, "scale": _scale(work)},
            )
            made = dict(cursor.fetchall())
        if self.model is Recommendation:
            _add_follow_ups(rows, made, work)
        return [made[pk] for pk in ids]

    def withdraw(self, rows: Sequence[SourcedRow], work: Work) -> None:
        """Nothing to do: a part is deleted with its row."""

    def finish(self, work: Work) -> None:
        """Add the number of pending parts to the report of the import."""
        sentences = [
            _("When it was loaded: %(sentence)s") % {"sentence": sentence}
            for sentence in pending_parts.pending_sentences(work.dataset.pk)
        ]
        run = Import.objects.only("notes").get(pk=work.import_id)
        if new := [sentence for sentence in sentences if sentence not in run.notes]:
            Import.objects.filter(pk=run.pk).update(notes=[*run.notes, *new])

    def dependents(self, dataset_id: int, import_id: int) -> list[Dependent]:
        return dependents_of_recommendations(dataset_id, import_id) if self.model is Recommendation else []

    def target(self, target_id: int | None) -> Target | None:
        part = self.model._default_manager.filter(pk=target_id).first()
        record = pending_parts.record_of(part) if part else None
        return (record._meta.label_lower, str(record.pk)) if record else None


def _add_follow_ups(rows: Sequence[SourcedRow], made: Mapping[int, int], work: Work) -> None:
    """Follow-ups from the state of each recommendation in its row and in the earlier versions of the row."""
    earlier: dict[int, list[Values]] = defaultdict(list)
    versions = PreviousVersion.objects.filter(import_run__dataset=work.dataset, record_id__in=list(made))
    for pk, values in versions.order_by("import_run_id").values_list("record_id", "row__values"):
        earlier[pk].append(values)
    follow_ups = []
    for row in rows:
        reported = (
            values for values in (*earlier[row.pk], row.values) if values.get("value") or values.get("value_raw")
        )
        for observation in without_repeats(_observation(values, work) for values in reported):
            follow_ups.append(FollowUp(recommendation_id=made[row.pk], **observation))
    FollowUp.objects.bulk_create(follow_ups)


def _observation(values: Values, work: Work) -> dict[str, object]:
    return {
        "scale": values.get("scale") or _scale(work), "raw_value": values.get("value_raw", ""),
        "value": values.get("value", ""), "assessor": values.get("assessor", ""),
        "observed_on": day(values.get("observed_on")),
    }  # fmt: skip
