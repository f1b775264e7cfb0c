"""An XLSForm read into a definition. What is not supported is reported by sheet, row and name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from standards.translation import gettext as _
from standards.translation import gettext_noop
from surveys.definition import Definition, ItemDef, ScaleDef, SectionDef
from surveys.kinds import RESPONDENT_MISSING, ItemType
from surveys.validation import Problem, problems_of
from surveys.xlsform_sheets import Row, Table, read_choices, read_table

_PLAIN_TYPES = {
    "text": ItemType.TEXT,
    "string": ItemType.TEXT,
    "int": ItemType.INTEGER,
    "integer": ItemType.INTEGER,
    "decimal": ItemType.DECIMAL,
    "date": ItemType.DATE,
    "note": ItemType.NOTE,
    "calculate": ItemType.CALCULATE,
}
_SELECT = re.compile(
    r"(?:(?P<one>select_one|select one from|select one)|(?:select_multiple|select all that apply from"
    r"|select all that apply))\s+(?P<list>\S+)(?P<rest>\s.*)?"
)
_PARADATA = frozenset({"start", "end"})
_YES, _NO = frozenset({"yes", "true", "true()", "1"}), frozenset({"", "no", "false", "false()", "0"})
_PUBLIC_COLUMNS = frozenset(
    {"type", "name", "label", "hint", "required", "required_message", "constraint", "constraint_message", "relevant"}
    | {"calculation", "choice_filter", "missing", "scale", "reversed"}
)
_UNSUPPORTED_COLUMNS = {
    "repeat_count": gettext_noop("Repeats are not supported."),
    "trigger": gettext_noop("Triggers are not supported."),
}


@dataclass(frozen=True)
class XlsformResult:
    """The result of reading a form. The definition can be used if there are no problems; notices name the rest."""

    definition: Definition
    problems: tuple[Problem, ...]
    notices: tuple[str, ...]

    @property
    def is_valid(self) -> bool:
        return not self.problems


@dataclass
class _Group:
    name: str
    titles: Mapping[str, str]
    relevance: str
    line: int


@dataclass
class _Reading:
    """The state of reading the survey sheet from top to bottom."""

    default_language: str
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    groups: list[_Group] = field(default_factory=list)
    sections: list[SectionDef] = field(default_factory=list)
    items: list[ItemDef] = field(default_factory=list)
    scales: dict[str, ScaleDef] = field(default_factory=dict)

    def add_problem(self, row: Row, message: str) -> None:
        self.problems.append(Problem(message, name=row.get("name"), line=row.line))

    def close_section(self) -> None:
        """Items in consecutive rows of the same groups become a section."""
        if not self.items:
            return
        innermost = self.groups[-1] if self.groups else None
        taken = {section.name for section in self.sections}
        base = innermost.name if innermost else f"part_{len(self.sections) + 1}"
        name = next(name for name in _numbered(base) if name not in taken)
        rules = [group.relevance for group in self.groups if group.relevance]
        self.sections.append(
            SectionDef(
                name=name,
                titles=innermost.titles if innermost else {},
                relevance=rules[0] if len(rules) == 1 else " and ".join(f"({rule})" for rule in rules),
                items=tuple(self.items),
                line=innermost.line if innermost else None,
            )
        )
        self.items = []


def _numbered(base: str) -> Iterator[str]:
    yield base
    for number in count(2):
        yield f"{base[:58]}_{number}"


def read_form(sheets: Mapping[str, Sequence[Sequence[str]]], pyxform_error: str | None = None) -> XlsformResult:
    """Read the sheets of an XLSForm. `pyxform_error` is reported if our own checks find no problem."""
    settings = next(iter(read_table(sheets.get("settings", ()), "settings").rows), Row(2, {}))
    survey = read_table(sheets.get("survey", ()), "survey", settings.get("default_language"))
    choices = read_table(sheets.get("choices", ()), "choices", survey.default_language)
    reading = _Reading(survey.default_language)
    lists, list_problems = read_choices(choices)
    reading.problems += [*survey.problems, *list_problems]
    if settings.get("add_none_option").lower() in _YES:
        text = _("The setting add_none_option is not supported.")
        reading.problems.append(Problem(text, sheet="settings"))
    for row in survey.rows:
        _read_row(reading, row)
    if reading.groups:
        group, text = reading.groups[-1], _("The group has no “end group”.")
        reading.problems.append(Problem(text, group.name, group.line))
    reading.close_section()
    _note_columns(reading, survey)
    used = {item.choice_list for item in _items(reading)}
    title = settings.get("form_title")
    definition = Definition(
        languages=_languages(survey, choices),
        default_language=survey.default_language,
        titles={survey.default_language: title} if title else {},
        sections=tuple(reading.sections),
        lists={name: found for name, found in lists.items() if name in used},
        scales=tuple(reading.scales.values()),
    )
    problems = reading.problems or problems_of(definition)
    if not problems and pyxform_error:
        problems = [Problem(pyxform_error)]
    return XlsformResult(definition, tuple(problems), tuple(reading.notices))


def _items(reading: _Reading) -> Iterator[ItemDef]:
    for section in reading.sections:
        yield from section.items


def _languages(survey: Table, choices: Table) -> tuple[str, ...]:
    return tuple(dict.fromkeys([survey.default_language, *survey.languages, *choices.languages]))


def _note_columns(reading: _Reading, survey: Table) -> None:
    for column in survey.columns:
        filled = next((row for row in survey.rows if row.get(column)), None)
        if filled is None or column in _PUBLIC_COLUMNS:
            continue
        if column in _UNSUPPORTED_COLUMNS:
            reading.add_problem(filled, _(_UNSUPPORTED_COLUMNS[column]))
        else:
            reading.notices.append(_("The column “%(column)s” is not used.") % {"column": column})


def _read_row(reading: _Reading, row: Row) -> None:
    kind = " ".join(row.get("type").lower().replace("_", " ").split())
    if not kind:
        if row.get("name") or row.texts("label"):
            reading.add_problem(row, _("This row has no type."))
        return
    words = kind.split()
    if words[0] in ("begin", "end") and len(words) == 2:
        _read_bracket(reading, row, words[0], words[1])
    elif kind in _PARADATA:
        text = _("Row %(row)d: “%(type)s” is recorded as paradata of every response, not as an item.")
        reading.notices.append(text % {"row": row.line, "type": kind})
    else:
        _read_item(reading, row, kind)


def _read_bracket(reading: _Reading, row: Row, side: str, what: str) -> None:
    if what != "group":
        if side == "begin":
            text = _("The type “begin %(type)s” is not supported. Only groups are supported.")
            reading.add_problem(row, text % {"type": what})
        return
    reading.close_section()
    if side == "begin":
        reading.groups.append(
            _Group(row.get("name") or f"group_{row.line}", row.texts("label"), row.get("relevant"), row.line)
        )
    elif reading.groups:
        reading.groups.pop()
    else:
        reading.add_problem(row, _("This row ends a group, but no group is open."))


def _type_of(row: Row, kind: str) -> tuple[ItemType | None, str]:
    """The type of item and the name of its list. `kind` is the type in lower case with blanks."""
    if kind in _PLAIN_TYPES:
        return _PLAIN_TYPES[kind], ""
    match = _SELECT.fullmatch(" ".join(row.get("type").split()))
    if match is None or match["rest"]:
        return None, ""
    return (ItemType.SELECT_ONE if match["one"] else ItemType.SELECT_MULTIPLE), match["list"]


def _read_item(reading: _Reading, row: Row, kind: str) -> None:
    if kind == "today":
        reading.items.append(ItemDef(row.get("name"), ItemType.CALCULATE, calculation="today()", line=row.line))
        return
    type_, list_name = _type_of(row, kind)
    if type_ is None:
        reading.add_problem(row, _("The type “%(type)s” is not supported.") % {"type": row.get("type")})
        return
    required = row.get("required").lower()
    if required not in _YES | _NO:
        text = _("The value “%(value)s” in the column “required” must be yes or no.")
        reading.add_problem(row, text % {"value": row.get("required")})
    offers = tuple(row.get("missing").split())
    if any(kind not in RESPONDENT_MISSING for kind in offers):
        text = _("A missing value must be one of these: %(kinds)s.")
        reading.add_problem(row, text % {"kinds": ", ".join(RESPONDENT_MISSING)})
    is_asked = type_ not in (ItemType.NOTE, ItemType.CALCULATE)
    reading.items.append(
        ItemDef(
            name=row.get("name"),
            type=type_,
            labels=row.texts("label"),
            hints=row.texts("hint"),
            choice_list=list_name,
            required=is_asked and required in _YES,
            required_messages=row.texts("required_message"),
            constraint=row.get("constraint") if is_asked else "",
            constraint_messages=row.texts("constraint_message"),
            relevance=row.get("relevant"),
            calculation=row.get("calculation") if type_ == ItemType.CALCULATE else "",
            choice_filter=row.get("choice_filter") if list_name else "",
            offers=offers if is_asked else (),
            scale=_scale(reading, row),
            is_reversed=bool(row.get("scale")) and row.get("reversed").lower() in _YES,
            line=row.line,
        )
    )


def _scale(reading: _Reading, row: Row) -> str:
    name = row.get("scale")
    if name:
        reading.scales.setdefault(name, ScaleDef(name))
    return name
