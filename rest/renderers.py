"""JSON through orjson; refuses what PostgreSQL cannot store."""

from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any

import orjson
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer

from standards.json_values import OPTIONS

MAX_DEPTH = 50


def _default(value: object) -> object:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, frozenset | set):
        return sorted(value)
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "items"):
        return dict(value.items())
    if isinstance(value, str) or hasattr(value, "__str__"):
        return str(value)
    raise TypeError


def to_json(value: object) -> bytes:
    """JSON bytes: UTF-8, times in UTC with Z, decimals as strings so that no digit is lost."""
    return orjson.dumps(value, default=_default, option=OPTIONS)


class OrjsonRenderer(BaseRenderer):
    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self, data: object, accepted_media_type: str | None = None, renderer_context: Mapping[str, object] | None = None
    ) -> bytes:
        return b"" if data is None else to_json(data)


class OrjsonParser(BaseParser):
    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, object] | None = None
    ) -> Any:
        raw = stream.read()
        try:
            parsed = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise ParseError(_("The body is not JSON: %(error)s.") % {"error": error}) from error
        if b"\\u0000" in raw or raw.count(b"[") + raw.count(b"{") > MAX_DEPTH:
            _check_storable(parsed)
        return parsed


def _check_storable(parsed: object) -> None:
    """Refuse what the database cannot store (NUL) and what would exhaust the stack later (deep nesting)."""
    level, depth = [parsed], 0
    while level:
        if depth > MAX_DEPTH:
            raise ParseError(_("The body is nested more than %(most)d levels deep.") % {"most": MAX_DEPTH})
        if any(isinstance(value, str) and "\0" in value for value in level):
            raise ParseError(_("The body contains a NUL character, which cannot be stored."))
        level = [inner for value in level for inner in _inside(value)]
        depth += 1


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []
