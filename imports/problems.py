"""Problems of files and rows: a code for programs and a sentence for people. Pure.

A file with a problem is an exception (`Refused`); a row with a problem is data (a code of `ROW_PROBLEMS` with column
and value).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jobs import problems
from standards.translation import gettext
from standards.translation import gettext_noop as _


@dataclass
class Refused(problems.Refused):
    """A file or request that cannot be imported. message: what is wrong, where, and what to do. choices: the tables or
    members of which one must be chosen."""

    choices: dict[str, list[str]] = field(default_factory=dict)


# Code to title and sentence, marked here and translated when they are shown. Recipes add those of their checks.
ROW_PROBLEMS: dict[str, tuple[str, str]] = {
    "wrong_width": (
        _("Wrong number of cells"),
        _("The row has {value} cells, the header has {detail}. Usually a cell without quotes contains a delimiter."),
    ),
    "nul_character": (_("NUL character"), _("The row contains a NUL character (shown as ␀), which cannot be stored.")),
    "required": (_("Empty, but required"), _("{label} is empty; every record needs one.")),
    "too_long": (_("Too long"), _("{label} is {value} characters long; the limit is {detail}.")),
    "not_a_date": (_("Not a date"), _("“{value}” is not a date of the form {detail}.")),
    "date_out_of_range": (_("Date out of range"), _("“{value}” is outside the years 1000 to 2200.")),
    "not_a_whole_number": (_("Not a whole number"), _("“{value}” is not a whole number.")),
    "not_a_number": (_("Not a number"), _("“{value}” is not a number with a decimal {detail}.")),
    "number_too_large": (_("Number too large"), _("“{value}” has more digits than can be stored.")),
    "unknown_country": (
        _("Unknown country"),
        _("“{value}” is neither an ISO 3166-1 code nor the English name of a country."),
    ),
    "unknown_language": (_("Unknown language"), _("“{value}” is not a two-letter ISO 639-1 code.")),
    "unknown_choice": (_("No such value"), _("“{value}” is not a value of {label}. Its values are: {detail}.")),
    "duplicate_key": (
        _("Reference used twice"),
        _("The reference “{value}” is already used at line {detail} with other content. The first row was loaded."),
    ),
    "newer_record": (
        _("A newer record exists"),
        _(
            "The record “{value}” has other content, and a later file was loaded since (import {detail}). A "
            "replay would overwrite it with older content: dismiss the row."
        ),
    ),
    "ends_before_start": (_("Ends before it starts"), _("The end, {value}, is before the start, {detail}.")),
    "changed_here": (
        _("Edited here by a person"),
        _("{label} is “{value}” in the file, but a person changed it here to “{detail}”. The value here was kept."),
    ),
    "repeated_row": (_("The same row again"), _("The row is the same as line {detail}, cell by cell; it is skipped.")),
}
# Codes whose detail is text of the program, not of the file.
_DETAIL_IN_WORDS = {"not_a_date", "not_a_number"}


def title(code: str) -> str:
    return gettext(ROW_PROBLEMS[code][0])


def sentence(code: str, *, label: str = "", value: str = "", detail: str = "") -> str:
    """The sentence for one problem, in the active language. value: as in the file; cut to 200 characters."""
    shown = value if len(value) <= 200 else f"{value[:200]}…"
    if code in _DETAIL_IN_WORDS:
        detail = gettext(detail)
    return gettext(ROW_PROBLEMS[code][1]).format(label=label or gettext("The field"), value=shown, detail=detail)


def described(found: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Problems as column, value, code and detail, with their sentence added as `message`."""
    return [
        {
            "column": p["column"], "value": p["value"], "code": p["code"],
            "message": sentence(p["code"], label=p["column"], value=p["value"], detail=p["detail"]),
        }
        for p in found
    ]  # fmt: skip
