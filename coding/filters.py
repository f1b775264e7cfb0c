"""Filters of the lists of codebooks, codes, rounds, assignments, codings, adjudications and units."""

from collections.abc import Callable

import django_filters
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.filters import owners_of
from accounts.models import Organisation, User
from coding.deciding import KINDS
from coding.models import (
    Adjudication,
    Assignment,
    Code,
    Codebook,
    Coding,
    Round,
    RoundUnit,
    Submission,
    TextUnit,
)
from coding.reading_room import TextState
from rest.filters import HoldsFilter, SearchFilter, SlugChoiceFilter, StrictFilterSet, TruthFilter, WholeNumberFilter
from rest.vocabularies import CountryFilters
from versions.pointing import Person


def _codebooks(request: HttpRequest | None) -> QuerySet[Codebook]:
    return Codebook.objects.visible_to(request.user) if request else Codebook.objects.none()


def _round_owners(request: HttpRequest | None) -> QuerySet[Organisation]:
    if request is None:
        return Organisation.objects.none()
    return Organisation.objects.filter(pk__in=Round.objects.visible_to(request.user).values("organisation"))


class CodebookFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s codebook", "%(count)s codebooks", "number")
    page_fields = ("search", "organisation", "access")
    aliases = {"organisation__slug": "organisation"}
    search_fields = ("title", "description")
    updated_field = "updated_at"
    ordering_fields = {"title": "title", "updated_at": "updated_at", "slug": "slug"}
    default_ordering = "title"

    organisation = SlugChoiceFilter(
        field_name="organisation__slug", queryset=owners_of(Codebook), label=_("Organisation")
    )

    class Meta:
        model = Codebook
        fields = {"organisation__slug": ["in"], "access": ["exact", "in"], "language": ["exact", "in"]}


class CodeFilter(StrictFilterSet):
    aliases = {"version__codebook__slug": "codebook", "version__number": "version"}
    search_fields = ("name", "definition")
    ordering_fields = {"id": "id", "name": "name", "position": "position"}
    default_ordering = "id"

    class Meta:
        model = Code
        fields = {
            "version__codebook__slug": ["exact", "in"],
            "version__number": ["exact", "in"],
            "key": ["exact", "in"],
            "parent": ["exact", "isnull"],
            "is_codable": ["exact"],
        }


class RoundFilter(CountryFilters):
    counted = ngettext_lazy("%(count)s round", "%(count)s rounds", "number")
    page_fields = ("search", "state", "organisation", "codebook", "country", "theme", "strand", "sector")
    aliases = {"organisation__slug": "organisation", "codebook_version__codebook__slug": "codebook"}
    search_fields = ("title",)
    updated_field = "updated_at"
    ordering_fields = {"id": "id", "title": "title", "updated_at": "updated_at"}
    default_ordering = "-id"

    organisation = SlugChoiceFilter(field_name="organisation__slug", queryset=_round_owners, label=_("Organisation"))
    codebook = SlugChoiceFilter(field_name="codebook_version__codebook__slug", queryset=_codebooks, label=_("Codebook"))

    class Meta:
        model = Round
        fields = {
            "state": ["exact", "in"],
            "organisation__slug": ["in"],
            "codebook_version__codebook__slug": ["in"],
        }


class AssignmentFilter(StrictFilterSet):
    aliases = {
        "round_unit__round": "round",
        "round_unit__unit": "unit",
        "coder__username": "coder",
        "submitted_at": "submitted",
    }
    ordering_fields = {"id": "id", "taken_at": "taken_at"}
    default_ordering = "id"

    class Meta:
        model = Assignment
        fields = {
            "round_unit__round": ["exact"],
            "round_unit__unit": ["exact", "in"],
            "coder__username": ["exact", "in", "isnull"],
            "submitted_at": ["isnull"],
            "is_flagged": ["exact"],
        }


class CodingFilter(StrictFilterSet):
    aliases = {
        "round_unit__round": "round",
        "round_unit__unit": "unit",
        "coder__username": "coder",
        "code__key": "code_key",
    }
    ordering_fields = {"id": "id", "made_at": "made_at"}
    default_ordering = "id"

    submitted = TruthFilter(field_name="is_submitted", label=_("Submitted"))

    class Meta:
        model = Coding
        fields = {
            "round_unit__round": ["exact"],
            "round_unit__unit": ["exact", "in"],
            "coder__username": ["exact", "in"],
            "code": ["exact", "in"],
            "code__key": ["exact", "in"],
            "certainty": ["exact", "in"],
            "made_at": ["gte", "lte"],
            "retracts": ["isnull"],
            "retracted_by": ["isnull"],
        }


class SubmissionFilter(StrictFilterSet):
    aliases = {"round_unit__round": "round", "round_unit__unit": "unit", "coder__username": "coder"}
    ordering_fields = {"id": "id", "submitted_at": "submitted_at"}
    default_ordering = "id"

    standing = TruthFilter(
        field_name="withdrawal", lookup_expr="isnull", label=_("Standing: neither taken back nor reopened")
    )

    class Meta:
        model = Submission
        fields = {
            "round_unit__round": ["exact"],
            "round_unit__unit": ["exact", "in"],
            "coder__username": ["exact", "in"],
            "outcome": ["exact", "in"],
            "is_flagged": ["exact"],
            "submitted_at": ["gte", "lte"],
        }


class AdjudicationFilter(StrictFilterSet):
    aliases = {"round_unit__round": "round"}
    ordering_fields = {"id": "id"}
    default_ordering = "id"

    class Meta:
        model = Adjudication
        fields = {"round_unit__round": ["exact"], "state": ["exact", "in"]}


class CodeOfRoundFilter(HoldsFilter):
    """The key of a code that differs; the choices are the codes of the round that the address names."""

    @property
    def field(self) -> forms.Field:
        match = self.parent.request.resolver_match
        codes = Code.objects.filter(version__rounds=match.kwargs["pk"], is_codable=True).order_by("name")
        self.extra["choices"] = list(codes.values_list("key", "name"))
        return super().field


class RoundAdjudicationFilter(StrictFilterSet):
    """The list of a round. Without `show` it has the units that are to be decided."""

    counted = ngettext_lazy("%(count)s unit", "%(count)s units", "number")
    search_fields = ("round_unit__unit__title",)
    ordering_fields = {"id": "id"}
    default_ordering = "id"

    show = django_filters.ChoiceFilter(
        method="filter_show",
        label=_("Show"),
        empty_label=_("To decide"),
        choices=[("settled", _("Settled")), ("all", _("All"))],
    )
    code = CodeOfRoundFilter(field_name="differing_codes", label=_("Code that differs"))
    kind = HoldsFilter(field_name="kinds", choices=[*KINDS.items()], label=_("Kind of difference"))

    class Meta:
        model = Adjudication
        fields: list[str] = []

    def filter_show(self, queryset: QuerySet[Adjudication], name: str, value: str) -> QuerySet[Adjudication]:
        return queryset.filter(state="settled") if value == "settled" else queryset

    def filter_queryset(self, queryset: QuerySet[Adjudication]) -> QuerySet[Adjudication]:
        rows: QuerySet[Adjudication] = super().filter_queryset(queryset)
        return rows if "show" in self.applied else rows.filter(state="open")


class CorrectionFilter(StrictFilterSet):
    """The units of a round with corrections for one coder."""

    counted = ngettext_lazy("%(count)s unit", "%(count)s units", "number")
    search_fields = ("round_unit__unit__title",)
    ordering_fields = {"id": "id"}
    default_ordering = "id"

    class Meta:
        model = Adjudication
        fields: list[str] = []


class TextUnitFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s unit", "%(count)s units", "number")
    search = SearchFilter(label=_("Title, key or text contains"))
    search_fields = ("title", "source_key", "text")
    ordering_fields = {"id": "id", "title": "title"}
    default_ordering = "id"

    class Meta:
        model = TextUnit
        fields = {"source_kind": ["exact"], "language": ["exact"]}


class UnitFilter(StrictFilterSet):
    """Of the API: units in the rounds that the caller may see."""

    search_fields = ("title", "text")
    ordering_fields = {"id": "id", "title": "title", "frozen_at": "frozen_at"}
    default_ordering = "id"

    round = WholeNumberFilter(method="filter_round", label=_("Round"))

    class Meta:
        model = TextUnit
        fields = {"source_kind": ["exact", "in"], "language": ["exact", "in"], "frozen_at": ["gte", "lte"]}

    def filter_round(self, queryset: QuerySet[TextUnit], name: str, value: int) -> QuerySet[TextUnit]:
        person = self.request.user if self.request else AnonymousUser()
        return queryset.filter(pk__in=RoundUnit.objects.visible_to(person).filter(round=value).values("unit"))


def _round_of_page(request: HttpRequest | None) -> QuerySet[Round]:
    """The round that the address of the page names."""
    key = request.resolver_match.kwargs.get("pk") if request and request.resolver_match else None
    if request is None or not isinstance(key, int):
        return Round.objects.none()
    return Round.objects.visible_to(request.user).filter(pk=key)


def _coders_shown(request: HttpRequest | None) -> list[tuple[str, str]]:
    """The coders of the round by user name; not who of them did what."""
    people = User.objects.filter(coding_rounds__round__in=_round_of_page(request)).order_by("username")
    return [(person.username, str(person)) for person in people.distinct()]


def _codes_shown(request: HttpRequest | None) -> list[tuple[str, str]]:
    codes = Code.objects.codable().filter(version__rounds__in=_round_of_page(request)).order_by("name")
    return [(code.key, code.name) for code in codes]


class ChoiceOfRoundFilter(django_filters.ChoiceFilter):
    """A choice that depends on the round of the page."""

    def __init__(self, *, offered: Callable[[HttpRequest | None], list[tuple[str, str]]], **kwargs: object) -> None:
        self.offered = offered
        super().__init__(**kwargs)

    @property
    def field(self) -> forms.Field:
        self.extra["choices"] = self.offered(self.parent.request)
        return super().field


class RoundTextFilter(StrictFilterSet):
    """The texts of one round. Each filter looks only at what the person may see."""

    counted = ngettext_lazy("%(count)s text", "%(count)s texts", "number")
    search_fields = ("unit__title", "unit__text")
    ordering_fields = {"unit": "unit", "title": "unit__title"}
    default_ordering = "unit"

    state = django_filters.ChoiceFilter(field_name="text_state", choices=TextState.choices, label=_("State"))
    coder = ChoiceOfRoundFilter(method="filter_coder", offered=_coders_shown, label=_("Coder"))
    code = ChoiceOfRoundFilter(method="filter_code", offered=_codes_shown, label=_("Code"))
    outcome = django_filters.ChoiceFilter(
        method="filter_outcome", choices=Submission.Outcome.choices, label=_("Outcome")
    )
    flagged = TruthFilter(method="filter_flagged", label=_("Flagged"))

    class Meta:
        model = RoundUnit
        fields: list[str] = []

    @property
    def _reader(self) -> Person:
        return self.request.user if self.request else AnonymousUser()

    def filter_coder(self, queryset: QuerySet[RoundUnit], name: str, value: str) -> QuerySet[RoundUnit]:
        """Texts that the coder has, submitted or not."""
        held = Assignment.objects.readable_by(self._reader).filter(coder__username=value)
        made = Submission.objects.visible_to(self._reader).standing().filter(coder__username=value)
        return queryset.filter(Q(pk__in=held.values("round_unit")) | Q(pk__in=made.values("round_unit")))

    def filter_code(self, queryset: QuerySet[RoundUnit], name: str, value: str) -> QuerySet[RoundUnit]:
        """Texts on which a submission has the code."""
        codings = Coding.objects.visible_to(self._reader).standing().submitted().filter(code__key=value)
        return queryset.filter(pk__in=codings.values("round_unit"))

    def filter_outcome(self, queryset: QuerySet[RoundUnit], name: str, value: str) -> QuerySet[RoundUnit]:
        made = Submission.objects.visible_to(self._reader).standing().filter(outcome=value)
        return queryset.filter(pk__in=made.values("round_unit"))

    def filter_flagged(self, queryset: QuerySet[RoundUnit], name: str, value: bool) -> QuerySet[RoundUnit]:
        """Texts that a coder flagged, in a submission or before it."""
        made = Submission.objects.visible_to(self._reader).standing().filter(is_flagged=True)
        held = Assignment.objects.readable_by(self._reader).filter(is_flagged=True, submitted_at__isnull=True)
        flagged = Q(pk__in=made.values("round_unit")) | Q(pk__in=held.values("round_unit"))
        return queryset.filter(flagged) if value else queryset.exclude(flagged)
