"""What a respondent sent for an item: read from a form, and as a value for expressions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from surveys.budget import MAX_TEXT
from surveys.definition import ChoiceDef, ItemDef
from surveys.kinds import ItemType
from surveys.validation import MISSING_PREFIX
from surveys.xpath_values import Value

_INTEGER = re.compile(r"[+-]?\d{1,15}")
_DECIMAL = re.compile(r"[+-]?(?:\d{1,14}(?:[.,]\d{0,6})?|[.,]\d{1,6})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class AnswerInput:
    """One answer: a text, a number, a day or codes; or a missing value; or nothing yet."""

    text: str | None = None
    number: Decimal | None = None
    day: date | None = None
    codes: tuple[str, ...] | None = None
    missing: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.missing and self.text is None and self.number is None and self.day is None and not self.codes

    @property
    def as_expression_value(self) -> Value:
        """As expressions read it. A missing value is the empty text, unless it was chosen as a code."""
        if self.codes is not None:
            return self.codes
        if self.number is not None:
            return float(self.number)
        return self.day or self.text or ""


@dataclass(frozen=True)
class AnswerError:
    """Why an answer is not accepted: the name of a phrase, and what was typed."""

    code: str
    typed: str = ""


def field_name(item_name: str) -> str:
    return f"q.{item_name}"


def missing_field_name(item_name: str) -> str:
    return f"m.{item_name}"


def read_posted(
    item: ItemDef, choices: Sequence[ChoiceDef], posted: Mapping[str, Sequence[str]]
) -> AnswerInput | AnswerError:
    """Read one item of a sent form."""
    values = [_CONTROL.sub("", value).strip() for value in posted.get(field_name(item.name), ())]
    values = [value for value in values if value]
    kinds = [value for value in posted.get(missing_field_name(item.name), ()) if value]
    kinds += [value.removeprefix(MISSING_PREFIX) for value in values if value.startswith(MISSING_PREFIX)]
    values = [value for value in values if not value.startswith(MISSING_PREFIX)] if item.is_select else values
    if any(kind not in item.offers for kind in kinds):
        return AnswerError("unknown-choice")
    if (kinds and values) or len(set(kinds)) > 1:
        return AnswerError("both", typed=values[0] if values else "")
    if kinds:
        return AnswerInput(missing=kinds[0])
    return read_values(item, choices, values)


def read_values(item: ItemDef, choices: Sequence[ChoiceDef], values: Sequence[str]) -> AnswerInput | AnswerError:
    """Read the values of one item from texts."""
    if not values:
        return AnswerInput()
    if item.is_select:
        return _codes(item, choices, values)
    if len(values) > 1:
        return AnswerError("unknown-choice", typed=values[0])
    if item.is_number:
        return _number(item, values[0])
    if item.type == ItemType.DATE:
        return _day(values[0])
    return AnswerInput(text=values[0]) if len(values[0]) <= MAX_TEXT else AnswerError("too-long", typed=values[0])


def _codes(item: ItemDef, choices: Sequence[ChoiceDef], values: Sequence[str]) -> AnswerInput | AnswerError:
    offered = {choice.code: choice for choice in choices}
    codes = tuple(dict.fromkeys(values))
    if any(code not in offered for code in codes):
        return AnswerError("unknown-choice")
    if len(codes) > 1 and (item.type == ItemType.SELECT_ONE or any(offered[code].missing for code in codes)):
        return AnswerError("both")
    # In the order of the list, so that the same answer is always the same tuple.
    ordered = tuple(code for code in offered if code in codes)
    return AnswerInput(codes=ordered, missing=offered[ordered[0]].missing)


def _number(item: ItemDef, typed: str) -> AnswerInput | AnswerError:
    text = typed.replace(" ", "").replace("\u00a0", "").replace("−", "-")
    if item.type == ItemType.INTEGER:
        return (
            AnswerInput(number=Decimal(text)) if _is_ascii(_INTEGER, text) else AnswerError("not-integer", typed=typed)
        )
    if not _is_ascii(_DECIMAL, text):
        return AnswerError("not-number", typed=typed)
    return AnswerInput(number=Decimal(text.replace(",", ".")))


def _is_ascii(pattern: re.Pattern[str], text: str) -> bool:
    return text.isascii() and bool(pattern.fullmatch(text))


def _day(typed: str) -> AnswerInput | AnswerError:
    try:
        day = date.fromisoformat(typed) if len(typed) == 10 else None
    except ValueError:
        day = None
    return AnswerInput(day=day) if day else AnswerError("not-date", typed=typed)
