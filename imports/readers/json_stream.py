"""The values of a JSON text one by one, each with the line on which it begins, in limited memory. Pure."""

import json
import re
from collections.abc import Iterator
from typing import IO

from imports.problems import Refused
from imports.readers.table import MAX_CELL
from standards.json_values import JsonObject
from standards.translation import gettext as _

_CHUNK = 64 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
_PUNCTUATION = re.compile(r"[\[{,]")
_MOST_PARTS = 500_000
MAX_DEPTH = 6


class Number(str):
    """A number as the file writes it, without loss of digits."""

    __slots__ = ()


def _object(pairs: list[tuple[str, object]]) -> JsonObject:
    """An object with all values of repeated keys; keys are numbered from the second on."""
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    found = {}
    for key, value in pairs:
        name, again = key, 2
        while name in found:
            name = f"{key} ({again})"
            again += 1
        found[name] = value
    return found


_DECODER = json.JSONDecoder(
    parse_float=Number, parse_int=Number, parse_constant=Number, strict=False, object_pairs_hook=_object
)


class JsonStream:
    """A reader of decoded text. line: the line of the next unread character, from 1."""

    def __init__(self, text: IO[str]) -> None:
        self._text, self._buffer, self._at, self._ended = text, "", 0, False
        self.line = 1

    def peek(self) -> str:
        """The next character that is not white space; empty at the end."""
        while True:
            space = _SPACE.match(self._buffer, self._at)
            self._pass(space.end() if space else self._at)
            if self._at < len(self._buffer):
                return self._buffer[self._at]
            if not self._more():
                return ""

    def take(self, expected: str) -> None:
        """Skip one character."""
        found = self.peek()
        if found != expected:
            raise self._broken(
                self._at, _("%(sign)s is missing") % {"sign": expected} if found else _("it ends too early")
            )
        self._pass(self._at + 1)

    def value(self) -> object:
        """The next complete value."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._buffer, self._at)
            except RecursionError as error:
                raise too_deep(self.line) from error
            except json.JSONDecodeError as error:
                is_cut = error.pos >= len(self._buffer) - 12 or error.msg.startswith("Unterminated")
                if not is_cut or not self._more():
                    raise self._broken(error.pos, _("it ends too early") if is_cut else error.msg.lower()) from error
                continue
            if end == len(self._buffer) and isinstance(value, Number) and self._more():
                continue
            self._pass(end)
            return value

    def items(self) -> Iterator[tuple[int, object]]:
        """(line, item) of an array, up to its end."""
        self.take("[")
        if self.peek() == "]":
            self.take("]")
            return
        while True:
            self.peek()
            line = self.line
            yield line, self.value()
            if self.peek() != ",":
                break
            self.take(",")
        self.take("]")

    def names(self) -> Iterator[str]:
        """The names in an object; the caller reads the value before it asks for the next name."""
        self.take("{")
        if self.peek() == "}":
            self.take("}")
            return
        while True:
            if self.peek() != '"':
                raise self._broken(self._at, _("a key is missing"))
            key = self.value()
            self.take(":")
            yield str(key)
            if self.peek() != ",":
                break
            self.take(",")
        self.take("}")

    def _pass(self, end: int) -> None:
        self.line += self._buffer.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        """Read as much text again as the buffer holds, so that long values cost at most twice their length."""
        if self._ended:
            return False
        held = self._buffer[self._at :]
        if len(held) > MAX_CELL:
            raise Refused(
                "record_too_large",
                _(
                    "The JSON value that begins at line %(line)s is longer than %(size)s MB. Write one "
                    "object a record, in an array or one a line."
                )
                % {"line": f"{self.line:,}", "size": MAX_CELL // 1024**2},
            )
        if len(held) > 8 * _CHUNK and len(_PUNCTUATION.findall(held)) > _MOST_PARTS:
            raise Refused(
                "record_too_large",
                _(
                    "The JSON value that begins at line %(line)s has more than %(most_parts)s parts. Write "
                    "one object a record, in an array or one a line."
                )
                % {"line": f"{self.line:,}", "most_parts": f"{_MOST_PARTS:,}"},
            )
        read = self._text.read(max(_CHUNK, len(held)))
        self._ended = not read
        self._buffer, self._at = held + read, 0
        return bool(read)

    def _broken(self, position: int, why: str) -> Refused:
        line = self.line + self._buffer.count("\n", self._at, max(self._at, position))
        return Refused(
            "broken_json",
            _("The JSON cannot be read from line %(line)s on (%(reason)s). Export or download the file again.")
            % {"line": f"{line:,}", "reason": why},
        )


def too_deep(line: int) -> Refused:
    return Refused(
        "nested_too_deep",
        _("The JSON at line %(line)s is nested hundreds of levels deep, which no table is. Export the records flat.")
        % {"line": f"{line:,}"},
    )


def flattened(record: JsonObject) -> dict[str, str]:
    """An object as cells: nested objects with dotted names, lists of text joined by ` | `, anything deeper as JSON."""
    cells: dict[str, str] = {}
    _flatten(record, "", cells, MAX_DEPTH)
    return cells


def _flatten(record: JsonObject, prefix: str, cells: dict[str, str], depth: int) -> None:
    for key, value in record.items():
        name = prefix + key
        if isinstance(value, dict) and value and depth > 1:
            _flatten(value, f"{name}.", cells, depth - 1)
        else:
            cells[name] = value if type(value) is str else _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(item, str) and "|" not in item for item in value):
        return " | ".join(value)
    return str(value) if isinstance(value, Number) else written(value)


def written(value: object) -> str:
    """A decoded value as JSON, with numbers as in the file."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {written(v)}" for k, v in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
