"""Whether a questionnaire can be asked: names, lists, texts, and expressions that only look back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from surveys.definition import ChoiceDef, Definition, ItemDef, SectionDef
from surveys.expressions import Expression, ExpressionError, parse
from surveys.kinds import ItemType

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
CODE = re.compile(r"[^\s]{1,64}")
MISSING_PREFIX = "missing:"
_LABEL_REFERENCE = re.compile(r"\$\{\s*([^}\s]*)\s*\}")


@dataclass(frozen=True)
class Problem:
    """What stands in the way, where (line of a sheet, name of an item) and in words for a person."""

    message: str
    name: str = ""
    line: int | None = None
    sheet: str = "survey"

    def __str__(self) -> str:
        where = f"Sheet “{self.sheet}”, row {self.line}" if self.line is not None else ""
        what = f"“{self.name}”" if self.name else ""
        prefix = ", ".join(part for part in (where, what) if part)
        return f"{prefix}: {self.message}" if prefix else self.message


def problems_of(definition: Definition) -> list[Problem]:
    """Everything that stands in the way of asking this questionnaire; empty when it is sound."""
    found = [*_list_problems(definition), *_item_problems(definition), *_expression_problems(definition)]
    if not any(item.is_asked for item in definition.items()):
        found.append(Problem("The questionnaire has no question yet."))
    if definition.default_language not in definition.languages:
        found.append(Problem(f"The default language {definition.default_language} is not one of its languages."))
    return found


def _list_problems(definition: Definition) -> Iterator[Problem]:
    for name, choices in definition.lists.items():
        seen: set[str] = set()
        for choice in choices:
            for message in _choice_messages(definition, choice, seen):
                yield Problem(message, name=f"{name}: {choice.code}", line=choice.line, sheet="choices")
            seen.add(choice.code)


def _choice_messages(definition: Definition, choice: ChoiceDef, seen: set[str]) -> Iterator[str]:
    if not CODE.fullmatch(choice.code) or choice.code.startswith(MISSING_PREFIX):
        yield "A code has 1 to 64 characters and no blanks."
    if choice.code in seen:
        yield "This code stands twice in its list with different labels."
    if not definition.text_in(choice.labels, definition.default_language):
        yield "This choice has no label."


def _item_problems(definition: Definition) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in definition.items():
        for message in _item_messages(definition, item, seen):
            yield Problem(message, name=item.name, line=item.line)
        seen.add(item.name)


def _item_messages(definition: Definition, item: ItemDef, seen: set[str]) -> Iterator[str]:
    if not NAME.fullmatch(item.name):
        yield "A name begins with a letter or _ and goes on with letters, digits, _, - or full stops (64 at most)."
    if item.name in seen:
        yield "This name is used twice."
    if item.type != ItemType.CALCULATE and not definition.text_in(item.labels, definition.default_language):
        yield "This item has no text."
    if item.is_select and not definition.choices_of(item):
        yield f"The list “{item.choice_list}” has no choices." if item.choice_list else "No list of choices is named."
    if item.type == ItemType.CALCULATE and not item.calculation:
        yield "A calculated item needs a calculation."


def _expression_problems(definition: Definition) -> Iterator[Problem]:
    before: set[str] = set()
    every = {item.name for item in definition.items()}
    for section in definition.sections:
        yield from _problem_of("relevance", section.relevance, section, before=before, every=every)
        for item in section.items:
            yield from _problem_of("relevance", item.relevance, item, before=before, every=every)
            yield from _problem_of("calculation", item.calculation, item, before=before, every=every)
            yield from _problem_of(
                "constraint", item.constraint, item, before=before | {item.name}, every=every, own=True
            )
            columns = {column for choice in definition.choices_of(item) for row in choice.columns for column in row}
            yield from _problem_of(
                "choice filter", item.choice_filter, item, before=before, every=every, columns=columns
            )
            yield from _label_problems(item, every)
            if item.type != ItemType.NOTE:
                before.add(item.name)


def _problem_of(
    what: str,
    source: str,
    thing: ItemDef | SectionDef,
    *,
    before: set[str],
    every: set[str],
    own: bool = False,
    columns: set[str] | None = None,
) -> Iterator[Problem]:
    if not source:
        return
    try:
        expression = parse(source)
    except ExpressionError as refusal:
        yield Problem(f"The {what} “{source[:120]}” cannot be read: {refusal}", name=thing.name, line=thing.line)
        return
    for message in _reference_messages(expression, before, every, own=own, columns=columns or set()):
        yield Problem(f"The {what} “{source[:120]}” {message}", name=thing.name, line=thing.line)


def _reference_messages(
    expression: Expression, before: set[str], every: set[str], *, own: bool, columns: set[str]
) -> Iterator[str]:
    for name in sorted(expression.items - before):
        yield f"refers to ${{{name}}}, which " + (
            "comes later or holds no answer." if name in every else "does not exist."
        )
    for name in sorted(expression.columns - columns):
        yield f"uses the word “{name}”, which is neither an item, written ${{{name}}}, nor a text, written '{name}'."
    if expression.uses_own and not own:
        yield "uses “.”, which only a constraint can."


def _label_problems(item: ItemDef, every: set[str]) -> Iterator[Problem]:
    texts = [*item.labels.values(), *item.hints.values(), *item.constraint_messages.values()]
    named = {name for text in texts for name in _LABEL_REFERENCE.findall(text)}
    for name in sorted(named - every):
        yield Problem(f"A text refers to ${{{name}}}, which does not exist.", name=item.name, line=item.line)
