"""`facets/` below the lists of case studies, events, contributions and participation."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from casestudies.selectors.facets import Fields, counts_of
from rest.answers import json_answer
from rest.lists import with_whole_lists
from rest.viewsets import ReadViewSet


def _described(kind: str, text: Any) -> dict[str, Any]:
    return {"type": kind, "description": text}


_VALUE = {
    "type": "object",
    "required": ["value", "label", "count"],
    "properties": {
        "value": _described("string", gettext_lazy("What the filter of this name takes.")),
        "label": _described("string", gettext_lazy("The value in words.")),
        "count": _described("integer", gettext_lazy("Rows that have it.")),
    },
}
_ANSWER = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["values"],
        "properties": {
            "values": {
                "type": "array",
                "items": _VALUE,
                "description": gettext_lazy("The values of the field, the most frequent first."),
            }
        },
    },
}


class CountedMixin(ReadViewSet):
    """Counts of the rows of a list, under its filters. All are rows that the person has access to."""

    facet_fields: Callable[[HttpRequest], Fields]

    @extend_schema(
        parameters=[
            OpenApiParameter(
                "field", str, required=True,
                description="One or more, separated by commas. A wrong one is answered with those that there are.",
            )
        ],
        responses={200: _ANSWER},
    )  # fmt: skip
    @action(detail=False, url_path="facets")
    def facets(self, request: Request) -> HttpResponse:
        """How many rows have each value of a field, each field without its own filter. A row counts for each of its
        themes and strands; rows without a value are not counted."""
        fields = self._chosen_fields(request)
        filterset = self.filterset(request, reserved=frozenset({"field"}))
        params = with_whole_lists(request.query_params).dict()
        params.pop("field")
        counts = counts_of(type(filterset), self.get_queryset(), fields, params, request)
        shown = {
            name: {
                "values": [
                    {"value": value, "label": str(fields[name].label(value)), "count": number}
                    for value, number in sorted(counts[name].items(), key=lambda one: (-one[1], one[0]))
                ]
            }
            for name in fields
        }
        return json_answer(request, shown)

    def _chosen_fields(self, request: Request) -> Fields:
        """The fields that the query string names. ValidationError for unknown ones, or none."""
        known = self.facet_fields(request)
        names = [name.strip() for name in request.query_params.get("field", "").split(",") if name.strip()]
        if not names or any(name not in known for name in names):
            message = _("Use one or more of these, separated by commas: %(fields)s.") % {"fields": ", ".join(known)}
            raise ValidationError({"field": ValidationError(message, code="unknown_field" if names else "required")})
        return {name: known[name] for name in names}
