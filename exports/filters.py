"""Filters of the lists of exports, for its page and API, and of saved queries."""

import django_filters
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from exports.models import Export, SavedQuery
from exports.writers import TITLES
from jobs.models import JobState
from rest.filters import StrictFilterSet


class ExportFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s export", "%(count)s exports", "number")
    ordering_fields = {"id": "id"}
    default_ordering = "-id"
    page_fields = ("state", "format")

    state = django_filters.ChoiceFilter(choices=JobState.choices, label=_("State"))
    format = django_filters.ChoiceFilter(choices=list(TITLES.items()), label=_("Format"))

    class Meta:
        model = Export
        fields: list[str] = []


class SavedQueryFilter(StrictFilterSet):
    counted = ngettext_lazy("%(count)s saved query", "%(count)s saved queries", "number")
    ordering_fields = {"id": "id"}
    default_ordering = "-id"

    class Meta:
        model = SavedQuery
        fields: list[str] = []
