"""Filters of the lists of datasets and imports, for pages and API."""

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import Organisation
from imports.models import Comparison, ComparisonRow, Dataset, Import, QuarantinedRow, RowProblem
from imports.problems import ROW_PROBLEMS, title
from imports.querysets import ImportQuerySet
from jobs.models import JobState
from rest.filters import ChoiceInFilter, SlugChoiceFilter, SlugChoicesFilter, StrictFilterSet
from rest.vocabularies import CutFilters
from rest.walks import Walked


def _owners(request: HttpRequest | None) -> QuerySet[Organisation]:
    """Organisations that own a dataset which the caller can see."""
    if request is None:
        return Organisation.objects.none()
    return Organisation.objects.filter(pk__in=Dataset.objects.visible_to(request.user).values("organisation"))


def _datasets(request: HttpRequest | None) -> QuerySet[Dataset]:
    if request is None:
        return Dataset.objects.none()
    return Dataset.objects.filter(pk__in=Import.objects.visible_to(request.user).values("dataset"))


class DatasetFilter(CutFilters):
    counted = ngettext_lazy("%(count)s dataset", "%(count)s datasets", "number")
    search_fields = ("title", "description", "slug", "source")
    updated_field = "updated_at"
    ordering_fields = {"title": "title", "updated_at": "updated_at", "record_count": "record_count", "id": "id"}
    default_ordering = "title"
    page_fields = ("search", "country", "theme", "strand", "sector", "organisation", "access")

    organisation = SlugChoiceFilter(field_name="organisation__slug", queryset=_owners, label=_("Organisation"))
    organisation__in = SlugChoicesFilter(
        field_name="organisation__slug", queryset=_owners, label=_("Organisation is one of")
    )

    class Meta:
        model = Dataset
        fields = {
            "country": ["exact", "in", "not"],
            "language": ["exact", "in"],
            "access": ["exact", "in"],
            "is_fictional": ["exact"],
        }


class ImportFilter(StrictFilterSet):
    updated_field = "created_at"
    ordering_fields = {"created_at": "created_at", "id": "id"}
    default_ordering = "-id"

    dataset = SlugChoiceFilter(field_name="dataset__slug", queryset=_datasets, label=_("Dataset"))
    state = django_filters.ChoiceFilter(choices=JobState.choices, method="in_state", label=_("State"))
    state__in = ChoiceInFilter(choices=JobState.choices, method="in_states", label=_("State is one of"))
    state__not = ChoiceInFilter(choices=JobState.choices, method="in_other_states", label=_("State is none of"))
    result = django_filters.ChoiceFilter(
        choices=[choice for choice in Import.Result.choices if choice[0]], method="with_result", label=_("Result")
    )

    class Meta:
        model = Import
        fields: dict[str, list[str]] = {}

    def in_state(self, rows: ImportQuerySet, name: str, value: str) -> ImportQuerySet:
        return rows.in_job_states([value])

    def in_states(self, rows: ImportQuerySet, name: str, value: list[str]) -> ImportQuerySet:
        return rows.in_job_states(value)

    def in_other_states(self, rows: ImportQuerySet, name: str, value: list[str]) -> ImportQuerySet:
        return rows.in_job_states(set(JobState.values).difference(value))

    def with_result(self, rows: ImportQuerySet, name: str, value: str) -> ImportQuerySet:
        return rows.with_result(value)


class QuarantineFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s row", "%(count)s rows", "number")
    ordering_fields = {"record": "record", "id": "id"}
    default_ordering = "record"
    walked = Walked(fixed=frozenset({"record"}))
    page_fields = ("state", "code", "column")

    code = django_filters.ChoiceFilter(
        choices=[(code, title(code)) for code in ROW_PROBLEMS], method="with_problem", label=_("Problem")
    )
    column = django_filters.CharFilter(method="with_problem", label=_("Column"))

    class Meta:
        model = QuarantinedRow
        fields = {"state": ["exact"], "line": ["exact", "gte", "lte"]}

    def with_problem(self, rows: QuerySet[QuarantinedRow], name: str, value: str) -> QuerySet[QuarantinedRow]:
        problems = RowProblem.objects.filter(import_run=OuterRef("import_run"), record=OuterRef("record"))
        return rows.filter(Exists(problems.filter(**{name: value})))


class ProblemFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s problem", "%(count)s problems", "number")
    ordering_fields = {"record": "record", "id": "id"}
    default_ordering = "record"
    walked = Walked(fixed=frozenset({"record"}))
    page_fields = ("code", "column", "value")

    code = django_filters.ChoiceFilter(choices=[(code, title(code)) for code in ROW_PROBLEMS], label=_("Problem"))

    class Meta:
        model = RowProblem
        fields = {
            "code": ["in", "not"], "column": ["exact", "in"], "value": ["exact"], "line": ["exact", "gte", "lte"],
            "record": ["exact", "gte", "lte"],
        }  # fmt: skip


class ComparisonFilter(StrictFilterSet):
    ordering_fields = {"id": "id"}
    default_ordering = "-id"

    dataset = SlugChoiceFilter(field_name="newer__dataset__slug", queryset=_datasets, label=_("Dataset"))

    class Meta:
        model = Comparison
        fields = {"state": ["exact", "in"], "older": ["exact"], "newer": ["exact"]}


class ComparisonRowFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s record", "%(count)s records", "number")
    ordering_fields = {"id": "id"}
    default_ordering = "id"
    page_fields = ("kind", "reference", "field")

    field = django_filters.CharFilter(method="with_field", label=_("Changed field"))

    class Meta:
        model = ComparisonRow
        fields = {"kind": ["exact", "in"], "reference": ["exact"]}

    def with_field(self, rows: QuerySet[ComparisonRow], name: str, value: str) -> QuerySet[ComparisonRow]:
        return rows.filter(changes__contains=[[value]])
