"""Numbers as people and programs write them: signs, money, groups of digits, the decimal mark. Pure.

`1.234` is a thousand and more where the decimal mark is a comma, and little more than one where it is a point. One cell
cannot tell; the whole column decides, or the whole file (`imports.sniff.habits`).
All decimals of a number are kept. Patterns are linear: every text is read from the left in one way.
"""

import re
from decimal import Decimal
from functools import lru_cache

MARKS = (".", ",")
MOST_DIGITS = 60  # before the mark, and behind it
_LONGEST = 200  # characters; a longer text is no number
_SPACES = " \u00a0\u2009\u202f\u2007"
_APOSTROPHES = "'\u2019\u02bc"
_MINUS = "-\u2212\u2013"
_WORDS = (
    "eur", "usd", "gbp", "chf", "sek", "nok", "dkk", "isk", "pln", "czk", "huf", "ron", "bgn", "jpy", "brl", "cad",
    "aud", "inr", "cny", "euros", "euro", "kr.", "kr", "kč", "zł", "lei", "ft", "лв.", "лв", "rs.", "fr.", "r$", "us$",
    "円",
)  # fmt: skip
_SIGNS = "€$£¥₹₽₺₩₴₪฿₫₦¤￥％%‰"
_MONEY = "|".join(map(re.escape, _WORDS))
_BEFORE = re.compile(rf"\A(?:{_MONEY}|[{_SIGNS}])[{_SPACES}]*(?=[\d.,(+{_MINUS}])", re.IGNORECASE)
_BEHIND = re.compile(rf"(?<=[\d.,){_MINUS}])[{_SPACES}]*(?:{_MONEY}|[{_SIGNS}])\Z", re.IGNORECASE)
_DASHED = re.compile(r"(?<=\d)([.,])[-–—]{1,2}\Z")  # 5,- is five and no cents
_WIDE = str.maketrans("０１２３４５６７８９，．－（）￥％", "0123456789,.-()¥%")  # as Japanese keyboards write
_TINY = re.compile(r"\d(?:\.\d+)?e-\d{2}")  # as programs write small floats


def _plain(mark: str) -> re.Pattern[str]:
    """Digits, in groups of three behind one and the same sign, or Indian groups, and decimals."""
    other = "," if mark == "." else "."
    groups = "|".join(rf"[1-9]\d{{0,2}}(?:[{sign}]\d{{3}})+" for sign in (_SPACES, _APOSTROPHES, re.escape(other)))
    indian = r"|[1-9]\d?(?:,\d{2})+,\d{3}" if mark == "." else ""
    return re.compile(rf"(?:{groups}{indian}|\d+)(?:[{mark}]\d+)?|[{mark}]\d+")


_SIMPLE = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_PLAIN = {mark: _plain(mark) for mark in MARKS}
_IN_GROUPS = re.compile(rf"[{_SPACES}{_APOSTROPHES}]")
# One sign before exactly three digits, and no zero before it.
_TWO_WAYS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


def _bare(text: str) -> tuple[str, bool]:
    """The number without signs and money, and whether it is negative. A second sign stays, and makes it no number."""
    text = _BEHIND.sub("", _BEFORE.sub("", text.strip(), count=1), count=1)
    text = _DASHED.sub("", text)
    if text[:1] == "(" and text[-1:] == ")":
        return _BEHIND.sub("", _BEFORE.sub("", text[1:-1].strip(_SPACES), count=1), count=1), True
    if text[:1] and text[0] in _MINUS:
        return _BEFORE.sub("", text[1:].lstrip(_SPACES), count=1), True
    if text[:1] == "+":
        return text[1:], False
    if text[-1:] and text[-1] in _MINUS:
        return text[:-1].rstrip(_SPACES), True
    return text, False


def number_of(text: str, mark: str) -> Decimal | None:
    """The number that a text holds, with all of its decimals; None if it holds none. mark: the decimal mark."""
    if len(text) > _LONGEST:
        return None
    if mark == "." and _SIMPLE.fullmatch(text):
        return Decimal(text)
    if not text.isascii():
        text = text.translate(_WIDE)
    bare, is_negative = text, False
    if not _PLAIN[mark].fullmatch(text):
        dashed = _DASHED.search(text)
        if dashed and dashed[1] != mark:
            return None
        bare, is_negative = _bare(text)
    digits = _IN_GROUPS.sub("", bare)
    if not digits.isascii() or not _PLAIN[mark].fullmatch(bare):
        return Decimal(text) if mark == "." and text.isascii() and _TINY.fullmatch(text) else None
    digits = digits.replace("," if mark == "." else ".", "").replace(",", ".")
    return Decimal(f"-{digits}" if is_negative else digits)


def is_too_long(number: Decimal) -> bool:
    """Whether a number has more digits than are stored."""
    _sign, digits, exponent = number.as_tuple()
    return max(len(digits) + int(exponent), -int(exponent)) > MOST_DIGITS


def written(number: Decimal) -> str:
    """All decimals, never with an exponent."""
    return f"{number:f}"


@lru_cache(maxsize=4_096)
def is_two_ways(text: str) -> bool:
    """Whether a text is another number with the other decimal mark: `1.234`, `€ 1,234`, `(1.234)`."""
    bare, _negative = _bare(text[:_LONGEST])
    return bool(_TWO_WAYS.fullmatch(bare))


def only_mark(text: str) -> str:
    """The only decimal mark with which a text is a number; empty if both or none will do."""
    fitting = [mark for mark in MARKS if number_of(text, mark) is not None]
    return fitting[0] if len(fitting) == 1 else ""
