"""Findings about columns whose values can be read two ways: which reading is assumed, with an example of both. Pure."""

from collections.abc import Sequence

from imports.findings.finding import Example, Finding
from imports.sniff.profile import Column
from imports.sniff.types import meaning
from standards.translation import gettext as _
from standards.translation import gettext_noop

NUMBERS, DATES, SHORT_YEARS = "numbers_two_ways", "dates_two_ways", "two_digit_years"
CODES = frozenset([NUMBERS, DATES, SHORT_YEARS])
_SENTENCES = {
    NUMBERS: gettext_noop(
        "“%(column)s” can be read two ways: “%(example)s” is read as %(ours)s and could be %(theirs)s. Check the "
        "decimal mark."
    ),
    DATES: gettext_noop(
        "“%(column)s” can be read two ways: “%(example)s” is read as %(ours)s and could be %(theirs)s. Check the "
        "order of day and month."
    ),
}


def two_way_findings(columns: Sequence[Column], latest_year: int) -> list[Finding]:
    """For each column that can be read two ways, and each with years of two digits."""
    found = []
    for column in columns:
        read = f"{column.type} {column.format}".strip()
        code = DATES if column.type == "date" else NUMBERS
        if column.two_ways and (sentence := two_way_sentence(column, read, latest_year)):
            examples = [Example(text, None, text) for text in column.unclear_examples]
            found.append(Finding(code, sentence, [column.name], column.unclear, examples))
        if column.type == "date" and "%y" in column.format:
            examples = [Example(text, None, text) for text in column.examples[:1]]
            sentence = short_year_sentence(column, latest_year)
            found.append(Finding(SHORT_YEARS, sentence, [column.name], column.filled, examples))
    return found


def two_way_sentence(column: Column, read: str, latest_year: int) -> str:
    """How an example is read with this type, and how it could be. Empty where no example can be read otherwise."""
    for example in column.unclear_examples:
        ours = meaning(read, example, latest_year)
        for name in column.two_ways:
            theirs = meaning(name, example, latest_year)
            if None not in (ours, theirs) and ours != theirs:
                facts = {"column": column.name, "example": example, "ours": _shown(ours), "theirs": _shown(theirs)}
                return _(_SENTENCES[DATES if name.startswith("date") else NUMBERS]) % facts
    return ""


def short_year_sentence(column: Column, latest_year: int) -> str:
    text = _("Years in “%(column)s” have two digits: they are read as %(first)s to %(last)s.")
    return text % {"column": column.name, "first": latest_year - 99, "last": latest_year}


def _shown(value: object) -> str:
    return f"{value:f}" if hasattr(value, "as_tuple") else str(value)
