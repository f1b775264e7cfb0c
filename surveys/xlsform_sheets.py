"""Sheets of an XLSForm as rows with known column names, whatever spelling of them was used."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from standards.translation import gettext as _
from surveys.definition import ChoiceDef
from surveys.kinds import Missing
from surveys.languages import tag_of
from surveys.validation import Problem

_SPELLINGS = {
    "caption": "label",
    "required message": "required_message",
    "requiredmsg": "required_message",
    "required_msg": "required_message",
    "jr:requiredmsg": "required_message",
    "constraint message": "constraint_message",
    "constraint_msg": "constraint_message",
    "constraintmsg": "constraint_message",
    "jr:constraintmsg": "constraint_message",
    "relevance": "relevant",
    "calculate": "calculation",
    "choice filter": "choice_filter",
    "list name": "list_name",
    "value": "name",
    "read_only": "readonly",
}
_TRANSLATED = frozenset({"label", "hint", "required_message", "constraint_message"})
_CHOICE_COLUMNS = frozenset({"list_name", "name", "label", "hint", "missing", "number"})
_MEDIA = frozenset({"image", "audio", "video", "media", "big-image"})


@dataclass(frozen=True)
class Row:
    """One row. `line` counts from 1 as the spreadsheet shows it; translated columns are kept by language."""

    line: int
    cells: Mapping[str, str]
    translated: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def get(self, column: str) -> str:
        return self.cells.get(column, "")

    def texts(self, column: str) -> dict[str, str]:
        return dict(self.translated.get(column, {}))


@dataclass(frozen=True)
class Table:
    """A sheet: its columns by their usual names, its languages in order, its rows that are not empty."""

    columns: tuple[str, ...]
    languages: tuple[str, ...]
    default_language: str
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True)
class _Column:
    name: str
    language: str | None


def read_table(rows: Sequence[Sequence[str]], sheet: str, default_language: str = "") -> Table:
    """Read a sheet. Texts without a language are in the default language, or in English if the form names none."""
    start = next((index for index, row in enumerate(rows) if any(row)), None)
    if start is None:
        return Table((), (), tag_of(default_language) or "en", ())
    header = [_column(cell) for cell in rows[start]]
    problems = [
        Problem(
            _("The language “%(language)s” is not known. Add its tag, for example “Dutch (nl)”.")
            % {"language": column.language},
            name=column.name,
            line=start + 1,
            sheet=sheet,
        )
        for column in header
        if column.language is not None and not tag_of(column.language)
    ]
    languages = tuple(dict.fromkeys(tag_of(c.language) for c in header if c.language and tag_of(c.language)))
    default = _default_language(header, languages, default_language)
    found = [_row(index + 1, header, row, default) for index, row in enumerate(rows) if index > start and any(row)]
    columns = tuple(dict.fromkeys(column.name for column in header if column.name))
    return Table(columns, languages, default, tuple(found), tuple(problems))


def _default_language(header: Sequence[_Column], languages: Sequence[str], stated: str) -> str:
    if tag_of(stated):
        return tag_of(stated)
    if any(column.name == "label" and column.language is None for column in header) or not languages:
        return "en"
    return "en" if "en" in languages else languages[0]


def _column(cell: str) -> _Column:
    """`label::Dutch (nl)`, `label:nl`, `bind:relevant`, `List Name` in their usual names."""
    text = re.sub(r"\s+", " ", cell.strip())
    text = re.sub(r"^(bind|media|control)::?", "", text, flags=re.IGNORECASE)
    whole = _SPELLINGS.get(text.lower(), text.lower())
    if whole in _TRANSLATED or ":" not in text or whole != text.lower():
        return _Column(whole, None)
    name, _sign, language = text.partition("::") if "::" in text else text.partition(":")
    usual = _SPELLINGS.get(name.strip().lower(), name.strip().lower())
    if usual in _TRANSLATED:
        return _Column(usual, language.strip())
    return _Column(usual if usual in _MEDIA else text.lower(), None)


def _row(line: int, header: Sequence[_Column], row: Sequence[str], default_language: str) -> Row:
    cells: dict[str, str] = {}
    translated: dict[str, dict[str, str]] = {}
    for column, cell in zip(header, row, strict=False):
        if not cell or not column.name:
            continue
        if column.name in _TRANSLATED:
            language = tag_of(column.language) if column.language is not None else default_language
            translated.setdefault(column.name, {}).setdefault(language, cell)
        cells.setdefault(column.name, cell)
    return Row(line, cells, translated)


def read_choices(table: Table) -> tuple[dict[str, tuple[ChoiceDef, ...]], list[Problem]]:
    """Lists by name. The same code with the same label under other filter values is one choice with several rows."""
    problems = list(table.problems)
    lists: dict[str, dict[str, ChoiceDef]] = {}
    extras: dict[str, list[ChoiceDef]] = {}
    filters = [c for c in table.columns if c not in _CHOICE_COLUMNS and c not in _MEDIA]
    for row in table.rows:
        name, code = row.get("list_name"), row.get("name")
        if not name and not code:
            continue
        choice = _choice(row, filters, problems)
        known = lists.setdefault(name, {}).get(code)
        if known is None:
            lists[name][code] = choice
        elif known.labels == choice.labels and known.columns and choice.columns:
            lists[name][code] = replace(known, columns=(*known.columns, *choice.columns))
        else:
            extras.setdefault(name, []).append(choice)
    return {name: (*found.values(), *extras.get(name, ())) for name, found in lists.items()}, problems


def _choice(row: Row, filters: Sequence[str], problems: list[Problem]) -> ChoiceDef:
    missing, number = row.get("missing"), row.get("number")
    value = _finite(number)
    if missing and missing not in list(Missing):
        text = _("“%(value)s” is not a missing value. Use one of these: %(kinds)s.")
        message = text % {"value": missing, "kinds": ", ".join(Missing)}
        problems.append(Problem(message, name=row.get("name"), line=row.line, sheet="choices"))
    if number and value is None:
        text = _("The value “%(value)s” in the column “number” must be a number.")
        message = text % {"value": number}
        problems.append(Problem(message, name=row.get("name"), line=row.line, sheet="choices"))
    columns = {column: row.get(column) for column in filters}
    return ChoiceDef(
        code=row.get("name"),
        labels=row.texts("label"),
        missing=missing,
        value=value,
        columns=(columns,) if any(columns.values()) else (),
        line=row.line,
    )


def _finite(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
