"""The query strings of this room's lists, for pages and API alike."""

from collections.abc import Sequence
from functools import partial, reduce
from operator import or_
from typing import TypeVar, cast

import django_filters
from django.db.models import F, Model, Q, QuerySet, TextField, Value
from django.db.models.functions import Concat
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.filters import owners_of
from accounts.models import Organisation
from casestudies import vocabularies as v
from casestudies.models import (
    CaseStudy,
    CoCreationEvent,
    Contribution,
    FieldNote,
    FieldNoteVersion,
    NoteConflict,
    Participation,
)
from casestudies.models.choices import Decision
from casestudies.selectors.terms import term_choices
from registry.models import PolicySector
from rest.filters import (
    ChoiceInFilter,
    SlugChoiceFilter,
    SlugChoicesFilter,
    StrictFilterSet,
    TruthFilter,
    WholeNumberFilter,
)
from rest.highlights import Highlights, highlights_in
from rest.search import Search, read
from rest.vocabularies import STRAND, THEME, TermFilter, TermsFilter
from standards.json_values import JsonObject
from standards.search import SearchHeadline, SearchMatches, SearchRelevance, readings

Row = TypeVar("Row", bound=Model)


class FullTextFilter(StrictFilterSet):
    """`search=` reads `search_fields` as one text in the row's own language, accents folded, "phrases" and -not."""

    search_language = "language"
    has_full_text = True

    def filter_search(self, queryset: QuerySet[Row], name: str, value: str) -> QuerySet[Row]:
        language, body = F(self.search_language), _joined(self.search_fields)
        matches = [SearchMatches(language, body, part.words, part.as_json()) for part in read(value).parts]
        return queryset.filter(reduce(or_, map(Q, matches))) if matches else queryset.none()

    def search_languages(self, search: Search) -> list[JsonObject]:
        spoken = self.queryset.order_by().values_list(self.search_language, flat=True).distinct()
        return readings(search.words, spoken)

    def with_relevance(self, rows: QuerySet[Row], search: Search) -> QuerySet[Row]:
        language, wanted = F(self.search_language), search.wanted
        head, *others = self.search_fields
        relevance = SearchRelevance(language, F(head), _joined(others), wanted.words, wanted.as_json())
        return cast("QuerySet[Row]", rows.annotate(relevance=relevance))

    def highlights(self, keys: Sequence[object]) -> dict[object, Highlights]:
        language, wanted = F(self.search_language), read(self.data["search"]).wanted
        marked = [SearchHeadline(language, F(name), wanted.words, wanted.as_json()) for name in self.search_fields]
        rows = self.queryset.filter(pk__in=keys).values_list("pk", *marked)
        return {pk: highlights_in(dict(zip(self.search_fields, texts, strict=True))) for pk, *texts in rows}


def _joined(names: Sequence[str]) -> Concat:
    """The texts of columns, one after the other."""
    parts = [part for name in names for part in (F(name), Value(" "))]
    return Concat(*parts, output_field=TextField())


def _cases_with_notes(request: HttpRequest | None) -> QuerySet[CaseStudy]:
    """Case studies with a note that the person has access to."""
    if request is None:
        return CaseStudy.objects.none()
    notes = FieldNote.objects.visible_to(request.user).not_deleted()
    return CaseStudy.objects.filter(pk__in=notes.values("case_study")).order_by("working_title")


def _public_bodies(request: HttpRequest | None) -> QuerySet[Organisation]:
    """Organisations that are the public body of a case study that the person has access to."""
    if request is None:
        return Organisation.objects.none()
    return Organisation.objects.filter(pk__in=CaseStudy.objects.visible_to(request.user).values("public_body"))


def _sectors(request: HttpRequest | None) -> QuerySet[PolicySector]:
    return PolicySector.objects.all()


def _term(field: str, vocabulary: str, label: str | Promise) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(field_name=field, label=label, choices=partial(term_choices, vocabulary))


class CaseStudyFilter(FullTextFilter):
    counted = ngettext_lazy("%(count)s case study", "%(count)s case studies", "number")
    search_fields = ("working_title", "abstract")
    updated_field = "updated_at"
    ordering_fields = {
        "working_title": "working_title",
        "country": "country",
        "started_on": "started_on",
        "updated_at": "updated_at",
        "completeness": "completeness",
        "id": "id",
        "relevance": "relevance",
    }
    default_ordering = "-updated_at"

    sector = SlugChoiceFilter(field_name="sector__slug", queryset=_sectors, label=_("Policy sector"))
    theme = TermFilter(field_name="themes", vocabulary=THEME, label=_("Theme"))
    strand = TermFilter(field_name="strands", vocabulary=STRAND, label=_("Strand"))
    organisation = SlugChoiceFilter(
        field_name="organisation__slug", queryset=owners_of(CaseStudy), label=_("Organisation")
    )
    public_body = SlugChoiceFilter(field_name="public_body__slug", queryset=_public_bodies, label=_("Public body"))
    sector__in = SlugChoicesFilter(field_name="sector__slug", queryset=_sectors, label=_("Policy sector is one of"))
    theme__in = TermsFilter(field_name="themes", vocabulary=THEME, label=_("Theme is one of"))
    strand__in = TermsFilter(field_name="strands", vocabulary=STRAND, label=_("Strand is one of"))
    organisation__in = SlugChoicesFilter(
        field_name="organisation__slug", queryset=owners_of(CaseStudy), label=_("Organisation is one of")
    )
    initiator = _term("initiator", v.ACTOR_GROUP, _("Initiator"))
    innovation_type = _term("innovation_type", v.INNOVATION_TYPE, _("Innovation type"))
    newness = _term("newness", v.NEWNESS, _("Newness"))
    ict_role = _term("ict_role", v.ICT_ROLE, _("Role of ICT"))

    class Meta:
        model = CaseStudy
        fields = {
            "country": ["exact", "in", "not"],
            "level": ["exact", "in", "not"],
            "review_state": ["exact", "in", "not"],
            "access": ["exact", "in"],
            "attitude": ["exact", "in", "not"],
            "slug": ["exact", "in"],
            "started_on": ["gte", "lte", "isnull"],
            "ended_on": ["gte", "lte", "isnull"],
        }


class EventFilter(FullTextFilter):
    counted = ngettext_lazy("%(count)s event", "%(count)s events", "number")
    search_fields = ("title", "series", "purpose", "venue")
    search_language = "case_study__language"
    updated_field = "updated_at"
    ordering_fields = {name: name for name in ("starts_at", "title", "updated_at", "id", "relevance")}
    default_ordering = "-starts_at"

    case_study = django_filters.CharFilter(field_name="case_study__slug", label=_("Case study (slug)"))
    organisation = SlugChoiceFilter(
        field_name="case_study__organisation__slug", queryset=owners_of(CaseStudy), label=_("Organisation")
    )
    country = django_filters.ChoiceFilter(
        field_name="case_study__country", label=_("Country"), choices=CaseStudy._meta.get_field("country").choices
    )
    theme = TermFilter(field_name="case_study__themes", vocabulary=THEME, label=_("Theme"))
    strand = TermFilter(field_name="case_study__strands", vocabulary=STRAND, label=_("Strand"))
    sector = SlugChoiceFilter(field_name="case_study__sector__slug", queryset=_sectors, label=_("Policy sector"))
    country__in = ChoiceInFilter(
        field_name="case_study__country",
        label=_("Country is one of"),
        choices=CaseStudy._meta.get_field("country").choices,
    )
    theme__in = TermsFilter(field_name="case_study__themes", vocabulary=THEME, label=_("Theme is one of"))
    strand__in = TermsFilter(field_name="case_study__strands", vocabulary=STRAND, label=_("Strand is one of"))
    sector__in = SlugChoicesFilter(
        field_name="case_study__sector__slug", queryset=_sectors, label=_("Policy sector is one of")
    )
    organisation__in = SlugChoicesFilter(
        field_name="case_study__organisation__slug", queryset=owners_of(CaseStudy), label=_("Organisation is one of")
    )
    format = _term("format", v.EVENT_FORMAT, _("Format"))
    format__in = ChoiceInFilter(
        field_name="format", label=_("Format is one of"), choices=partial(term_choices, v.EVENT_FORMAT)
    )
    is_deliberative = TruthFilter(field_name="is_deliberative", label=_("Deliberative"))

    class Meta:
        model = CoCreationEvent
        fields = {
            "id": ["in"],
            "status": ["exact", "in", "not"],
            "mode": ["exact", "in"],
            "phase": ["exact", "in", "not"],
            "selection": ["exact", "in"],
            "starts_at": ["gte", "lte"],
        }


class ContributionFilter(FullTextFilter):
    search_fields = ("text", "response", "what_changed")
    updated_field = "updated_at"
    ordering_fields = {name: name for name in ("put_in_on", "decided_on", "updated_at", "id", "relevance")}
    default_ordering = "-id"

    case_study = django_filters.CharFilter(field_name="case_study__slug", label=_("Case study (slug)"))
    event = WholeNumberFilter(field_name="event", label=_("Event (number)"))
    parent = WholeNumberFilter(field_name="parent", label=_("Answer to (number)"))
    country = django_filters.ChoiceFilter(
        field_name="case_study__country", label=_("Country"), choices=CaseStudy._meta.get_field("country").choices
    )
    theme = TermFilter(field_name="case_study__themes", vocabulary=THEME, label=_("Theme"))
    strand = TermFilter(field_name="case_study__strands", vocabulary=STRAND, label=_("Strand"))
    sector = SlugChoiceFilter(field_name="case_study__sector__slug", queryset=_sectors, label=_("Policy sector"))
    country__in = ChoiceInFilter(
        field_name="case_study__country",
        label=_("Country is one of"),
        choices=CaseStudy._meta.get_field("country").choices,
    )
    theme__in = TermsFilter(field_name="case_study__themes", vocabulary=THEME, label=_("Theme is one of"))
    strand__in = TermsFilter(field_name="case_study__strands", vocabulary=STRAND, label=_("Strand is one of"))
    sector__in = SlugChoicesFilter(
        field_name="case_study__sector__slug", queryset=_sectors, label=_("Policy sector is one of")
    )
    kind = _term("kind", v.CONTRIBUTION_KIND, _("Kind"))
    group = _term("group", v.ACTOR_GROUP, _("Contributed by"))
    decision = django_filters.ChoiceFilter(choices=Decision.choices, label=_("Decision"))
    kind__in = ChoiceInFilter(
        field_name="kind", label=_("Kind is one of"), choices=partial(term_choices, v.CONTRIBUTION_KIND)
    )
    group__in = ChoiceInFilter(
        field_name="group", label=_("Contributed by one of"), choices=partial(term_choices, v.ACTOR_GROUP)
    )
    decision__in = ChoiceInFilter(field_name="decision", label=_("Decision is one of"), choices=Decision.choices)
    decided = TruthFilter(method="filter_decided", label=_("Has a decision"))

    class Meta:
        model = Contribution
        fields = {"put_in_on": ["gte", "lte", "isnull"], "decided_on": ["gte", "lte", "isnull"]}

    def filter_decided(self, queryset: QuerySet[Contribution], name: str, value: bool) -> QuerySet[Contribution]:
        return queryset.exclude(decision="") if value else queryset.filter(decision="")


class ParticipationFilter(StrictFilterSet):
    ordering_fields = {"id": "id"}
    default_ordering = "id"

    event = WholeNumberFilter(field_name="event", label=_("Event (number)"))
    case_study = django_filters.CharFilter(field_name="event__case_study__slug", label=_("Case study (slug)"))
    country = django_filters.ChoiceFilter(
        field_name="event__case_study__country",
        label=_("Country"),
        choices=CaseStudy._meta.get_field("country").choices,
    )
    theme = TermFilter(field_name="event__case_study__themes", vocabulary=THEME, label=_("Theme"))
    strand = TermFilter(field_name="event__case_study__strands", vocabulary=STRAND, label=_("Strand"))
    policy_sector = SlugChoiceFilter(
        field_name="event__case_study__sector__slug", queryset=_sectors, label=_("Policy sector")
    )
    country__in = ChoiceInFilter(
        field_name="event__case_study__country",
        label=_("Country is one of"),
        choices=CaseStudy._meta.get_field("country").choices,
    )
    theme__in = TermsFilter(field_name="event__case_study__themes", vocabulary=THEME, label=_("Theme is one of"))
    strand__in = TermsFilter(field_name="event__case_study__strands", vocabulary=STRAND, label=_("Strand is one of"))
    policy_sector__in = SlugChoicesFilter(
        field_name="event__case_study__sector__slug", queryset=_sectors, label=_("Policy sector is one of")
    )
    group__in = ChoiceInFilter(
        field_name="group", label=_("Group of actors is one of"), choices=partial(term_choices, v.ACTOR_GROUP)
    )
    group = _term("group", v.ACTOR_GROUP, _("Group of actors"))

    class Meta:
        model = Participation
        fields: dict[str, list[str]] = {}


class FieldNoteFilter(FullTextFilter):
    counted = ngettext_lazy("%(count)s note", "%(count)s notes", "number")
    search_fields = ("title", "text")
    updated_field = "stored_at"
    ordering_fields = {name: name for name in ("stored_at", "occurred_on", "title", "uuid", "relevance")}
    default_ordering = "-stored_at"
    latest = "-stored_at"

    case_study = django_filters.CharFilter(field_name="case_study__slug", label=_("Case study (slug)"))
    event = WholeNumberFilter(field_name="event", label=_("Event (number)"))
    author = django_filters.CharFilter(field_name="author__username", label=_("Author (user name)"))
    informant = django_filters.CharFilter(method="filter_informant", label=_("Informant (pseudonym)"))
    in_conflict = TruthFilter(method="filter_in_conflict", label=_("Has an open conflict"))

    class Meta:
        model = FieldNote
        fields = {
            "uuid": ["in"],
            "kind": ["exact", "in", "not"],
            "language": ["exact", "in"],
            "sensitivity": ["exact", "in"],
            "occurred_on": ["exact", "gte", "lte", "isnull"],
        }

    def filter_informant(self, queryset: QuerySet[FieldNote], name: str, value: str) -> QuerySet[FieldNote]:
        return queryset.filter(informants__contains=[value])

    def filter_in_conflict(self, queryset: QuerySet[FieldNote], name: str, value: bool) -> QuerySet[FieldNote]:
        open_ones = Q(pk__in=NoteConflict.objects.open().values("note"))
        return queryset.filter(open_ones if value else ~open_ones)


class NotePageFilter(FieldNoteFilter):
    """The filter form of the list of notes: a case study is chosen by its title."""

    case_study = SlugChoiceFilter(field_name="case_study__slug", queryset=_cases_with_notes, label=_("Case study"))
    case_study__in = SlugChoicesFilter(
        field_name="case_study__slug", queryset=_cases_with_notes, label=_("Case study is one of")
    )

    class Meta(FieldNoteFilter.Meta):
        pass


class NoteVersionFilter(StrictFilterSet):
    ordering_fields = {"number": "number"}
    default_ordering = "-number"

    class Meta:
        model = FieldNoteVersion
        fields = {"number": ["exact", "gte", "lte"], "act": ["exact", "in"]}


class NoteConflictFilter(StrictFilterSet):
    ordering_fields = {"id": "id", "stored_at": "stored_at"}
    default_ordering = "-id"

    open = TruthFilter(field_name="resolved_at", lookup_expr="isnull", label=_("Undecided"))

    class Meta:
        model = NoteConflict
        fields: dict[str, list[str]] = {}
