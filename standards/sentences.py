"""Sentences in the database: stored as their English text and values, translated when they are read.

A worker has no reader whose language it could use. `SentenceField` holds one sentence. A JSON field with
`SentenceEncoder` and `SentenceDecoder` holds sentences anywhere in its lists and objects. Text that is no `Sentence`
is stored as it is.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression

from standards.translation import Sentence

# Before the JSON of a sentence in a text column (RFC 7464): no browser or keyboard sends it.
_MARK = "\x1e"
_TEXT = "msgid"


def as_json(value: object) -> object:
    """A value for `json.dumps`, with each sentence in it as an object."""
    if isinstance(value, Sentence):
        return _parts(value)
    if isinstance(value, Mapping):
        return {name: as_json(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(part) for part in value]
    return value


def _parts(sentence: Sentence) -> dict[str, object]:
    found: dict[str, object] = {_TEXT: sentence.english}
    if sentence.plural:
        found |= {"msgid_plural": sentence.plural, "number": sentence.number}
    if sentence.values is not None:
        found["values"] = {name: _plain(value) for name, value in sentence.values.items()}
    return found


def _plain(value: object) -> object:
    """Numbers as they are, sentences as objects, anything else as the text that is shown."""
    return as_json(value) if isinstance(value, str | int | float | list | tuple) else str(value)


def from_json(found: dict[str, Any]) -> "Sentence | dict[str, Any]":
    """The sentence that an object holds, in the active language; any other object unchanged."""
    if _TEXT not in found:
        return found
    return Sentence(found[_TEXT], found.get("msgid_plural", ""), found.get("number", 0), found.get("values"))


class SentenceEncoder(json.JSONEncoder):
    def encode(self, o: object) -> str:
        return super().encode(as_json(o))


class SentenceDecoder(json.JSONDecoder):
    def __init__(self) -> None:
        super().__init__(object_hook=from_json)


class SentenceField(models.TextField):
    """A text column for one sentence, or for text that a person wrote."""

    def get_prep_value(self, value: object) -> object:
        return stored(value) if isinstance(value, str) else super().get_prep_value(value)

    def from_db_value(self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper) -> str | None:
        return value and read(value)


def stored(text: str) -> str:
    """What a text column holds of a sentence, or of text that a person wrote."""
    return _MARK + json.dumps(text, cls=SentenceEncoder) if isinstance(text, Sentence) else text.lstrip(_MARK)


def read(column: str) -> str:
    """The sentence that a text column holds, in the active language, or the text that a person wrote."""
    if not column.startswith(_MARK):
        return column
    found: str = json.loads(column.removeprefix(_MARK), cls=SentenceDecoder)
    return found
