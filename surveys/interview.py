"""One interview: which page comes next, which items it shows, and which answers are accepted. Pure.

It needs no JavaScript: no item depends on another answer of the same page, except in a constraint, which is checked
after the page is sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import pairwise

from surveys.answers_input import AnswerError, AnswerInput, read_posted
from surveys.budget import Budget
from surveys.definition import ITEMS_PER_PAGE, ChoiceDef, Definition, ItemDef, SectionDef
from surveys.expressions import Context, Expression, fill, parse
from surveys.kinds import ItemType, Missing
from surveys.xpath_values import Value, text_of

_parsed = lru_cache(maxsize=4096)(parse)


@dataclass(frozen=True)
class Page:
    """Items shown together. `number` counts from 1."""

    number: int
    section: SectionDef
    items: tuple[ItemDef, ...]
    opens_section: bool


@dataclass(frozen=True)
class CheckedPage:
    """A page that was sent: an answer for each item shown, and the errors of answers that are not accepted."""

    answers: dict[str, AnswerInput]
    errors: dict[str, AnswerError]


def pages_of(definition: Definition) -> tuple[Page, ...]:
    """The pages of a questionnaire, in order."""
    pages: list[Page] = []
    depends = _dependencies(definition)
    for section in definition.sections:
        for index, items in enumerate(_cut(section.items, depends)):
            pages.append(Page(len(pages) + 1, section, items, opens_section=index == 0))
    return tuple(pages)


def _cut(items: Sequence[ItemDef], depends: Mapping[str, frozenset[str]]) -> list[tuple[ItemDef, ...]]:
    starts, on_page = [0], set[str]()
    for index, item in enumerate(items):
        if len(on_page) >= ITEMS_PER_PAGE or depends[item.name] & on_page:
            starts.append(index)
            on_page = set()
        # Calculations are not shown, yet whatever depends on them must wait for the page.
        if item.is_asked:
            on_page.add(item.name)
    return [tuple(items[start:end]) for start, end in pairwise([*starts, len(items)]) if start < end]


def _dependencies(definition: Definition) -> dict[str, frozenset[str]]:
    """Item name to all that showing it depends on, through calculations too."""
    depends: dict[str, frozenset[str]] = {}
    for item in definition.items():
        sources = [item.relevance, item.choice_filter]
        if item.type == ItemType.CALCULATE:
            sources.append(item.calculation)
        direct = {name for source in sources if source for name in _parsed(source).items}
        direct |= {name for text in (*item.labels.values(), *item.hints.values()) for name in _named_in(text)}
        through = frozenset().union(*(depends.get(name, frozenset()) for name in direct))
        depends[item.name] = frozenset(direct) | through
    return depends


def _named_in(text: str) -> set[str]:
    names: set[str] = set()
    for part in text.split("${")[1:]:
        names.add(part.partition("}")[0].strip())
    return names


@dataclass
class Interview:
    """The state of one interview. `answers` maps item names to the answers so far.

    Each rule and text is evaluated at most once, out of one budget: what raises OverBudget is the sum of them.
    """

    definition: Definition
    today: date
    answers: Mapping[str, AnswerInput] = field(default_factory=dict)
    _budget: Budget = field(default_factory=Budget, init=False)
    _choices: dict[str, tuple[ChoiceDef, ...]] = field(default_factory=dict, init=False)
    _errors: dict[str, AnswerError | None] = field(default_factory=dict, init=False)
    _texts: dict[tuple[str, str], str] = field(default_factory=dict, init=False)

    @cached_property
    def pages(self) -> tuple[Page, ...]:
        return pages_of(self.definition)

    @cached_property
    def relevant(self) -> frozenset[str]:
        """Names of the items that are asked after the answers so far."""
        self._walk()
        return frozenset(self._relevant)

    @cached_property
    def values(self) -> dict[str, Value]:
        """Values for expressions: answers of relevant items, results of calculations; the empty text for all others."""
        self._walk()
        return self._values

    def _walk(self) -> None:
        self._values: dict[str, Value] = {}
        self._relevant: set[str] = set()
        for section in self.definition.sections:
            if not self._holds(section.relevance):
                continue
            for item in section.items:
                if self._holds(item.relevance):
                    self._relevant.add(item.name)
                    self._values[item.name] = self._value_of(item)

    def _value_of(self, item: ItemDef) -> Value:
        if item.type == ItemType.CALCULATE:
            return self._read(item.calculation).value(self._context())
        return self.answers.get(item.name, AnswerInput()).as_expression_value

    def _context(self, own: Value = "", columns: Mapping[str, str] | None = None) -> Context:
        return Context(values=self._values, own=own, today=self.today, columns=columns or {}, budget=self._budget)

    def _read(self, source: str) -> Expression:
        return _parsed(source)

    def _holds(self, source: str) -> bool:
        return not source or self._read(source).holds(self._context())

    def shown(self, page: Page) -> tuple[ItemDef, ...]:
        """The items of a page that the respondent sees now."""
        return tuple(item for item in page.items if item.name in self.relevant and item.type != ItemType.CALCULATE)

    def page(self, number: int) -> Page | None:
        return self.pages[number - 1] if 0 < number <= len(self.pages) else None

    def next_page(self, after: int) -> Page | None:
        return next((page for page in self.pages[max(after, 0) :] if self.shown(page)), None)

    def previous_page(self, before: int) -> Page | None:
        earlier = self.pages[: max(before - 1, 0)]
        return next((page for page in reversed(earlier) if self.shown(page)), None)

    def choices(self, item: ItemDef) -> tuple[ChoiceDef, ...]:
        """The choices shown now, after the filter of the item."""
        if not item.choice_filter:
            return self.definition.choices_of(item)
        if item.name not in self._choices:
            self._choices[item.name] = self._filtered(item)
        return self._choices[item.name]

    def _filtered(self, item: ItemDef) -> tuple[ChoiceDef, ...]:
        _ = self.values
        rule = self._read(item.choice_filter)
        return tuple(
            choice
            for choice in self.definition.choices_of(item)
            if any(rule.holds(self._context(columns=row)) for row in (choice.columns or ({},)))
        )

    def filled(self, text: str, language: str) -> str:
        """A text with the answers that it refers to filled in, choices by their label."""
        if (text, language) not in self._texts:
            values = {name: self._answer_text(name, language) for name in _named_in(text)}
            self._texts[text, language] = fill(text, values, self._budget)
        return self._texts[text, language]

    def _answer_text(self, name: str, language: str) -> Value:
        item = next((item for item in self.definition.items() if item.name == name), None)
        value = self.values.get(name, "")
        if item is None or not item.is_select or not isinstance(value, tuple):
            return value
        labels = {choice.code: self.definition.text_in(choice.labels, language) for choice in self.choices(item)}
        return ", ".join(labels.get(code, code) for code in value)

    def check_page(self, page: Page, posted: Mapping[str, Sequence[str]]) -> CheckedPage:
        """Read a sent page. An answer that cannot be read is absent from `answers` and named in `errors`."""
        shown = [item for item in self.shown(page) if item.is_asked]
        answers: dict[str, AnswerInput] = {}
        errors: dict[str, AnswerError] = {}
        for item in shown:
            outcome = read_posted(item, self.choices(item), posted)
            if isinstance(outcome, AnswerError):
                errors[item.name] = outcome
            else:
                answers[item.name] = outcome
        after = Interview(self.definition, self.today, {**self.answers, **answers})
        # Answers that make a calculation too long are refused before they are saved.
        _ = after.values
        for item in shown:
            if item.name in answers and (error := after.error_of(item)):
                errors[item.name] = error
        return CheckedPage(answers, errors)

    def error_of(self, item: ItemDef) -> AnswerError | None:
        """Why the answer to an item is not accepted, or None."""
        if item.name not in self._errors:
            self._errors[item.name] = self._checked(item)
        return self._errors[item.name]

    def _checked(self, item: ItemDef) -> AnswerError | None:
        answer = self.answers.get(item.name, AnswerInput())
        if answer.is_empty:
            return AnswerError("required") if item.required else None
        if answer.missing or not item.constraint:
            return None
        _ = self.values
        holds = self._read(item.constraint).holds(self._context(own=answer.as_expression_value))
        return None if holds else AnswerError("constraint")

    def unfinished(self) -> dict[str, AnswerError]:
        """Relevant items whose answer is missing or not accepted, by name, in order."""
        found: dict[str, AnswerError] = {}
        for item in self.definition.items():
            if item.is_asked and item.name in self.relevant and (error := self.error_of(item)):
                found[item.name] = error
        return found

    def final(self) -> dict[str, AnswerInput]:
        """An answer for every item that can have one, with the reason where there is none."""
        result: dict[str, AnswerInput] = {}
        for item in self.definition.items():
            if item.type == ItemType.NOTE:
                continue
            if item.name not in self.relevant:
                result[item.name] = AnswerInput(missing=Missing.NOT_ASKED)
            elif item.type == ItemType.CALCULATE:
                text = text_of(self.values[item.name])
                result[item.name] = AnswerInput(text=text) if text else AnswerInput(missing=Missing.NO_ANSWER)
            else:
                answer = self.answers.get(item.name, AnswerInput())
                result[item.name] = AnswerInput(missing=Missing.NO_ANSWER) if answer.is_empty else answer
        return result
