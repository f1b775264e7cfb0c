"""Dates as people and programs write them: a day, with a time or without, or a month, quarter, year or range. Pure.

A cell becomes the first day of what it says; of a range, a field that is an end takes the last part. What else it says,
a precision other than a day or a time of day, is returned with it as ISO 8601, and is stored with the record. Patterns
are linear: no part can be read in two ways.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from imports.calendar_words import BEFORE_DAY, BETWEEN, MONTHS, QUARTERS, WEEKDAYS
from standards.translation import gettext_noop as _

EXCEL_SERIAL, QUARTER, JAPANESE = "excel-serial", "quarter", "japanese"
# Format to example. Of formats that fit a column equally well the first is assumed.
DATE_EXAMPLES = {
    "%Y-%m-%d": "2019-12-31", "%d.%m.%Y": "31.12.2019", "%d/%m/%Y": "31/12/2019", "%m/%d/%Y": "12/31/2019",
    "%d-%m-%Y": "31-12-2019", "%Y/%m/%d": "2019/12/31", "%Y.%m.%d": "2019.12.31", "%Y%m%d": "20191231",
    "%m/%d/%y": "12/31/19", "%d/%m/%y": "31/12/19", "%d.%m.%y": "31.12.19", "%d-%m-%y": "31-12-19",
    "%d %B %Y": "31 December 2019", "%B %d %Y": "December 31, 2019", "%d-%B-%Y": "31-Dec-2019",
    "%d-%B-%y": "31-Dec-19", "%m-%d-%Y": "12-31-2019", "%Y %B %d": "2019 December 31", "%d %B %y": "31 Dec 19",
    "%Y-%m": "2019-12", "%m/%Y": "12/2019", "%B %Y": "December 2019", "%B %y": "Dec-19", QUARTER: "2019-Q4",
    "%Y": "2019", JAPANESE: "令和元年12月31日", EXCEL_SERIAL: _("Excel day number (43830)"),
}  # fmt: skip
DATE_FORMATS = tuple(name for name in DATE_EXAMPLES if name != EXCEL_SERIAL)
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_BETWEEN = "|".join(map(re.escape, BETWEEN))
_QUARTER = "|".join(sorted(map(re.escape, QUARTERS), key=len, reverse=True))
_WORD = r"[^\W\d_]"
_TOKENS = {
    "%Y": r"(?P<Y>\d{4})", "%y": r"['’]?(?P<y>\d{2})", "%m": r"(?P<m>\d{1,2})", "%B": rf"(?P<B>{_WORD}{{3,14}})\.?",
    "%d": r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|ers|ste|de|e|º|°|ª|:e|:a)?",
}  # fmt: skip
_APART = rf"(?:[\s,./-]+|(?<=\d)\.)(?:(?:{_BETWEEN})\s+|d['’])?"
_FIRST = rf"(?P<before>(?:{_WORD}{{1,14}}(?:-{_WORD}{{1,14}})?[.,]{{0,2}}\s+){{0,2}})"
_BEHIND = r"(?:\s?(?:r|г)?\.)?"  # as Polish, Russian and Hungarian write behind a year or a day
_TIME = (
    r"(?:(?:[T ,]+|\s+(?:kl|um|at|à|om|ore|ora|a las)\.?\s+)(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?"
    r"(?:\s+Uhr)?)?"
)
_QUARTERS = (
    rf"(?P<Y>\d{{4}})[\s./-]*(?:{_QUARTER})\.?[\s./-]*(?P<q>[1-4]|IV|I{{1,3}})",
    rf"(?:{_QUARTER})\.?[\s./-]*(?P<q>[1-4]|IV|I{{1,3}})[\s.,/-]+(?:(?:{_BETWEEN})\s+)?(?P<Y>\d{{4}})",
    rf"(?P<q>[1-4]|IV|I{{1,3}})(?:st|nd|rd|th|er|e|o|º|ème|\.)?[\s./-]*(?:{_QUARTER})\.?[\s.,/-]*(?:(?:{_BETWEEN})\s+)?"
    r"(?P<Y>\d{4})",
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "明治": 1867, "R": 2018, "H": 1988, "S": 1925}
_YEAR_IN_JAPAN = (
    r"(?:(?:(?P<era>令和|平成|昭和|大正|明治)\s*(?P<y>元|\d{1,2})|(?P<Y>\d{4}))\s*年"
    r"|(?P<letter>[RHS])(?P<of>\d{1,2})[./-])"
)
_IN_JAPAN = re.compile(
    rf"{_YEAR_IN_JAPAN}(?:\s*(?P<m>\d{{1,2}})(?:\s*月|[./-])(?:\s*(?P<d>\d{{1,2}})\s*日?)?)?(?:\s*[(（][月火水木金土日][)）])?"
)
_YEARS = re.compile(r"(?P<first>\d{4})\s*[/–-]\s*(?P<last>\d{4}|\d{2})")
_RANGES = (
    " - ", " – ", " — ", "–", "—", "…", "..", "~", "～", "〜", " to ", " until ", " bis ", " tot ", " t/m ", " au ",
    " al ", " a ", " til ", " till ", " kuni ", " până la ", " până în ", " do ", "から", "/", "-",
)  # fmt: skip
_BEFORE_RANGE = re.compile(r"(?:from|du|vom|von|van|dal|del|od|fra|från|de la|între)\s+", re.IGNORECASE)
_EDGES = re.compile(r"(?<=[^\W_])(?=[\s.,/年月-])|(?<=[\s.,/年月-])(?=[^\W_])")
_SHORT = 40  # characters of a range whose parts are completed from each other
_LONGEST = 80  # characters; a longer text is no date


def given_key(field: str) -> str:
    """The name, among the other columns of a record, of what its source says about a date beside the day."""
    return f"{field} as given"


@dataclass(frozen=True, slots=True)
class When:
    """The first day, and ISO 8601 for anything but that one day. last: of a range, the first day of its last part.
    code: a problem in place of all."""

    day: date | None = None
    given: str = ""
    code: str = ""
    last: date | None = None


_NONE = When(code="not_a_date")


def read_date(text: str, format_: str, latest_year: int) -> When:
    """What a text says in a format of DATE_EXAMPLES, or a range of two such texts. Two-digit years are in the hundred
    years up to `latest_year`."""
    if len(text) > _LONGEST:
        return _NONE
    read = _reader(format_)
    found = read(text, latest_year)
    if found.code == "not_a_date" and format_ != EXCEL_SERIAL:
        found = next(_ranges(text, read, latest_year), found)
    if found.day and not 1000 <= found.day.year <= 2200:
        return When(code="date_out_of_range")
    return found


_Reader = Callable[[str, int], When]


def _reader(format_: str) -> _Reader:
    return _SPECIAL.get(format_) or (lambda text, latest: _plain(text, format_, latest))


def end_given(given: str) -> str:
    """The last part of a range, and all of anything else, as ISO 8601."""
    return given.rpartition("/")[2]


def end_of(given: str) -> date:
    """The first day of the last part of a range in ISO 8601, with quarters as `2019-Q3`."""
    year, _mark, rest = end_given(given)[:10].partition("-")
    if rest.startswith("Q"):
        return date(int(year), 3 * int(rest[1]) - 2, 1)
    month, _mark, day = rest.partition("-")
    return date(int(year), int(month or 1), int(day or 1))


def _ranges(text: str, read: _Reader, latest_year: int) -> Iterator[When]:
    text = _BEFORE_RANGE.sub("", text, count=1) if _BEFORE_RANGE.match(text) else text
    for sign in _RANGES:
        parts = [part.strip() for part in text.removesuffix("まで").split(sign)]
        if len(parts) != 2 or not all(parts):
            continue
        for first, last in (parts, *_completed(*parts)):
            start, end = read(first, latest_year), read(last, latest_year)
            if start.day and end.day and start.day <= end.day:
                yield When(start.day, f"{start.given or start.day}/{end.given or end.day}", last=end.day)


def _completed(first: str, last: str) -> Iterator[tuple[str, str]]:
    """A range that names its month or year once, both ways: `3.–5. März 2019`, `March 3–5, 2019`. What is written once
    is put beside the other part; the shortest addition comes first."""
    if len(first) + len(last) > _SHORT or not any(map(str.isdigit, first + last)):
        return
    cuts = [first + last[mark.start() :] for mark in reversed(list(_EDGES.finditer(last)))]
    heads = [first[: mark.end()] + last for mark in _EDGES.finditer(first)]
    yield from ((begun, last) for begun in cuts)
    yield from ((begun, ended) for begun in (first, *cuts) for ended in heads)


@lru_cache(maxsize=64)
def _pattern(format_: str) -> re.Pattern[str]:
    if "%B" in format_:
        text = _FIRST + _APART.join(_TOKENS[part] for part in re.findall("%.", format_)) + _BEHIND
    else:
        text = "".join(_TOKENS.get(part, re.escape(part)) for part in re.split(r"(%.)", format_) if part)
        text = text.replace(r"\.", r"\.\s?")  # 3. 1. 2019
        if format_ == "%Y.%m.%d":
            text += r"\.?"  # 2019. 12. 31. in Hungary
        if "%d" not in format_:
            text = text.replace("/" if format_ == "%m/%Y" else r"\-", "[/.-]")
    return re.compile(text + (_TIME if "%d" in format_ else ""), re.IGNORECASE)


def _plain(text: str, format_: str, latest_year: int) -> When:
    found = _pattern(format_).fullmatch(text)
    if not found:
        return _NONE
    parts = found.groupdict()
    if (before := parts.get("before")) and not _is_introduction(before):
        return _NONE
    month = MONTHS.get(parts["B"].casefold(), 0) if "B" in parts else int(parts["m"])
    year = int(parts["Y"]) if "Y" in parts else _full_year(int(parts["y"]), latest_year)
    day = _day(year, month, int(parts.get("d") or 1))
    if day is None:
        return _NONE
    if "d" not in parts:
        return When(day, f"{day:%Y-%m}" if year >= 1000 else "")
    clock = _clock(parts) if parts["hour"] else ""
    return _NONE if clock is None else When(day, f"{day}{clock}" if clock else "")


def _is_introduction(text: str) -> bool:
    """Whether words before a date are a weekday or an article: `mandag den`."""
    return all(word.strip(".,").casefold() in WEEKDAYS | BEFORE_DAY or word in BEFORE_DAY for word in text.split())


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _clock(parts: dict[str, str]) -> str | None:
    """The time of day as `T14:22`; empty for midnight to the second; None for one that does not exist."""
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), int(parts["second"] or 0)
    if half := (parts["half"] or "").upper().replace(".", ""):
        hour = hour % 12 + 12 * (half == "PM") if 1 <= hour <= 12 else 99
    try:
        found = time(0 if hour == 24 and not minute and not second else hour, minute, second)
    except ValueError:
        return None
    zone = (parts["zone"] or "").upper().replace("UTC", "Z").replace("GMT", "Z")
    if found == time():
        return ""
    return f"T{found.isoformat('auto' if second else 'minutes')}{zone}"


def _full_year(two_digits: int, latest_year: int) -> int:
    year = latest_year - latest_year % 100 + two_digits
    return year if year <= latest_year else year - 100


def _excel_day(text: str, latest_year: int) -> When:
    if not re.fullmatch(r"[0-9]{1,6}(?:\.[0-9]{1,20})?", text):
        return _NONE
    whole, _point, fraction = text.partition(".")
    day = _EXCEL_DAY_ZERO + timedelta(days=int(whole))
    minutes = round(float(f"0.{fraction or 0}") * 1440)
    return When(day, f"{day}T{minutes // 60:02}:{minutes % 60:02}" if 0 < minutes < 1440 else "")


@lru_cache(maxsize=1)
def _quarter_patterns() -> list[re.Pattern[str]]:
    return [re.compile(pattern, re.IGNORECASE) for pattern in _QUARTERS]


def _quarter(text: str, latest_year: int) -> When:
    found = next((match for pattern in _quarter_patterns() if (match := pattern.fullmatch(text))), None)
    if found is None:
        return _NONE
    number = _ROMAN.get(found["q"].upper()) or int(found["q"])
    day = _day(int(found["Y"]), 3 * number - 2, 1)
    return When(day, f"{found['Y']}-Q{number}") if day else _NONE


def _year(text: str, latest_year: int) -> When:
    if re.fullmatch(r"[0-9]{4}", text):
        day = _day(int(text), 1, 1)
        return When(day, text) if day else _NONE
    years = _YEARS.fullmatch(text)
    if years is None:
        return _NONE
    first, last = int(years["first"]), int(years["last"])
    following = last == (first + 1) % 100 if len(years["last"]) == 2 else last == first + 1
    day = _day(first, 1, 1)
    return When(day, f"{first}/{first + 1}", last=_day(first + 1, 1, 1)) if day and following else _NONE


def _in_japan(text: str, latest_year: int) -> When:
    found = _IN_JAPAN.fullmatch(unicodedata.normalize("NFKC", text).replace("(", "（").replace(")", "）"))
    if found is None:
        return _NONE
    era, of_era = found["era"] or found["letter"], found["y"] or found["of"]
    year = int(found["Y"]) if found["Y"] else _ERAS[era.upper()] + (1 if of_era == "元" else int(of_era))
    day = _day(year, int(found["m"] or 1), int(found["d"] or 1))
    if day is None:
        return _NONE
    return When(day, "" if found["d"] else f"{day:%Y-%m}" if found["m"] else f"{day:%Y}")


_SPECIAL: dict[str, _Reader] = {EXCEL_SERIAL: _excel_day, QUARTER: _quarter, JAPANESE: _in_japan, "%Y": _year}
