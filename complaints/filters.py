"""The query string of the record list, its facets, its export and its API path."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, cast

import django_filters
from django import forms
from django.db import models
from django.db.models import Model, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from coding.models import AlikeUnit, Coding
from complaints.models import ComplaintRecord, Partition, RecordUnit
from complaints.querysets import AccessScope, DatasetAccess, RecordQuerySet
from complaints.record_columns import PREFIX
from complaints.search import SEARCHED
from complaints.selectors.walks import changes_of_records
from complaints.value_counts import PERIODS, YEARS
from rest.filters import (
    ChoiceInFilter,
    ListFilter,
    SearchFilter,
    StrictFilterSet,
    TruthFilter,
    UpdatedSinceFilter,
    WholeNumberFilter,
)
from rest.highlights import Highlights, highlights_in
from rest.lists import is_given
from rest.search import Search, read
from rest.vocabularies import STRAND, THEME, TermFilter
from rest.walks import Walked
from standards.countries import country_choices
from standards.json_values import JsonObject
from standards.search import readings

OPEN = ["exact", "in", "not", "isnull"]
DAY = ["exact", "gte", "lte", "isnull"]


class BlankFilter(TruthFilter):
    """`channel__isnull=true`: not recorded. Text that is not recorded is stored as ""."""

    def filter(self, qs: RecordQuerySet, value: bool | None) -> RecordQuerySet:
        if value is None:
            return qs
        return qs.filter(**{self.field_name: ""}) if value else qs.exclude(**{self.field_name: ""})


class DatasetFilter(django_filters.ChoiceFilter):
    """Filters by slugs of selectable datasets: as ids, so that PostgreSQL reads their partitions only."""

    @property
    def field(self) -> forms.Field:
        datasets = self.parent.queryset.scope.selectable.values()
        self.extra["choices"] = [(dataset.slug, dataset.title) for dataset in datasets]
        return super().field

    def filter(self, qs: models.QuerySet[Model], value: object) -> models.QuerySet[Model]:
        if value in (None, ""):
            return qs
        slugs = [value] if isinstance(value, str) else cast(Sequence[str], value)
        return self.get_method(qs)(dataset_id__in=cast(RecordQuerySet, qs).scope.ids_of(slugs))


class DatasetsFilter(DatasetFilter, ChoiceInFilter):
    """Several slugs, separated by commas."""


class CarriedFilter(TermFilter):
    """`theme=innovation-inputs`: records of the datasets that carry the term."""

    def filter(self, qs: models.QuerySet[Model], value: str) -> models.QuerySet[Model]:
        if not value:
            return qs
        known = cast(RecordQuerySet, qs).scope.selectable.values()
        return qs.filter(dataset_id__in=[dataset.id for dataset in known if value in getattr(dataset, self.field_name)])


EXTRA = "extra."
MOST_EXTRA = 10
LONGEST_NAME = 200
_IN = "__in"
_COMPARISONS = (_IN, "__not", "__isnull", "__gte", "__lte")


class ExtraFilter(django_filters.CharFilter):
    """`extra.Region=North`: records with this value in a column of the source that no field was mapped to, as far as
    these columns may be read."""

    def filter(self, qs: models.QuerySet[Model], value: str) -> models.QuerySet[Model]:
        if not value:
            return qs
        readable = cast(RecordQuerySet, qs).scope.readable
        return qs.filter(dataset_id__in=readable, extra__contains={self.field_name: value})


class ExtraInFilter(ListFilter, django_filters.CharFilter):
    """`extra.Region__in=North,South`: one of several values."""

    def filter(self, qs: models.QuerySet[Model], value: object) -> models.QuerySet[Model]:
        if value is None:
            return qs
        readable = cast(RecordQuerySet, qs).scope.readable
        matches = [Q(extra__contains={self.field_name: one}) for one in cast("Sequence[str]", value)]
        return qs.filter(reduce(or_, matches), dataset_id__in=readable) if matches else qs.none()


class DaysOpenFilter(WholeNumberFilter):
    def filter(self, qs: RecordQuerySet, value: int | None) -> RecordQuerySet:
        return super().filter(qs.with_days_open(), value)


class CodesFilter(django_filters.CharFilter):
    """Records to which a code was applied that blind coding does not hide from the person."""

    def filter(self, qs: RecordQuerySet, value: str) -> RecordQuerySet:
        if not value:
            return qs
        codings = Coding.objects.visible_to(qs.scope.person).standing().filter(code__key=value)
        own = RecordUnit.objects.filter(unit__in_rounds__codings__in=codings)
        stood_for = AlikeUnit.objects.coded_once().filter(round_unit__codings__in=codings)
        like = RecordUnit.objects.filter(unit__in=stood_for.values("unit"))
        return qs.filter(Q(pk__in=own.values("record_id")) | Q(pk__in=like.values("record_id")))


class SameCaseFilter(WholeNumberFilter):
    """`same_case_as=17`: record 17 and the other records of its case, in its dataset and in linked ones."""

    def filter(self, qs: RecordQuerySet, value: int | None) -> RecordQuerySet:
        if value is None:
            return qs
        record = ComplaintRecord.objects.filter(dataset_id__in=list(qs.scope.datasets), pk=value).first()
        if record is None:
            return qs.none()
        return qs.filter(Q(pk=record.pk, dataset_id=record.dataset_id) | qs.case_of(record))


class RecordsUpdatedSinceFilter(UpdatedSinceFilter):
    """The records of a first load appear together, when their partition is attached, long after they were written."""

    def changed_since(self, value: datetime) -> Q:
        appeared = list(Partition.objects.filter(attached_at__gte=value).values_list("dataset_id", flat=True))
        return super().changed_since(value) | Q(dataset_id__in=appeared)


class RecordFilter(StrictFilterSet):
    """`extra.NAME` filters by any column of the sources; up to ten of them at once."""

    counted = ngettext_lazy("%(count)s record", "%(count)s records", "number")
    updated_field = "updated_at"
    updated_since_filter = RecordsUpdatedSinceFilter
    ordering_fields = {
        "id": "id",
        "received_on": "received_on",
        "closed_on": "closed_on",
        "updated_at": "updated_at",
        "relevance": "relevance",
    }
    default_ordering = "id"
    walked = Walked(changes=changes_of_records)
    has_full_text = True

    search = SearchFilter(label=_("Search text"))
    dataset = DatasetFilter(label=_("Dataset"))
    dataset__in = DatasetsFilter(label=_("Dataset is one of"))
    dataset__not = DatasetsFilter(label=_("Dataset is none of"), exclude=True)
    theme = CarriedFilter(field_name="themes", vocabulary=THEME, label=_("Theme"))
    strand = CarriedFilter(field_name="strands", vocabulary=STRAND, label=_("Strand"))
    days_open = DaysOpenFilter(label=_("Days open"))
    days_open__gte = DaysOpenFilter(field_name="days_open", lookup_expr="gte", label=_("Days open, at least"))
    days_open__lte = DaysOpenFilter(field_name="days_open", lookup_expr="lte", label=_("Days open, at most"))

    codes = CodesFilter(label=_("Code applied"))
    same_case_as = SameCaseFilter(label=_("Same case as record"))

    class Meta:
        model = ComplaintRecord
        fields = {
            "institution": OPEN,
            "institution_kind": ["exact", "in", "not"],
            "kind": ["exact", "in", "not"],
            "country": OPEN,
            "policy_sector": OPEN,
            "respondent": OPEN,
            "category": OPEN,
            "language": OPEN,
            "channel": OPEN,
            "mandate": OPEN,
            "admissibility": OPEN,
            "stage": OPEN,
            "status": OPEN,
            "finding": OPEN,
            "closure": OPEN,
            "remedy": OPEN,
            "amount": ["exact", "gte", "lte", "isnull"],
            "currency": OPEN,
            "received_on": DAY,
            "closed_on": DAY,
            "reference": ["exact", "in"],
            "case_reference": ["exact", "in", "isnull"],
        }

    def __init__(self, data: Mapping[str, str] | None = None, *args: Any, **kwargs: Any) -> None:
        extra = [name for name in data or () if is_extra_filter(name)][:MOST_EXTRA]
        named = {name: name.removeprefix(EXTRA) for name in extra}
        # Of this query string alone.
        own = {name: _extra_filter(column) for name, column in named.items()}
        setattr(self, "base_filters", type(self).base_filters | own)  # noqa: B010 -- for mypy it is the class's
        super().__init__(data, *args, **kwargs)

    @classmethod
    def filter_for_lookup(cls, field: models.Field, lookup_type: str) -> tuple[type | None, dict[str, object]]:
        if lookup_type == "isnull" and isinstance(field, models.CharField):
            return BlankFilter, {}
        if field.name == "country":
            filter_class = ChoiceInFilter if lookup_type == "in" else django_filters.ChoiceFilter
            return filter_class, {"choices": country_choices}
        return super().filter_for_lookup(field, lookup_type)

    def filter_search(self, queryset: models.QuerySet[Model], name: str, value: str) -> models.QuerySet[Model]:
        return cast(RecordQuerySet, queryset).matching(value) if value.strip() else queryset

    def search_languages(self, search: Search) -> list[JsonObject]:
        return readings(search.words, cast(RecordQuerySet, self.queryset).scope.languages)

    def with_relevance(self, rows: models.QuerySet[Model], search: Search) -> models.QuerySet[Model]:
        return cast(RecordQuerySet, rows).with_relevance(search)

    def highlights(self, keys: Sequence[object]) -> dict[object, Highlights]:
        rows = (
            cast(RecordQuerySet, self.queryset)
            .filter(pk__in=cast("Sequence[int]", keys))
            .marked(read(self.data["search"]))
        )
        return {pk: highlights_in(dict(zip(SEARCHED, texts, strict=True))) for pk, *texts in rows}


def _extra_filter(column: str) -> django_filters.Filter:
    name = column.removesuffix(_IN)
    filter_class = ExtraFilter if name == column else ExtraInFilter
    return filter_class(field_name=name, label=name)


def is_extra(name: str) -> bool:
    """Whether it names a column of the sources. Those of this room's own are not among them, nor what would be a
    comparison: it would find nothing, without a word."""
    column = name.removeprefix(EXTRA)
    is_named = 0 < len(column) <= LONGEST_NAME and not column.startswith(PREFIX)
    return name.startswith(EXTRA) and is_named and not column.endswith(_COMPARISONS)


def is_extra_filter(name: str) -> bool:
    """Whether a parameter filters by a column of the sources: `extra.NAME`, `extra.NAME__in`."""
    return is_extra(name.removesuffix(_IN))


def is_filter(name: str) -> bool:
    """Whether a parameter chooses records."""
    return name in RecordFilter.base_filters or is_extra_filter(name)


def parameters_of(field: str) -> frozenset[str]:
    """The parameters that filter by the field of a facet, which the facet ignores."""
    if is_extra(field):
        return frozenset({field, f"{field}{_IN}"})
    column = PERIODS[field][0] if field in PERIODS else YEARS.get(field, field)
    return frozenset(name for name in RecordFilter.base_filters if name == column or name.startswith(f"{column}__"))


# Fields by which counts may be filtered where the person may see counts only: their values are common to many records.
# No search words, case references or single days, which could select one record.
_COMMON_FIELDS = (
    "dataset", "theme", "strand", "institution", "institution_kind", "kind", "country", "policy_sector", "respondent",
    "category", "language", "channel", "mandate", "admissibility", "stage", "status", "finding", "closure", "remedy",
    "currency",
)  # fmt: skip
COUNT_PARAMETERS = frozenset(
    name
    for name in RecordFilter.base_filters
    if name.partition("__")[0] in _COMMON_FIELDS or name.endswith("_on__isnull")
)
_YEAR_BOUNDS = {"gte": "-01-01", "lte": "-12-31"}


def too_narrow(params: Mapping[str, str]) -> list[str]:
    """Names of the active filters that are not allowed for counts of records that the person may not see; whole years
    are allowed."""
    return [
        name
        for name, value in params.items()
        if is_filter(name) and is_given(name, value) and name not in COUNT_PARAMETERS and not _is_year(name, value)
    ]


def _is_year(name: str, value: str) -> bool:
    column, _, lookup = name.partition("__")
    return column in ("received_on", "closed_on") and value.endswith(_YEAR_BOUNDS.get(lookup, "?"))


def counted_datasets_named(params: Mapping[str, str], scope: AccessScope) -> list[DatasetAccess]:
    """Datasets that the filters name and of which the person may see counts only."""
    if not scope.counted:
        return []
    names = {name: value for name, value in params.items() if name in ("dataset", "dataset__in")}
    named = RecordFilter(names, queryset=ComplaintRecord.objects.within(scope, ()), only_given=True)
    if not named.form.is_valid():
        return []
    alone, several = named.form.cleaned_data.get("dataset"), named.form.cleaned_data.get("dataset__in")
    chosen = set(scope.ids_of([alone] if alone else several or ()))
    if alone and several:
        chosen &= set(scope.ids_of(several))
    return [dataset for pk, dataset in scope.counted.items() if pk in chosen]
