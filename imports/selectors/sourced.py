"""The provenance of a case study, organisation or contribution, for pages and API."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, JSONField, Model, OuterRef, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, JSONObject

from accounts.models import User
from imports import policies
from imports.models import Dataset, Import, SourcedRow, SourcedTarget
from imports.selectors.report import Provenance, provenance
from imports.sourced.shape import plain
from versions.models import Erasure
from versions.selectors import erasures_of
from versions.targets import key_in

MOST_ROWS = 20
_MOST_RAW = 5


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row about a thing. extra: columns that became no field."""

    dataset: Dataset
    reference: str
    extra: dict[str, str]
    provenance: Provenance
    may_open: bool


@dataclass(frozen=True, slots=True)
class Source:
    """differing: name of an attribute, value of the rows, and present value, which a person wrote."""

    rows: list[SourceRow]
    count: int
    differing: list[tuple[str, object, object]]


def source_of(recipe: str, thing: Model, user: User | AnonymousUser) -> Source | None:
    """The rows from which a thing was made or filled, of datasets that this person can see; None if there are none.

    Original cells are read for people who manage the dataset.
    """
    rows = _visible(recipe, user).filter(target_id=thing.pk)
    shown = list(rows.select_related("dataset__organisation").order_by("dataset", "source_record", "pk")[:MOST_ROWS])
    if not shown:
        return None
    is_erased = _is_erased(recipe, thing)
    count = len(shown) if len(shown) < MOST_ROWS else rows.count()
    return Source(
        [_row(row, user, has_raw=at < _MOST_RAW, is_erased=is_erased) for at, row in enumerate(shown)],
        count,
        [] if is_erased else _differing(recipe, thing),
    )


def _is_erased(recipe: str, thing: Model) -> bool:
    """Whether text of a thing was erased, or of its rows before an undo deleted it: the original file still has it."""
    targets = SourcedTarget.objects.filter(recipe=recipe, target_id=thing.pk).values_list("dataset__slug", "key")
    rows = [(SourcedTarget._meta.label_lower, key_in(*pair)) for pair in targets]
    return any(erasures_of(*one).exists() for one in [(thing._meta.label_lower, str(thing.pk)), *rows])


def _visible(recipe: str, user: User | AnonymousUser) -> QuerySet[SourcedRow]:
    datasets = Dataset.objects.filter(recipe=recipe).visible_to(user)
    return SourcedRow.objects.filter(dataset__in=datasets)


def _row(row: SourcedRow, user: User | AnonymousUser, *, has_raw: bool, is_erased: bool) -> SourceRow:
    manages = policies.can_manage_dataset(user, row.dataset)
    found = provenance(
        row.import_id, row.source_record, row.source_line, with_raw=manages and has_raw and not is_erased
    )
    return SourceRow(row.dataset, row.reference, {} if is_erased else row.values.get("extra", {}), found, manages)


def _differing(recipe: str, thing: Any) -> list[tuple[str, object, object]]:
    targets = SourcedTarget.objects.filter(recipe=recipe, target_id=thing.pk)
    return [
        (str(thing._meta.get_field(name).verbose_name).capitalize(), value, plain(getattr(thing, name)))
        for target in targets
        for name, value in target.reported.items()
        if plain(getattr(thing, name)) != value
    ]


def with_source(queryset: QuerySet[Any], recipe: str, user: User | AnonymousUser) -> QuerySet[Any]:
    """Annotates `json_source`: the rows each thing comes from, of datasets that the caller can see, or null."""
    rows = _visible(recipe, user).filter(target_id=OuterRef("pk")).order_by("dataset", "source_record", "pk")
    run = Import.objects.filter(pk=OuterRef("import_id"))
    # Rows of which something was erased are not shown at all, as on the page.
    kind, key = queryset.model._meta.label_lower, Cast(OuterRef("target_id"), TextField())
    erased = Exists(Erasure.objects.in_force().filter(targets__kind=kind, targets__key=key))
    values = Case(When(erased, then=Value({}, JSONField())), default=F("values"), output_field=JSONField())
    shape = JSONObject(
        dataset=F("dataset__slug"), reference=F("reference"), line=F("source_line"), values=values,
        **{"import": F("import_id")},
        file=Subquery(run.values("file_name")), file_sha256=Subquery(run.values("source_file__sha256")),
        mapping_version=Subquery(run.values("mapping__version")),
    )  # fmt: skip
    found = JSONObject(rows=ArraySubquery(rows.values(json=shape)))
    return queryset.annotate(
        json_source=Case(When(Exists(rows), then=found), default=Value(None), output_field=JSONField())
    )
