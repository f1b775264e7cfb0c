"""The type of a column from its values and their numbers: whole numbers, numbers, dates, text. Pure.

Where all values can be read in two ways that differ, as 1.234 and 04/05/2019 do, both are named: `imports.sniff.habits`
then looks at the whole file.
"""

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import islice

from imports.dates import DATE_FORMATS
from imports.values import is_plain_integer, parse_date, parse_decimal

_DECIMALS = ("decimal .", "decimal ,")
# A year alone is a whole number: that it is a date only a person can say.
NAMES = ("integer", *(f"date {format_}" for format_ in DATE_FORMATS if format_ != "%Y"), *_DECIMALS)
_TOLD = "\0"
_TELLING = re.compile(r"\D{0,4}9[.,]999(?!9)|99?[./-]99?[./-]99")
_DAY_AND_MONTH = re.compile(r"([0-9]{1,2})[./-]([0-9]{1,2})[./-]")


def fits(real: Mapping[str, int], latest_year: int) -> dict[str, int]:
    """Type (with format) to the number of values that match it. Candidates match at least half of the first values."""
    first = dict(islice(real.items(), 50))
    enough = sum(first.values())
    candidates = {name for name in NAMES if _fitting(first, name, latest_year) * 2 >= enough}
    if not candidates.isdisjoint(_DECIMALS):  # one number of another kind makes the others unclear
        candidates.update(_DECIMALS)
    return {name: _fitting(real, name, latest_year) for name in NAMES if name in candidates}


def _fitting(counts: Mapping[str, int], name: str, latest_year: int) -> int:
    """In how many rows a value of this type stands; a value may be the example of a shape that many rows have."""
    return sum(times for value, times in counts.items() if meaning(name, value, latest_year) is not None)


def meaning(name: str, value: str, latest_year: int) -> str | Decimal | None:
    """What a value means as this type; None if it is not of the type."""
    kind, _, format_ = name.partition(" ")
    if kind == "integer":
        return Decimal(value) if is_plain_integer(value) else None
    verdict = parse_date(value, format_, latest_year) if kind == "date" else parse_decimal(value, format_)
    if verdict.code:
        return None
    return verdict.value if kind == "date" else Decimal(verdict.value)


def rivals(
    best: str, fitting: Mapping[str, int], real: Mapping[str, int], latest_year: int
) -> tuple[list[str], dict[str, int]]:
    """Types of the same kind that as many values have as the best one, or of which some of its other values are, and
    the values that then mean something else, with their numbers."""
    found: list[str] = []
    unclear: dict[str, int] = {}
    for name, times in fitting.items():
        if name == best or _kind(name) != _kind(best):
            continue
        pairs = {v: (meaning(best, v, latest_year), meaning(name, v, latest_year)) for v in real}
        differing = {v: real[v] for v, (ours, theirs) in pairs.items() if None not in (ours, theirs) and ours != theirs}
        is_rival = times == fitting[best] or any(ours is None and theirs is not None for ours, theirs in pairs.values())
        if differing and is_rival:
            found.append(name)
            unclear |= differing
    return found, unclear


def _kind(name: str) -> str:
    return "date" if name.startswith("date ") else "number"


def telling_shape(shape: str) -> bool:
    """Whether cells of a shape, such as 99/99/9999 or 9.999, have to be told apart by their digits."""
    return bool(_TELLING.match(shape))


def told_apart(shape: str, cell: str) -> str:
    """The shape with what decides how its cell can be read: a day above 12, two equal numbers, a zero in front."""
    parts = _DAY_AND_MONTH.match(cell)
    if not parts:
        return f"{shape}{_TOLD}0" if cell.lstrip("+-€$£( ").startswith("0") else shape
    first, second = int(parts[1]), int(parts[2])
    return f"{shape}{_TOLD}{'d' * (first > 12)}{'m' * (second > 12)}{'=' * (first == second)}"


def bare_shape(shape: str) -> str:
    return shape.partition(_TOLD)[0]
