"""What can be wrong with a file or a row: a code for programs and a sentence for people. Pure.

A bad file is an exception (`Refused`); a bad row is data (a code of `ROW_PROBLEMS` with column and value).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jobs import problems


@dataclass
class Refused(problems.Refused):
    """A file, or a request about it, that cannot be imported. `message` says what, where and what to do;
    `choices` are the tables or members of which one is to be chosen."""

    choices: dict[str, list[str]] = field(default_factory=dict)


# Code to title and sentence; recipes add the codes of their own checks.
ROW_PROBLEMS: dict[str, tuple[str, str]] = {
    "wrong_width": (
        "Wrong number of cells",
        "The row has {value} cells, the header has {detail}. A delimiter inside an unquoted cell is the usual reason.",
    ),
    "nul_character": ("NUL character", "The row holds a NUL character (shown as ␀), which no text may hold."),
    "required": ("Empty, but required", "{label} is empty; every record needs one."),
    "too_long": ("Too long", "{label} is {value} characters long; {detail} is the most."),
    "not_a_date": ("Not a date", "“{value}” is not a date of the form {detail}."),
    "date_out_of_range": ("Date out of range", "“{value}” is outside the years 1000 to 2200."),
    "not_a_whole_number": ("Not a whole number", "“{value}” is not a whole number."),
    "not_a_number": ("Not a number", "“{value}” is not a number with a decimal {detail}."),
    "number_too_large": ("Number too large", "“{value}” has more digits than can be kept."),
    "unknown_country": (
        "Unknown country",
        "“{value}” is neither an ISO 3166-1 code nor the English name of a country.",
    ),
    "unknown_language": ("Unknown language", "“{value}” is not a two-letter ISO 639-1 code."),
    "unknown_choice": ("No such value", "“{value}” stands for none of the values of {label}: {detail}."),
    "duplicate_key": (
        "Reference used twice",
        "The reference “{value}” already stands at line {detail} with other content. That first row was taken.",
    ),
    "newer_record": (
        "A newer record stands",
        "The record “{value}” stands with other content, and a later delivery was loaded since (import {detail}). "
        "Replaying would put the older content over it: dismiss the row.",
    ),
    "ends_before_start": ("Ends before it starts", "The end, {value}, lies before the start, {detail}."),
    "changed_here": (
        "Changed here by a person",
        "{label} is “{value}” in the file, but stands here as “{detail}”, which a person wrote: that stays.",
    ),
    "repeated_row": ("The same row again", "The row is the same as line {detail}, cell by cell; it is skipped."),
}


def title(code: str) -> str:
    return ROW_PROBLEMS[code][0]


def sentence(code: str, *, label: str = "", value: str = "", detail: str = "") -> str:
    """The sentence about one row. `value` is shown as the file has it, cut to 200 characters."""
    shown = value if len(value) <= 200 else f"{value[:200]}…"
    return ROW_PROBLEMS[code][1].format(label=label or "The field", value=shown, detail=detail)


def described(found: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Problems given as column, value, code and detail, with their sentence as `message`."""
    return [
        {
            "column": p["column"], "value": p["value"], "code": p["code"],
            "message": sentence(p["code"], label=p["column"], value=p["value"], detail=p["detail"]),
        }
        for p in found
    ]  # fmt: skip
