"""How drf-spectacular describes our viewsets: lists, their parameters, their rows, and problem documents."""

import inspect
from functools import cache
from typing import Any, Literal

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django_filters import Filter
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from rest_framework.serializers import BaseSerializer, Serializer

from rest.counts import MODES
from rest.fields import DayField, MomentField, TruthField
from rest.filters import StrictFilterSet
from rest.lists import ENDINGS
from rest.paging import DEFAULT_PAGE, LARGEST_PAGE
from rest.problems import CONTENT_TYPE
from rest.serializers import RowSerializer
from rest.viewsets import ReadViewSet

Direction = Literal["request", "response"]
# A JSON tree, whose members have no common type.
JsonSchema = dict[str, Any]
PROBLEM = {
    "type": "object",
    "description": _("RFC 9457. `type` is stable, `detail` is for people."),
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "message"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "message")},
            },
        },
    },
}
COUNT = {
    "type": ["object", "null"],
    "required": ["value", "exact"],
    "properties": {
        "value": {"type": "integer", "description": _("Rows of the list; if not `exact`, there are more than that.")},
        "exact": {"type": "boolean"},
    },
}
_TERM = {
    "type": "object",
    "required": ["text", "phrase", "excluded", "exact", "prefix"],
    "properties": {
        "text": {"type": "string"},
        **{name: {"type": "boolean"} for name in ("phrase", "excluded", "exact", "prefix")},
    },
}
_SPOKEN = {
    "type": "object",
    "required": ["language", "name", "stems", "left_out", "forms"],
    "properties": {
        "language": {"type": "string", "description": _("ISO 639-1; empty for rows without a language.")},
        "name": {"type": "string"},
        "stems": {"type": "array", "items": {"type": "string"}},
        "forms": {
            "enum": ["stemmer", "endings", "none", "as written"],
            "description": _("How other forms of a word are found in this language."),
        },
        "left_out": {"type": "array", "items": {"type": "string"}, "description": _("Words that are too frequent.")},
    },
}
READ_AS = {
    "type": "object",
    "description": _("How `search` was read; with `search` only."),
    "required": ["text", "any_of", "languages", "sentence"],
    "properties": {
        "text": {"type": "string"},
        "any_of": {
            "type": "array",
            "description": _("Rows match all terms of one of these lists."),
            "items": {"type": "array", "items": _TERM},
        },
        "languages": {"type": "array", "items": _SPOKEN},
        "sentence": {"type": "string"},
        "ranked": {
            "type": "object",
            "description": _(
                "With `ordering=relevance`: at most so many rows are compared, those that were added last."
            ),
            "required": ["most", "all"],
            "properties": {"most": {"type": "integer"}, "all": {"type": "boolean"}},
        },
    },
}
HIGHLIGHTS = {
    "type": "array",
    "description": _("With `highlight=true`: for each row, in the order of the rows, extracts of fields with a match."),
    "items": {
        "type": "object",
        "additionalProperties": {
            "type": "array",
            "items": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["text", "match"],
                    "properties": {"text": {"type": "string"}, "match": {"type": "boolean"}},
                },
            },
        },
    },
}
_TYPES: list[tuple[type[forms.Field], JsonSchema]] = [
    (TruthField, {"type": "boolean"}),
    (DayField, {"type": "string", "format": "date"}),
    (MomentField, {"type": "string", "format": "date-time"}),
    (forms.UUIDField, {"type": "string", "format": "uuid"}),
    (forms.IntegerField, {"type": "integer"}),
    (forms.DecimalField, {"type": "number"}),
]


_DONE = {
    "list": _("The list, page by page."),
    "retrieve": _("One of them."),
    "create": _("Create one. The answer is what GET shows, with its address in `Location`."),
    "partial_update": _(
        "Edit the members that are sent. With `If-Match` an edit of an earlier version is answered with 409 and "
        "nothing is changed."
    ),
}


_LIST = _("Values separated by commas; one with a comma in double quotes. Or repeat it. An empty list finds nothing.")
_KEPT = _("Fields filtered by `__not` whose rows without a value are kept. Add `__isnull=false` to leave them out.")

_HIGHLIGHT = _("Adds `highlights` to the answer: what `search` found, as pieces of text.")
_UNTIL = _("On the first page with `updated_since`: the time to ask with next. No change before it is missing.")

WALK = {
    "type": "object",
    "description": _("On pages after the first: what changed in the list since the first page was read."),
    "required": ["began_at", "complete", "changed_since_start", "changed", "sentence"],
    "properties": {
        "began_at": {"type": "string", "format": "date-time", "description": _("When the first page was read.")},
        "complete": {
            "type": "boolean",
            "description": _(
                "Whether each row that was in the list all the time has come exactly once so far. Always true in an "
                "order by `id`."
            ),
        },
        "changed_since_start": {
            "type": ["boolean", "null"],
            "description": _(
                "Whether rows were added, updated or removed. Null if not known: in an order by `id` this is looked "
                "for on the last page."
            ),
        },
        "changed": {
            "type": ["array", "null"],
            "items": {"type": ["integer", "string"]},
            "description": _(
                "Rows now in the list that were added or updated, as its addresses name them. Null if not known, or "
                "more than 1000."
            ),
        },
        "sentence": {"type": "string"},
    },
}


class _KeysetPaginator:
    """Describes the answer and the parameters of a list to drf-spectacular."""

    def get_paginated_response_schema(self, rows: JsonSchema) -> JsonSchema:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["results", "next", "previous", "count"],
            "properties": {
                "results": rows,
                "next": address,
                "previous": address,
                "count": COUNT,
                "kept_without_value": {
                    "type": "array",
                    "items": {"type": "string"},
                    "description": str(_KEPT),
                },
                "search_read_as": READ_AS,
                "walk": WALK,
                "highlights": HIGHLIGHTS,
                "updated_until": {"type": "string", "format": "date-time", "description": str(_UNTIL)},
            },
        }

    def get_schema_operation_parameters(self, view: ReadViewSet) -> list[JsonSchema]:
        allowed = view.ordering_fields or view.filterset_class.ordering_fields
        default = view.default_ordering or view.filterset_class.default_ordering
        names = [f"{sign}{name}" for name in allowed for sign in ("", "-")]
        modes = {"type": "string", "enum": list(MODES)}
        by_default = _("Up to four, separated by commas. By default `%(default)s`.")
        size = {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": DEFAULT_PAGE}
        return [
            _parameter("cursor", {"type": "string"}, _("From `next` or `previous` of an answer.")),
            _parameter("page_size", size, _("Rows on a page.")),
            _parameter(
                "count",
                modes,
                _("By default and with `estimated` up to 10,000 rows are counted; with `exact` all."),
            ),
            _list_parameter("ordering", names, by_default % {"default": default}),
            *([_parameter("highlight", {"type": "boolean"}, _HIGHLIGHT)] if view.filterset_class.has_full_text else []),
        ]


class Schema(AutoSchema):
    """See the module."""

    def get_description(self) -> str:  # type: ignore[override]
        """The docstring of the method, else that of the viewset with what its method does. None are inherited."""
        action = getattr(self.view, "action", None) or self.method.lower()
        own = inspect.cleandoc(getattr(getattr(self.view, action, None), "__doc__", None) or "")
        if own:
            return own
        words = [type(self.view).__dict__.get("__doc__"), _DONE.get(action)]
        return "\n\n".join(inspect.cleandoc(str(part)) for part in words if part)

    def _get_paginator(self) -> _KeysetPaginator | None:
        is_ours = getattr(self.view, "filterset_class", None) and getattr(self.view, "action", "") == "list"
        return _KeysetPaginator() if is_ours else None

    def get_paginated_name(self, serializer_name: str) -> str:
        return f"{serializer_name}List"

    def get_tags(self) -> list[str]:
        return [self._tokenize_path()[0]] if self._tokenize_path() else ["api"]

    def _get_filter_parameters(self) -> list[JsonSchema]:
        parameters = []
        filterset_class = getattr(self.view, "filterset_class", None)
        # Lists, and what else is said of many rows: exports, facets.
        if filterset_class and self.method == "GET" and not getattr(self.view, "detail", True):
            parameters = parameters_of(filterset_class)
        rows = self._rows()
        if getattr(self.view, "action", "") in ("list", "retrieve", "export") and rows is not None:
            parameters.append(_list_parameter("fields", list(rows.columns()), _("Only these fields.")))
        return parameters

    def _rows(self) -> type[RowSerializer] | None:
        serializer = getattr(self.view, "serializer_class", None)
        return serializer if serializer and issubclass(serializer, RowSerializer) else None

    def get_request_serializer(self) -> Serializer | type[Serializer] | None:
        writes = getattr(self.view, "write_serializer_class", None)
        is_write = getattr(self.view, "action", "") in ("create", "partial_update", "update")
        return writes if writes and is_write else super().get_request_serializer()

    def _map_basic_serializer(self, serializer: BaseSerializer, direction: Direction) -> JsonSchema:
        schema = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, RowSerializer):
            # `fields=` may leave any of them out.
            schema.pop("required", None)
            for name, column in type(serializer).columns().items():
                if direction == "response" and column.compute is None and can_be_null(serializer, column.paths[0]):
                    schema["properties"][name] = _or_null(schema["properties"][name])
        return schema

    def _get_response_bodies(self, direction: Direction = "response") -> JsonSchema:
        responses = super()._get_response_bodies(direction)
        if self.method == "GET":
            responses["304"] = {"description": _("The version in If-None-Match is still the current one.")}
        responses["4XX"] = {
            "description": _("A problem document that says what is wrong."),
            "content": {CONTENT_TYPE: {"schema": PROBLEM}},
        }
        return responses


class ComputedFieldExtension(OpenApiSerializerFieldExtension):
    """A computed field looks like its shape."""

    target_class = "rest.serializers.ComputedField"

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> JsonSchema:
        shape = self.target.shape
        schema = auto_schema._unwrap_list_serializer(shape, direction) or {}
        return _or_null(schema) if shape.allow_null else schema


def can_be_null(serializer: RowSerializer, path: str) -> bool:
    """Whether the column, or a foreign key on the way to it, can be empty. Annotations say so themselves."""
    model: Any = serializer.Meta.model
    for step in path.split("__"):
        try:
            field = model._meta.get_field(step)
        except FieldDoesNotExist:
            return False
        if getattr(field, "null", False):
            return True
        model = field.related_model or model
    return False


def _or_null(schema: JsonSchema) -> JsonSchema:
    kinds = schema.get("type")
    if kinds is None or "enum" in schema:
        return schema if {"type": "null"} in schema.get("oneOf", ()) else {"anyOf": [schema, {"type": "null"}]}
    kinds = [kinds] if isinstance(kinds, str) else kinds
    return schema | {"type": [*kinds, *([] if "null" in kinds else ["null"])]}


def parameters_of(filterset_class: type[StrictFilterSet]) -> list[JsonSchema]:
    """The filters of a list as OpenAPI parameters."""
    return [_filter_parameter(name, filter_) for name, filter_ in filterset_class.base_filters.items()]


def _filter_parameter(name: str, filter_: Filter) -> JsonSchema:
    # Values that depend on stored rows, or on the caller, are not listed here: the document is made once a process,
    # and a new site is checked before it has tables.
    is_fixed = type(filter_).field is Filter.field and not callable(filter_.extra.get("choices"))
    field = filter_.field if is_fixed else forms.CharField()
    choices = [value for value, _label in getattr(field, "choices", ()) if value not in ("", None)]
    if name.endswith(ENDINGS):
        return _list_parameter(name, choices, _LIST)
    schema: JsonSchema = next((dict(found) for kind, found in _TYPES if isinstance(field, kind)), {"type": "string"})
    if choices and not isinstance(field, TruthField):
        schema["enum"] = choices
    return _parameter(name, schema, str(field.help_text or ""))


def _list_parameter(name: str, values: list[str], description: str | Promise) -> JsonSchema:
    items = {"type": "string", "enum": values} if values else {"type": "string"}
    schema = {"type": "array", "items": items}
    return _parameter(name, schema, description) | {"style": "form", "explode": False}


def _parameter(name: str, schema: JsonSchema, description: str | Promise) -> JsonSchema:
    described = {"description": str(description)} if description else {}
    return {"name": name, "in": "query", "schema": schema, **described}


@cache
def document() -> JsonSchema:
    """The OpenAPI document of the whole API, the same for everybody, made once a process."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))
