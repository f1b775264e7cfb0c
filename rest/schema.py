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
from rest_framework.serializers import BaseSerializer, Field, Serializer

from rest import explain
from rest.counts import MODES
from rest.described_answers import JsonSchema, components, described, headers_of, problems_of
from rest.described_lists import list_of
from rest.fields import DayField, MomentField, TruthField
from rest.filters import StrictFilterSet
from rest.lists import ENDINGS
from rest.paging import DEFAULT_PAGE, LARGEST_PAGE
from rest.serializers import RowSerializer
from rest.shared_parts import with_shared_parts
from rest.viewsets import ReadViewSet

Direction = Literal["request", "response"]
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
_EXPLAIN = _("Answers how many rows, bytes and requests it would be, and by which way they are had, without the rows.")
_HIGHLIGHT = _("Adds `highlights` to the answer: what `search` found, as pieces of text.")


class _KeysetPaginator:
    """Describes the answer and the parameters of a list to drf-spectacular."""

    def get_paginated_response_schema(self, rows: JsonSchema) -> JsonSchema:
        return list_of(rows)

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

    def is_deprecated(self) -> bool:
        return getattr(self.view, "deprecation", None) is not None

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
        if self._can_be_explained():
            parameters.append(_parameter(explain.PARAMETER, {"type": "boolean"}, _EXPLAIN))
        if getattr(self.view, "action", "") in ("list", "retrieve", "export") and rows is not None:
            parameters.append(_list_parameter("fields", list(rows.columns()), _("Only these fields.")))
        return parameters

    def _can_be_explained(self) -> bool:
        """Lists, and their exports."""
        is_of_rows = getattr(self.view, "action", "") in ("list", "export")
        return is_of_rows and self.method == "GET" and self._rows() is not None

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

    def _map_serializer_field(self, field: Field, direction: Direction, bypass_extensions: bool = False) -> JsonSchema:
        schema = super()._map_serializer_field(field, direction, bypass_extensions)
        # Any JSON or null: null is JSON, and would be one of two.
        return {name: part for name, part in schema.items() if name != "oneOf" or {} not in part}

    def _get_response_bodies(self, direction: Direction = "response") -> JsonSchema:
        responses = super()._get_response_bodies(direction)
        if self.method == "GET":
            responses["304"] = {"description": _("The version in If-None-Match is still the current one.")}
        if self._can_be_explained():
            content = responses["200"].setdefault("content", {})
            content[explain.MEDIA_TYPE] = {"schema": {"$ref": "#/components/schemas/Explanation"}}
        for status, response in responses.items():
            response["description"] = described(status, str(response.get("description", "")))
            response["headers"] = headers_of(status, self.path)
        is_whole_list = self._get_paginator() is not None and "{" not in self.path
        also = getattr(self.view, "also_answers", ())
        responses |= problems_of(self.method, finds_one=not is_whole_list, also=also)
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
def published() -> JsonSchema:
    """The document as it is sent: what several operations share stands once."""
    return with_shared_parts(document())


@cache
def document() -> JsonSchema:
    """The OpenAPI document of the whole API, the same for everybody, made once a process."""
    whole = dict(SchemaGenerator().get_schema(request=None, public=True))
    for kind, members in components().items():
        whole["components"][kind] = {**whole["components"].get(kind, {}), **members}
    return whole
