"""Parsers from a cell to a value: dates, numbers, countries, choices. Pure; each distinct cell of a column is parsed
once.

A parser takes trimmed text that is not empty and returns a `Verdict`: the canonical text, or the code of a problem.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from standards.translation import gettext_noop as _

EXCEL_SERIAL = "excel-serial"
DATE_FORMATS = (
    "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%m/%d/%y",
    "%d/%m/%y", "%d.%m.%y", "%d-%m-%y", "%d %B %Y", "%B %d %Y", "%d-%B-%Y", "%d-%B-%y", "%m-%d-%Y",
)  # fmt: skip
DATE_EXAMPLES = {
    "%Y-%m-%d": "2019-12-31", "%d.%m.%Y": "31.12.2019", "%d/%m/%Y": "31/12/2019", "%m/%d/%Y": "12/31/2019",
    "%d-%m-%Y": "31-12-2019", "%Y/%m/%d": "2019/12/31", "%Y.%m.%d": "2019.12.31", "%Y%m%d": "20191231",
    "%m/%d/%y": "12/31/19", "%d/%m/%y": "31/12/19", "%d.%m.%y": "31.12.19", "%d-%m-%y": "31-12-19",
    "%d %B %Y": "31 December 2019", "%B %d %Y": "December 31, 2019", "%d-%B-%Y": "31-Dec-2019",
    "%d-%B-%y": "31-Dec-19", "%m-%d-%Y": "12-31-2019", EXCEL_SERIAL: _("Excel day number (43830)"),
}  # fmt: skip
_MONTHS = """
jan january januar janvier enero gennaio janeiro januari januarie ianuarie gen ene
feb february februar février fevrier febrero febbraio fevereiro februari februarie fév fev
mar march märz maerz mars marzo março marco maart martie mär mrt
apr april avril abril aprile aprilie avr abr
may mai mayo maggio maio mei mag
jun june juni juin junio giugno junho iunie giu
jul july juli juillet julio luglio julho iulie juil lug
aug august août aout agosto augustus ago
sep sept september septembre septiembre settembre setembro septembrie set
oct october oktober octobre octubre ottobre outubro octombrie okt ott out
nov november novembre noviembre novembro noiembrie
dec december dezember décembre decembre diciembre dicembre dezembro decembrie dez dic déc
"""
MONTHS = {word: n for n, line in enumerate(_MONTHS.strip().splitlines(), start=1) for word in line.split()}
_TOKENS = {
    "%Y": r"(?P<Y>\d{4})", "%y": r"(?P<y>\d{2})", "%m": r"(?P<m>\d{1,2})", "%d": r"(?P<d>\d{1,2})(?:st|nd|rd|th)?",
    "%B": r"(?P<B>[^\W\d_]{3,12})\.?",
}  # fmt: skip
_TIME = r"(?:[T ,]+\d{1,2}[:.h]\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:Z|UTC|[+-]\d{2}:?\d{2})?)?"
_EXCEL_DAY_ZERO = date(1899, 12, 30)
# Also used in PostgreSQL, where it means the same.
WHOLE_AS_FLOAT = r"^([0-9]+)\.0+$"
_WHOLE = re.compile(r"[+-]?\d{1,18}(?:\.0+)?")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[., \u00a0\u202f'’]\d+)*|[.,]\d+)")
# A mark groups thousands only before three digits; otherwise 12.50 would be 1250 when the decimal mark is a comma.
_GROUPED = {
    mark: re.compile(rf"[+-]?(?:\d{{1,3}}(?:[ \u00a0\u202f'’{other}]\d{{3}})+|\d*)(?:[{mark}]\d+)?")
    for mark, other in ((".", ","), (",", "."))
}
_MONEY = re.compile(r"^[€$£¥]|[€$£¥%]$")


@dataclass(frozen=True, slots=True)
class Verdict:
    value: str = ""
    code: str = ""
    detail: str = ""


Parser = Callable[[str], Verdict]


@lru_cache(maxsize=64)
def _pattern(format_: str) -> re.Pattern[str]:
    if " " in format_:
        text = r"[\s,]+(?:(?:de|of)\s+)?".join(_TOKENS[part] for part in format_.split())
    else:
        text = "".join(_TOKENS.get(part, re.escape(part)) for part in re.split(r"(%.)", format_) if part)
    return re.compile(text + _TIME, re.IGNORECASE)


def parse_date(text: str, format_: str, latest_year: int) -> Verdict:
    """The ISO date of a text in a format of DATE_FORMATS. Two-digit years are in the hundred years up to
    `latest_year`."""
    if format_ == EXCEL_SERIAL:
        return _excel_date(text)
    found = _pattern(format_).fullmatch(text)
    if not found:
        return Verdict(code="not_a_date", detail=DATE_EXAMPLES[format_])
    parts = found.groupdict()
    month = MONTHS.get(parts["B"].casefold(), 0) if "B" in parts else int(parts["m"])
    year = int(parts["Y"]) if "Y" in parts else _full_year(int(parts["y"]), latest_year)
    try:
        day = date(year, month, int(parts["d"]))
    except ValueError:
        return Verdict(code="not_a_date", detail=DATE_EXAMPLES[format_])
    return _in_range(day)


def _full_year(two_digits: int, latest_year: int) -> int:
    year = latest_year - latest_year % 100 + two_digits
    return year if year <= latest_year else year - 100


def _excel_date(text: str) -> Verdict:
    if not re.fullmatch(r"\d{1,6}(?:\.\d+)?", text):
        return Verdict(code="not_a_date", detail=_("an Excel day number"))
    return _in_range(_EXCEL_DAY_ZERO + timedelta(days=int(text.partition(".")[0])))


def _in_range(day: date) -> Verdict:
    return Verdict(day.isoformat()) if 1000 <= day.year <= 2200 else Verdict(code="date_out_of_range")


def parse_integer(text: str) -> Verdict:
    """A whole number; `12.0`, as spreadsheets and data frames write it, is 12."""
    if not _WHOLE.fullmatch(text) or not text.isascii():
        return Verdict(code="not_a_whole_number")
    return Verdict(str(int(text.partition(".")[0])))


def whole_number(text: str) -> str:
    """The number 17 for `17.0`, as spreadsheets and data frames write it; leading zeros and all other text are
    unchanged."""
    return re.sub(WHOLE_AS_FLOAT, r"\1", text)


def parse_decimal(text: str, mark: str) -> Verdict:
    """A number with two decimals. mark: the decimal mark, `.` or `,`; the other one, spaces and ’ group thousands."""
    bare = _MONEY.sub("", text).strip()
    if not _NUMBER.fullmatch(bare) or not _GROUPED[mark].fullmatch(bare):
        return Verdict(code="not_a_number", detail=_("comma") if mark == "," else _("point"))
    for group in (" ", "\u00a0", "\u202f", "'", "’", "." if mark == "," else ","):
        bare = bare.replace(group, "")
    number = Decimal(bare.replace(",", "."))
    if abs(number) >= Decimal(10) ** 14:
        return Verdict(code="number_too_large")
    return Verdict(str(number.quantize(Decimal("0.01"))))


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
    return folded(re.sub(r"[_\-.:/?()\[\]*]+", " ", apart))


_WHOLE_DATE = re.compile(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[T ]\d.*)?")


def looks_like_data(text: str) -> bool:
    """Whether a cell is a number or a date, which names of columns are not."""
    bare = text.strip()
    return bool(_NUMBER.fullmatch(bare) or _WHOLE_DATE.fullmatch(bare))
