"""Values of expressions: conversions, comparisons, arithmetic and functions as in XPath 1.0.

Nothing here raises: what has no number is NaN, and NaN compares false (but is unequal to everything).
"""

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext

Value = str | float | bool | date | tuple[str, ...]

# What XPath reads as a number: Python's float() also reads 1_000, 1e3, inf and digits of other scripts.
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")

_ORDER: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def date_of(value: Value) -> date | None:
    """The day a value names, written as ISO 8601, or None."""
    if isinstance(value, date):
        return value
    text = text_of(value)
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def number_of(value: Value) -> float:
    """The number of a value: the day number of a date, NaN for text that is not a number."""
    if isinstance(value, date):
        return float(value.toordinal())
    if isinstance(value, bool | float | int):
        return float(value)
    text = text_of(value).strip()
    return float(text) if _NUMBER.fullmatch(text) else math.nan


def text_of(value: Value) -> str:
    """The text of a value: whole numbers without decimals, dates in ISO 8601, codes separated by spaces."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float | int):
        return _number_text(float(value))
    if isinstance(value, tuple):
        return " ".join(value)
    return value.isoformat() if isinstance(value, date) else value


def _number_text(number: float) -> str:
    if math.isnan(number):
        return ""
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    # As XPath writes it, without an exponent.
    return str(int(number)) if number.is_integer() else f"{Decimal(repr(number)):f}"


def truth_of(value: Value) -> bool:
    """As XPath's boolean(): a number is true unless 0 or NaN, text unless empty."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float | int):
        return value != 0 and not math.isnan(value)
    return True if isinstance(value, date) else bool(value)


def compare(symbol: str, left: Value, right: Value) -> bool:
    """Compare as XPath does, and days with days where one side is a day."""
    order = _ORDER[symbol]
    if isinstance(left, bool) or isinstance(right, bool):
        return order(float(truth_of(left)), float(truth_of(right)))
    if isinstance(left, date) or isinstance(right, date):
        one, other = date_of(left), date_of(right)
        if one is None or other is None:
            return symbol == "!="
        return order(one.toordinal(), other.toordinal())
    if symbol in ("=", "!=") and not (isinstance(left, float | int) or isinstance(right, float | int)):
        return (text_of(left) == text_of(right)) == (symbol == "=")
    return order(number_of(left), number_of(right))


def arithmetic(symbol: str, left: float, right: float) -> float:
    """Sum, difference, product, quotient, remainder; division by zero is infinite or NaN as in IEEE 754."""
    match symbol:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "div":
            return _divide(left, right)
    if right == 0 or math.isinf(left):
        return math.nan
    return math.fmod(left, right)


def _divide(left: float, right: float) -> float:
    if right != 0:
        return left / right
    if left == 0 or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _codes(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else tuple(text_of(value).split())


def _whole(value: Value) -> float:
    number = number_of(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


def _round(value: Value, places: Value = 0.0) -> float:
    number, digits = number_of(value), number_of(places)
    if not (math.isfinite(number) and math.isfinite(digits)):
        return math.nan
    # Half away from zero, which is what people expect of 2.5; the text form avoids binary surprises.
    step = Decimal(1).scaleb(-int(max(-15.0, min(15.0, digits))))
    with localcontext(prec=400):
        return float(Decimal(repr(number)).quantize(step, rounding=ROUND_HALF_UP))


def _smallest(*values: Value) -> float:
    numbers = [number for number in map(number_of, values) if not math.isnan(number)]
    return min(numbers, default=math.nan)


def _largest(*values: Value) -> float:
    numbers = [number for number in map(number_of, values) if not math.isnan(number)]
    return max(numbers, default=math.nan)


def _first_given(*values: Value) -> Value:
    return next((value for value in values if text_of(value) != ""), "")


@dataclass(frozen=True)
class Function:
    """How many arguments it takes and what it does with their values."""

    arity: tuple[int, int]
    run: Callable[..., Value]


def _seen_by_the_evaluator(*_: Value) -> Value:
    """`if` evaluates one branch only and `today` needs the day; both are answered before this is reached."""
    return ""


FUNCTIONS: dict[str, Function] = {
    "if": Function((3, 3), _seen_by_the_evaluator),
    "today": Function((0, 0), _seen_by_the_evaluator),
    "selected": Function((2, 2), lambda answer, code: text_of(code).strip() in _codes(answer)),
    "count-selected": Function((1, 1), lambda answer: float(len(_codes(answer)))),
    "not": Function((1, 1), lambda value: not truth_of(value)),
    "true": Function((0, 0), lambda: True),
    "false": Function((0, 0), lambda: False),
    "boolean": Function((1, 1), truth_of),
    "number": Function((1, 1), number_of),
    "string": Function((1, 1), text_of),
    "int": Function((1, 1), _whole),
    "round": Function((1, 2), _round),
    "min": Function((1, 20), _smallest),
    "max": Function((1, 20), _largest),
    "coalesce": Function((2, 20), _first_given),
    "concat": Function((1, 20), lambda *values: "".join(map(text_of, values))),
    "string-length": Function((1, 1), lambda value: float(len(text_of(value)))),
    "contains": Function((2, 2), lambda text, part: text_of(part) in text_of(text)),
    "starts-with": Function((2, 2), lambda text, start: text_of(text).startswith(text_of(start))),
    "ends-with": Function((2, 2), lambda text, end: text_of(text).endswith(text_of(end))),
}
