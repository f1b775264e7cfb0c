"""The query string of the record list, its facets, its export and its API path."""

from collections.abc import Mapping
from typing import Any, cast

import django_filters
from django.db import models
from django.db.models import Q
from django.utils.translation import ngettext_lazy

from coding.models import Coding
from complaints.models import ComplaintRecord, RecordUnit
from complaints.querysets import AccessScope, DatasetAccess, RecordQuerySet
from rest.filters import ChoiceInFilter, StrictFilterSet, TruthFilter, WholeNumberFilter
from standards.countries import country_choices

OPEN = ["exact", "in", "not", "isnull"]
DAY = ["exact", "gte", "lte", "isnull"]


class BlankFilter(TruthFilter):
    """`channel__isnull=true`: the source did not say. Unknown text is kept as ""."""

    def filter(self, qs: Any, value: bool | None) -> Any:
        if value is None:
            return qs
        return qs.filter(**{self.field_name: ""}) if value else qs.exclude(**{self.field_name: ""})


class DatasetChoices:
    """Narrows to datasets by slug, of those the person sees: as ids, so that PostgreSQL reads their partitions only."""

    @property
    def field(self) -> Any:
        seen = self.parent.queryset.scope.selectable.values()
        self.extra["choices"] = [(dataset.slug, dataset.title) for dataset in seen]
        return super().field

    def filter(self, qs: Any, value: Any) -> Any:
        if not value:
            return qs
        ids = qs.scope.ids_of([value] if isinstance(value, str) else value)
        return self.get_method(qs)(dataset_id__in=ids)


class DatasetFilter(DatasetChoices, django_filters.ChoiceFilter):
    pass


class DatasetsFilter(DatasetChoices, ChoiceInFilter):
    pass


class DaysOpenFilter(WholeNumberFilter):
    def filter(self, qs: Any, value: int | None) -> Any:
        return super().filter(qs.with_days_open(), value)


class CodesFilter(django_filters.CharFilter):
    """Records that were given a code, as far as blindness lets the person see it."""

    def filter(self, qs: Any, value: str) -> Any:
        if not value:
            return qs
        seen = Coding.objects.visible_to(qs.scope.person).standing().filter(code__key=value)
        units = RecordUnit.objects.filter(unit__in_rounds__codings__in=seen)
        return qs.filter(pk__in=units.values("record_id"))


class SameCaseFilter(WholeNumberFilter):
    """`same_case_as=17`: record 17 and what stands together with it, in its dataset and in those joined with it."""

    def filter(self, qs: Any, value: int | None) -> Any:
        if value is None:
            return qs
        seen = ComplaintRecord.objects.filter(dataset_id__in=list(qs.scope.datasets), pk=value).first()
        return qs.none() if seen is None else qs.filter(Q(pk=seen.pk, dataset_id=seen.dataset_id) | qs.case_of(seen))


class RecordFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s record", "%(count)s records", "number")
    updated_field = "updated_at"
    ordering_fields = {
        "id": "id",
        "received_on": "received_on",
        "closed_on": "closed_on",
        "updated_at": "updated_at",
    }
    default_ordering = "id"

    search = django_filters.CharFilter(method="filter_search", label="Words in the text", max_length=500)
    dataset = DatasetFilter(label="Dataset")
    dataset__in = DatasetsFilter(label="Dataset is one of")
    dataset__not = DatasetsFilter(label="Dataset is none of", exclude=True)
    days_open = DaysOpenFilter(label="Days open")
    days_open__gte = DaysOpenFilter(field_name="days_open", lookup_expr="gte", label="Days open, at least")
    days_open__lte = DaysOpenFilter(field_name="days_open", lookup_expr="lte", label="Days open, at most")

    codes = CodesFilter(label="Code given")
    same_case_as = SameCaseFilter(label="The case of record")

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

    @classmethod
    def filter_for_lookup(cls, field: models.Field, lookup_type: str) -> tuple[type | None, dict[str, Any]]:
        if lookup_type == "isnull" and isinstance(field, models.CharField):
            return BlankFilter, {}
        if field.name == "country":
            filter_class = ChoiceInFilter if lookup_type == "in" else django_filters.ChoiceFilter
            return filter_class, {"choices": country_choices}
        return super().filter_for_lookup(field, lookup_type)

    def filter_search(self, queryset: models.QuerySet[Any], name: str, value: str) -> models.QuerySet[Any]:
        return cast(RecordQuerySet, queryset).matching(value) if value.strip() else queryset


def parameters_of(field: str) -> frozenset[str]:
    """The parameters that narrow by a facet's own field, which the facet ignores."""
    column = {"received_year": "received_on", "closed_year": "closed_on"}.get(field, field)
    return frozenset(name for name in RecordFilter.base_filters if name == column or name.startswith(f"{column}__"))


# By what the records of a dataset may be narrowed of which only counts may be seen: what many records share. No words,
# no numbers of cases and no single days, by which one record could be chosen.
_SHARED = (
    "dataset", "institution", "institution_kind", "kind", "country", "policy_sector", "respondent", "category",
    "language", "channel", "mandate", "admissibility", "stage", "status", "finding", "closure", "remedy", "currency",
)  # fmt: skip
COUNT_PARAMETERS = frozenset(
    name for name in RecordFilter.base_filters if name.partition("__")[0] in _SHARED or name.endswith("_on__isnull")
)
_YEAR_BOUNDS = {"gte": "-01-01", "lte": "-12-31"}


def too_narrow(params: Mapping[str, str]) -> list[str]:
    """Names of the filters in force that counts of unreadable records cannot be narrowed by; whole years can."""
    return [
        name
        for name, value in params.items()
        if value and name in RecordFilter.base_filters and name not in COUNT_PARAMETERS and not _is_year(name, value)
    ]


def _is_year(name: str, value: str) -> bool:
    column, _, lookup = name.partition("__")
    return column in ("received_on", "closed_on") and value.endswith(_YEAR_BOUNDS.get(lookup, "?"))


def named_datasets(params: Mapping[str, str], scope: AccessScope) -> list[DatasetAccess]:
    """Datasets that a question names and of which only counts may be seen."""
    asked = RecordFilter({name: value for name, value in params.items() if name in ("dataset", "dataset__in")},
                         queryset=ComplaintRecord.objects.within(scope, ()))  # fmt: skip
    if not asked.form.is_valid():
        return []
    alone, several = asked.form.cleaned_data["dataset"], asked.form.cleaned_data["dataset__in"]
    chosen = set(scope.ids_of([alone] if alone else several or ()))
    if alone and several:
        chosen &= set(scope.ids_of(several))
    return [dataset for pk, dataset in scope.counted.items() if pk in chosen]
