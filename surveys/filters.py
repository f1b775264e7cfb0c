"""The query strings of the lists of surveys, the same for pages and API."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.filters import owners_of
from accounts.roles import AccessLevel
from rest.filters import SlugChoiceFilter, StrictFilterSet
from rest.vocabularies import CountryFilters
from surveys.models import Item, Questionnaire, Response, Wave


class QuestionnaireFilter(CountryFilters):
    counted = ngettext_lazy("%(count)s questionnaire", "%(count)s questionnaires", "number")
    aliases = {"organisation__slug": "organisation"}
    search_fields = ("title", "description", "slug")
    updated_field = "updated_at"
    ordering_fields = {"title": "title", "created_at": "created_at", "updated_at": "updated_at", "id": "id"}
    default_ordering = "title"

    organisation = SlugChoiceFilter(
        field_name="organisation__slug", queryset=owners_of(Questionnaire), label=_("Organisation")
    )
    access = django_filters.ChoiceFilter(choices=AccessLevel.choices, label=_("Access"))

    class Meta:
        model = Questionnaire
        fields = {
            "slug": ["exact", "in"],
            "organisation__slug": ["in"],
            "is_fictional": ["exact"],
        }


class QuestionnairePageFilter(QuestionnaireFilter):
    """The form above the list."""

    page_fields = ("search", "organisation", "access", "country", "theme", "strand", "sector")

    class Meta(QuestionnaireFilter.Meta):
        fields = {}


class WaveFilter(StrictFilterSet):
    aliases = {"fieldwork__questionnaire__slug": "questionnaire", "version__number": "version"}
    ordering_fields = {"opened_at": "opened_at", "number": "number", "id": "id"}
    default_ordering = "id"

    class Meta:
        model = Wave
        fields = {
            "fieldwork__questionnaire__slug": ["exact", "in"],
            "version__number": ["exact", "in"],
            "state": ["exact", "in", "not"],
            "opened_at": ["gte", "lte", "isnull"],
        }


class ResponseFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s response", "%(count)s responses", "number")
    aliases = {
        "wave__fieldwork__questionnaire__slug": "questionnaire",
        "wave__version__number": "version",
        "respondent__pseudonym": "respondent",
    }
    updated_field = "updated_at"
    ordering_fields = {
        "started_at": "started_at",
        "completed_at": "completed_at",
        "updated_at": "updated_at",
        "id": "id",
    }
    default_ordering = "-started_at"

    class Meta:
        model = Response
        fields = {
            "wave": ["exact"],
            "wave__fieldwork__questionnaire__slug": ["exact", "in"],
            "wave__version__number": ["exact"],
            "state": ["exact"],
            "language": ["exact", "in"],
            "source": ["exact"],
            "occasion": ["exact"],
            "respondent__pseudonym": ["exact", "in"],
            "started_at": ["gte", "lte"],
            "completed_at": ["gte", "lte", "isnull"],
        }


class VariableFilter(StrictFilterSet):
    aliases = {"version__questionnaire__slug": "questionnaire", "version__number": "version", "scale__name": "scale"}
    search_fields = ("name", "labels")
    ordering_fields = {"name": "name", "id": "id"}
    default_ordering = "id"

    class Meta:
        model = Item
        fields = {
            "version__questionnaire__slug": ["exact", "in"],
            "version__number": ["exact", "in"],
            "name": ["exact", "in"],
            "type": ["exact", "in", "not"],
            "scale__name": ["exact", "in"],
        }
