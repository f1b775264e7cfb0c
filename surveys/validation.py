"""Whether a questionnaire can be published: names, lists, texts, and expressions that use earlier items only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from standards.translation import gettext as _
from standards.translation import gettext_noop
from surveys.costs import first_over_budget
from surveys.definition import ChoiceDef, Definition, ItemDef, SectionDef
from surveys.expressions import Expression, ExpressionError, parse
from surveys.kinds import ItemType

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")
CODE = re.compile(r"[^\s]{1,64}")
MISSING_PREFIX = "missing:"
NAME_RULE = gettext_noop(
    "A name starts with a letter or _. Letters, digits, _, - and full stops can follow, 64 characters at most."
)
_LATER = gettext_noop(
    "The %(rule)s “%(expression)s” refers to ${%(name)s}, which comes later in the questionnaire or has no answer."
)
_UNKNOWN = gettext_noop("The %(rule)s “%(expression)s” refers to ${%(name)s}, which does not exist.")
_BARE_WORD = gettext_noop(
    "The %(rule)s “%(expression)s” contains %(name)s. Write ${%(name)s} for an item and '%(name)s' for a text."
)
_OWN_ANSWER = gettext_noop("The %(rule)s “%(expression)s” uses “.”, which only a constraint can do.")
_LABEL_REFERENCE = re.compile(r"\$\{\s*([^}\s]*)\s*\}")


@dataclass(frozen=True)
class Problem:
    """What must be corrected, and where: sheet and row of a spreadsheet, name of an item."""

    message: str
    name: str = ""
    line: int | None = None
    sheet: str = "survey"

    def __str__(self) -> str:
        """The message with the place before it."""
        if self.line is not None and self.name:
            text = _("Sheet “%(sheet)s”, row %(row)d, “%(name)s”: %(message)s")
        elif self.line is not None:
            text = _("Sheet “%(sheet)s”, row %(row)d: %(message)s")
        elif self.name:
            text = _("“%(name)s”: %(message)s")
        else:
            return self.message
        return text % {"sheet": self.sheet, "row": self.line, "name": self.name, "message": self.message}


def problems_of(definition: Definition) -> list[Problem]:
    """Everything that must be corrected before this questionnaire can be published, in order."""
    expressions = list(_expression_problems(definition))
    found = [*_list_problems(definition), *_item_problems(definition), *expressions]
    if not expressions and (over := first_over_budget(definition)):
        item, sentence = over
        found.append(Problem(sentence, name=item.name if item else "", line=item.line if item else None))
    if not any(item.is_asked for item in definition.items()):
        found.append(Problem(_("The questionnaire has no questions.")))
    if definition.default_language not in definition.languages:
        text = _("The default language %(language)s is not one of the languages of the questionnaire.")
        found.append(Problem(text % {"language": definition.default_language}))
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
        yield _("A code has 1 to 64 characters and no spaces.")
    if choice.code in seen:
        yield _("This code is in its list twice, with different labels.")
    if not definition.text_in(choice.labels):
        yield _("This choice has no label.")


def _item_problems(definition: Definition) -> Iterator[Problem]:
    seen: set[str] = set()
    for item in definition.items():
        for message in _item_messages(definition, item, seen):
            yield Problem(message, name=item.name, line=item.line)
        seen.add(item.name)


def _item_messages(definition: Definition, item: ItemDef, seen: set[str]) -> Iterator[str]:
    if not NAME.fullmatch(item.name):
        yield _(NAME_RULE)
    if item.name in seen:
        yield _("This name is used twice.")
    if item.type != ItemType.CALCULATE and not definition.text_in(item.labels):
        yield _("This item has no text.")
    if item.is_select and not definition.choices_of(item):
        if item.choice_list:
            yield _("The list “%(list)s” has no choices.") % {"list": item.choice_list}
        else:
            yield _("This item has no list of choices.")
    if item.type == ItemType.CALCULATE and not item.calculation:
        yield _("A calculated item needs a calculation.")


def _expression_problems(definition: Definition) -> Iterator[Problem]:
    before: set[str] = set()
    every = {item.name for item in definition.items()}
    for section in definition.sections:
        yield from _problem_of(_("relevance"), section.relevance, section, before=before, every=every)
        for item in section.items:
            yield from _problem_of(_("relevance"), item.relevance, item, before=before, every=every)
            yield from _problem_of(_("calculation"), item.calculation, item, before=before, every=every)
            yield from _problem_of(
                _("constraint"), item.constraint, item, before=before | {item.name}, every=every, own=True
            )
            columns = {column for choice in definition.choices_of(item) for row in choice.columns for column in row}
            yield from _problem_of(
                _("choice filter"), item.choice_filter, item, before=before, every=every, columns=columns
            )
            yield from _label_problems(item, every)
            if item.type != ItemType.NOTE:
                before.add(item.name)


def _problem_of(
    rule: str,
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
    values = {"rule": rule, "expression": source[:120]}
    try:
        expression = parse(source)
    except ExpressionError as error:
        unreadable = _("The %(rule)s “%(expression)s” cannot be read: %(reason)s")
        yield Problem(unreadable % (values | {"reason": str(error)}), name=thing.name, line=thing.line)
        return
    for text, name in _reference_errors(expression, before, every, own=own, columns=columns or set()):
        yield Problem(_(text) % (values | {"name": name}), name=thing.name, line=thing.line)


def _reference_errors(
    expression: Expression, before: set[str], every: set[str], *, own: bool, columns: set[str]
) -> Iterator[tuple[str, str]]:
    """Text of a sentence and the name it is about, for each reference that cannot be resolved."""
    for name in sorted(expression.items - before):
        yield (_LATER if name in every else _UNKNOWN), name
    for name in sorted(expression.columns - columns):
        yield _BARE_WORD, name
    if expression.uses_own and not own:
        yield _OWN_ANSWER, ""


def _label_problems(item: ItemDef, every: set[str]) -> Iterator[Problem]:
    texts = [*item.labels.values(), *item.hints.values(), *item.constraint_messages.values()]
    named = {name for text in texts for name in _LABEL_REFERENCE.findall(text)}
    for name in sorted(named - every):
        text = _("A text refers to ${%(name)s}, which does not exist.")
        yield Problem(text % {"name": name}, name=item.name, line=item.line)
