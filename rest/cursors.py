"""Cursors: signed, opaque, and valid for one list with its filters and order only."""

import base64
import binascii
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.utils.translation import gettext as _

from rest.walks import Start

_WRITE: dict[type, str] = {datetime: "t", date: "d", Decimal: "n", UUID: "u"}
_READ: dict[str, Callable[[str], object]] = {
    "t": datetime.fromisoformat, "d": date.fromisoformat, "n": Decimal, "u": UUID,
}  # fmt: skip


@dataclass(frozen=True)
class Cursor:
    """The row a page begins after (`backwards`: ends before), and when the first page was read."""

    values: tuple[object, ...]
    backwards: bool = False
    inclusive: bool = False
    start: Start | None = None  # none in cursors of earlier versions of this site


def encode(cursor: Cursor, *, bound_to: str) -> str:
    flags = int(cursor.backwards) + 2 * int(cursor.inclusive)
    start = [_written(value) for value in astuple(cursor.start)] if cursor.start else None
    payload = [flags, start, [_written(value) for value in cursor.values]]
    text = base64.urlsafe_b64encode(orjson.dumps(payload)).decode().rstrip("=")
    return Signer(salt=f"rest.cursor.{bound_to}").sign(text).replace(":", ".")


def decode(text: str, *, bound_to: str) -> Cursor:
    """The cursor. ValidationError where it is damaged, not signed by this site, or of another list, filter or order."""
    try:
        signed = text.replace(".", ":")
        payload = Signer(salt=f"rest.cursor.{bound_to}").unsign(signed)
        flags, start, values = orjson.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (BadSignature, binascii.Error, ValueError) as error:
        message = _("This cursor belongs to another list, filter or order. Start again without a cursor.")
        raise ValidationError({"cursor": ValidationError(message, code="bad_cursor")}) from error
    # Cursors of an earlier version of the site have a count there, or nothing.
    read: list[Any] = [_read(value) for value in start] if isinstance(start, list) else []
    begun = Start(*read) if read else None
    return Cursor(tuple(map(_read, values)), bool(flags & 1), bool(flags & 2), begun)


def _written(value: object) -> object:
    if type(value) in _WRITE:
        return [_WRITE[type(value)], value.isoformat() if isinstance(value, date) else str(value)]
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


def _read(value: object) -> object:
    return _READ[value[0]](value[1]) if isinstance(value, list) else value
