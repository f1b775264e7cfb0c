"""Parsers from a cell to a value: dates, numbers, countries, choices. Pure; each distinct cell of a column is parsed
once.

A parser takes trimmed text that is not empty and returns a `Verdict`: the canonical text, or the code of a problem.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from imports.dates import DATE_EXAMPLES, EXCEL_SERIAL, read_date
from imports.numbers import MARKS, is_too_long, number_of, written
from standards.translation import gettext_noop as _

# Also used in PostgreSQL, where it means the same.
WHOLE_AS_FLOAT = r"^([0-9]+)\.0+$"
_WHOLE = re.compile(r"[+-]?\d{1,18}(?:\.0+)?")
_LIKE_NUMBER = re.compile(r"[+-]?(?:\d+(?:[., \u00a0\u202f'’]\d+)*|[.,]\d+)")


@dataclass(frozen=True, slots=True)
class Verdict:
    value: str = ""
    code: str = ""
    detail: str = ""


Parser = Callable[[str], Verdict]


def parse_date(text: str, format_: str, latest_year: int, *, is_end: bool = False) -> Verdict:
    """The ISO date of a text in a format of DATE_EXAMPLES; of a month or a range its first day. is_end: of a range its
    last part. detail: what the text says beside this day, such as `2019-Q1` or a time of day, as ISO 8601. Two-digit
    years are in the hundred years up to `latest_year`."""
    found = read_date(text, format_, latest_year)
    if found.day:
        day = (is_end and found.last) or found.day
        return Verdict(day.isoformat(), detail=found.given)
    wanted = _("an Excel day number") if format_ == EXCEL_SERIAL else DATE_EXAMPLES[format_]
    return Verdict(code=found.code, detail=wanted if found.code == "not_a_date" else "")


def parse_integer(text: str, mark: str = ".") -> Verdict:
    """A whole number; `12.0`, as spreadsheets and data frames write it, is 12. mark: the decimal mark."""
    if mark == "." and is_plain_integer(text):
        return Verdict(str(int(text.partition(".")[0])))
    number = number_of(text, mark)
    if number is None or number != number.to_integral_value() or abs(number) >= Decimal(10) ** 18:
        return Verdict(code="not_a_whole_number")
    return Verdict(str(int(number)))


def is_plain_integer(text: str) -> bool:
    """Whether a text is a whole number without groups of digits."""
    return bool(_WHOLE.fullmatch(text)) and text.isascii()


def whole_number(text: str) -> str:
    """The number 17 for `17.0`, as spreadsheets and data frames write it; leading zeros and all other text are
    unchanged."""
    return re.sub(WHOLE_AS_FLOAT, r"\1", text)


def parse_decimal(text: str, mark: str) -> Verdict:
    """A number with all of its decimals. mark: the decimal mark, `.` or `,`; the other one, spaces and ’ group
    thousands."""
    number = number_of(text, mark)
    if number is None:
        return Verdict(code="not_a_number", detail=_("comma") if mark == "," else _("point"))
    return Verdict(code="number_too_large") if is_too_long(number) else Verdict(written(number))


def parse_word(text: str, words: Mapping[str, str], *, keep_raw: bool, label: str) -> Verdict:
    """The canonical value of a text. keep_raw: the text itself is stored too, so an unknown one gives an empty
    value."""
    value = words.get(folded(text))
    if value is not None:
        return Verdict(value)
    return Verdict() if keep_raw else Verdict(code="unknown_choice", detail=label)


def parse_list(text: str, separator: str) -> Verdict:
    """Several values of one cell as one text joined by `; `."""
    return Verdict("; ".join(part.strip() for part in text.split(separator) if part.strip()))


def folded(text: str) -> str:
    """Text for comparison: without case, with single spaces."""
    return " ".join(text.casefold().split())


def header_words(name: str) -> str:
    """The name of a column in the form of synonyms: casefolded words, with `_` and CamelCase separated."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return folded(re.sub(r"[_\-.:/?()\[\]*（）［］【】「」：／？・　]+", " ", apart))


_WHOLE_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[T ]\d.*)?")


def looks_like_data(text: str) -> bool:
    """Whether a cell is a number or a date, which names of columns are not."""
    bare = text.strip()
    return bool(_LIKE_NUMBER.fullmatch(bare) or _WHOLE_DATE.fullmatch(bare)) or any(
        number_of(bare, mark) is not None for mark in MARKS
    )
