"""How text is written into the cells of an exported CSV file, and read again. Pure. See docs/adr/0085.

A spreadsheet program runs a cell as a formula when its text begins with `=`, `+`, `-` or `@`. A file opened with
another separator than its own is cut into other cells, so text behind every separator is guarded too.

The rule is here, below `exports`, so that `python -m measures` reads exported files without the site.
"""

import re

_STARTS = "=+\\-@＝＋－＠"
_SEPARATORS = ";|\t\n\v\f\r\x85\u2028\u2029"
# What programs drop or skip before they look at the first character of a cell.
_SKIPPED = _SEPARATORS + '"\\s\\x00-\\x1f\ufeff\u200b'
# Apostrophes that are in the text already, and then a sign that begins a formula.
_SIGN = f"'*+[{_STARTS}]"
# Each begins at the beginning or matches a whole run of such characters, whether or not a sign follows, so that the
# time is linear.
_FIRST = re.compile(rf"\A([{_SKIPPED}]*+)(?={_SIGN})")
_BEHIND = re.compile(rf"[{_SEPARATORS}][{_SKIPPED}]*+(?P<sign>(?={_SIGN}))?")
_FIRST_GUARDED = re.compile(rf"\A([{_SKIPPED}]*+)'(?={_SIGN})")
_BEHIND_GUARDED = re.compile(rf"([{_SEPARATORS}][{_SKIPPED}]*+)(?:'(?={_SIGN}))?")
_ANY_SIGN = re.compile(f"[{_STARTS}]")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?)?")


def guarded(text: str) -> str:
    """The text so that no spreadsheet program runs any part of it, whichever separator it opens the file with.

    An apostrophe is put before `=`, `+`, `-`, `@` (and their full-width forms) at the beginning and behind `;`, `|`,
    tab and line break, also when quotation marks or blanks are between, and before apostrophes that are there
    already. A text that is a number as a whole, or a sign alone, is left as it is.

    `unguarded` gives the text back.
    """
    if not _ANY_SIGN.search(text) or _NUMBER.fullmatch(text):
        return text
    first = _FIRST.match(text)
    start = first.end() if first else 0
    return text[:start] + ("'" if first else "") + _BEHIND.sub(_with_apostrophe, text[start:])


def _with_apostrophe(found: re.Match[str]) -> str:
    return found[0] if found["sign"] is None else f"{found[0]}'"


def unguarded(text: str) -> str:
    """The text that `guarded` was called with."""
    if _NUMBER.fullmatch(text):
        return text
    first = _FIRST_GUARDED.match(text)
    return (first[1] if first else "") + _BEHIND_GUARDED.sub(r"\1", text[first.end() if first else 0 :])
