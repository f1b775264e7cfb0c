"""Where the texts of a complaint record are: in the record, in its parts, and in what imports store of their rows.

The original files of the imports are not changed.
"""

from collections.abc import Iterator, Mapping
from typing import cast

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from complaints import partitions
from complaints.models import ComplaintRecord, FollowUp, Issue, Part, Recommendation
from complaints.pointing import RECORD
from complaints.record_columns import column_name
from imports.erasing import linked_with, places_of_rows
from imports.models import Dataset, PreviousVersion, SourcedRow
from imports.row_search import Rows
from versions.erasing import Erasable, Path, Place
from versions.pointing import Person
from versions.targets import key_parts

TEXTS = ("subject", "narrative", "response", "extra")
# Columns that are coded or counted, and stay when the whole is erased.
_CODED = (
    "institution", "respondent", "category", "channel", "service", "complainant_kind", "framing", "harm",
    "admissibility", "stage", "status_raw", "finding_raw", "closure_raw", "remedy",
)  # fmt: skip
OF_RECOMMENDATION = ("text", "criterion", "condition", "cause", "effect", "promised_action", "reply")
# Fields of the recipes of this room whose text is erased.
FIELDS = frozenset((*TEXTS, *OF_RECOMMENDATION))
_TEXTS_IN_EXTRA = frozenset(column_name(name) for name in FIELDS)
_PREFIX = column_name("")


def _find(key: str) -> QuerySet[Model]:
    dataset, reference = key_parts(key)
    rows: QuerySet[Model] = ComplaintRecord.objects.filter(
        dataset__in=Dataset.objects.filter(slug=dataset), reference=reference
    )
    return rows


def _visible(key: str, person: Person) -> QuerySet[Model]:
    dataset, reference = key_parts(key)
    records = ComplaintRecord.objects.visible_to(person)
    rows: QuerySet[Model] = records.filter(dataset_id__in=records.scope.ids_of([dataset]), reference=reference)
    return rows


def _is_text(row: Model, path: Path, text: str, is_whole: bool) -> bool:
    """A record that is a recommendation has days and codes in `extra`, which are read again."""
    return not is_whole or not str(path[-1] if path else "").startswith(_PREFIX) or path[-1] in _TEXTS_IN_EXTRA


def _places(row: Model) -> Iterator[Place]:
    record = cast(ComplaintRecord, row)
    own = ComplaintRecord.objects.filter(pk=record.pk)
    yield Place(_("Record"), own, TEXTS, searched=_CODED, chosen=_is_text)
    before, texts = _previous(record.dataset_id, [record.pk]), tuple(f"row.{name}" for name in TEXTS)
    searched = tuple(f"row.{name}" for name in _CODED)
    yield Place(_("Previous versions"), before, texts, searched, chosen=_is_text)


def _previous(dataset_id: int, ids: list[int]) -> QuerySet[PreviousVersion]:
    """Rows as imports of a dataset overwrote them. Numbers of records and of rows of parts are not the same."""
    return PreviousVersion.objects.filter(import_run__dataset=dataset_id, record_id__in=ids)


def places_in_imports(kind: str, key: str) -> Iterator[Place]:
    """What imports store of the rows of a record and of its parts, and the parts. The record may not exist any more."""
    dataset = Dataset.objects.filter(slug=key_parts(key)[0]).first() if kind == RECORD else None
    if dataset is None:
        return
    reference = key_parts(key)[1]
    record = ComplaintRecord.objects.filter(dataset=dataset, reference=reference).first()
    yield from places_of_rows(_rows_of_record(dataset, reference, record))
    yield from _places_of_parts(_Parts(dataset, reference, record))


def _rows_of_record(dataset: Dataset, reference: str, record: ComplaintRecord | None) -> Rows:
    before = list(_previous(dataset.pk, [record.pk]).values_list("row", flat=True)) if record else []
    versions: list[Mapping[str, object]] = [*before]
    if record is not None:
        versions.append({name: getattr(record, name) for name in (*TEXTS, "import_id", "source_record")})
    return Rows(
        dataset.pk, FIELDS, {"reference": frozenset({reference})}, frozenset({reference}),
        written=frozenset(_written(one) for one in versions),
        known=frozenset(_texts_in([[one.get(name) for name in TEXTS] for one in versions])),
    )  # fmt: skip


class _Parts:
    """The issues, recommendations and follow-ups of a record: stored with it, or loaded with a reference to it."""

    def __init__(self, dataset: Dataset, reference: str, record: ComplaintRecord | None) -> None:
        pk, case = (record.pk, record.case_reference or reference) if record else (None, reference)
        direct = list(Dataset.objects.filter(linked_with=dataset).values_list("pk", flat=True))
        self.linked = linked_with(dataset.pk)
        loaded = Q(dataset__in=direct, record_reference=reference) | Q(dataset__in=self.linked, case_reference=case)
        own = loaded | Q(record__isnull=False, record=pk)
        self.issues = Issue.objects.filter(own)
        self.recommendations = Recommendation.objects.filter(own)
        numbers = set(self.recommendations.exclude(reference="").values_list("reference", flat=True))
        if record is not None and record.kind == ComplaintRecord.Kind.RECOMMENDATION:
            numbers.add(reference)
        self.follow_ups = FollowUp.objects.filter(
            loaded
            | Q(recommendation__in=self.recommendations)
            | Q(dataset__in=self.linked, recommendation_reference__in=numbers)
        )
        self.named = {
            "record_reference": frozenset({reference}), "case_reference": frozenset({case}),
            "recommendation_reference": frozenset(numbers),
        }  # fmt: skip
        self.direct = direct

    def rows(self, parts: QuerySet[Part], dataset: int) -> Rows:
        sourced = self.sourced(parts).filter(dataset=dataset)
        before = _previous(dataset, list(sourced.values_list("pk", flat=True))).values_list("row", flat=True)
        versions: list[Mapping[str, object]] = [*before, *sourced.values("import_id", "source_record", "values")]
        # A reference to a record is one in the dataset that the part's own dataset is linked with.
        is_direct = dataset in self.direct
        named = {name: said for name, said in self.named.items() if is_direct or name != "record_reference"}
        return Rows(
            dataset, FIELDS, named, frozenset(sourced.values_list("reference", flat=True)),
            written=frozenset(_written(one) for one in versions),
            known=frozenset(_texts_in([_texts_of(cast(Mapping[str, object], one["values"])) for one in versions])),
        )  # fmt: skip

    def sourced(self, parts: QuerySet[Part]) -> QuerySet[SourcedRow]:
        return SourcedRow.objects.filter(pk__in=parts.exclude(row=None).values("row"))


def _places_of_parts(found: _Parts) -> Iterator[Place]:
    parts: list[tuple[str, type[Part], QuerySet[Part], tuple[str, ...], tuple[str, ...]]] = [
        ("issues", Issue, found.issues, (), ("scheme", "category", "stage", "norm", "coded_by")),
        ("recommendations", Recommendation, found.recommendations, OF_RECOMMENDATION,
         ("addressee", "type", "priority", "decision_raw")),
        ("follow-ups", FollowUp, found.follow_ups, ("promised_action",), ("assessor", "scale", "raw_value", "value")),
    ]  # fmt: skip
    for recipe, model, rows, texts, searched in parts:
        yield Place(model._meta.verbose_name_plural or "", rows, texts, searched)
        for dataset in Dataset.objects.filter(pk__in=found.linked, recipe=recipe).order_by("pk"):
            sourced = found.sourced(rows).filter(dataset=dataset)
            before = _previous(dataset.pk, list(sourced.values_list("pk", flat=True)))
            yield Place(_("Rows of parts"), sourced, ("values",), chosen=_is_text_of_part)
            yield Place(_("Previous versions"), before, ("row.values",), chosen=_is_text_of_part)
            yield from places_of_rows(found.rows(rows, dataset.pk))


def _is_text_of_part(row: Model, path: Path, text: str, is_whole: bool) -> bool:
    """A row of a part is stored by field; other columns under `extra`."""
    name = str(path[1] if path[0] == "values" else path[0])
    return name in FIELDS if is_whole else not name.endswith("reference")


def _texts_of(values: Mapping[str, object]) -> list[object]:
    return [value for name, value in values.items() if name in FIELDS]


def _texts_in(value: object) -> Iterator[str]:
    """Every text in lists and objects."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _texts_in(one)


def _written(version: Mapping[str, object]) -> tuple[int, int]:
    """The import and the record number of a version of a row."""
    return int(str(version.get("import_id", 0))), int(str(version.get("source_record", 0)))


def _owner(row: Model) -> int:
    return cast(ComplaintRecord, row).dataset.organisation_id


def _changed(row: Model) -> None:
    """Have the search read the text again, and cached counts be counted again."""
    if isinstance(row, ComplaintRecord):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE complaints_complaintrecord SET search_vector = NULL WHERE id = %s", [row.pk])
            partitions.count_change(cursor, row.dataset_id)


ERASABLES = [Erasable(RECORD, _("a complaint record"), _find, _visible, _owner, _places, changed=_changed)]
