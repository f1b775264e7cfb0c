"""The most that the rules of a questionnaire can use, whatever is answered. Pure.

Counted as `surveys.budget` counts it in an interview, so that a questionnaire that passes here is never refused there.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from standards.translation import gettext as _
from standards.translation import gettext_noop
from surveys.budget import MAX_CHARACTERS, MAX_MADE, MAX_STEPS, MAX_TEXT, steps_of
from surveys.definition import Definition, ItemDef
from surveys.expressions import (
    COMPARISONS,
    Binary,
    Call,
    Column,
    ItemRef,
    Literal,
    Negative,
    Node,
    Own,
    parse,
    references,
)
from surveys.kinds import ItemType
from surveys.xpath_values import text_of

# A number without an exponent: a sign, 309 digits before the point, or 324 after it.
NUMBER_LENGTH = 340
DAY_LENGTH = 10
TRUTH_LENGTH = 5
_ONE_OF_ITS_ARGUMENTS = ("coalesce", "string")
_TOO_LONG = gettext_noop(
    "With the longest answers this makes a text of %(number)d characters; at most %(most)d are allowed."
)
_TOO_MUCH = gettext_noop(
    "Up to here the rules and texts of the questionnaire make %(number)d characters with the longest answers; at most "
    "%(most)d are allowed. Use fewer answers in them."
)
_TOO_MANY_STEPS = gettext_noop(
    "Up to here the rules of the questionnaire take %(number)d steps; at most %(most)d are allowed. Shorten the rules, "
    "or the lists that they filter."
)


@dataclass(frozen=True)
class Cost:
    """Steps, characters of the texts made, and characters of the longest of them and of the value."""

    steps: int = 0
    made: int = 0
    longest: int = 0
    length: int = 0

    def then(self, other: "Cost", times: int = 1) -> "Cost":
        """This and, after it, the other one; the value is the other's."""
        steps, made = self.steps + other.steps * times, self.made + other.made * times
        return Cost(steps, made, max(self.longest, other.longest), other.length)

    def or_else(self, other: "Cost") -> "Cost":
        """Either of the two."""
        return Cost(
            max(self.steps, other.steps),
            max(self.made, other.made),
            max(self.longest, other.longest),
            max(self.length, other.length),
        )


@dataclass(frozen=True)
class Lengths:
    """The most characters of the values that an expression can use."""

    items: Mapping[str, int]
    own: int = 0
    columns: Mapping[str, int] | None = None


def cost_of(node: Node, lengths: Lengths) -> Cost:
    """The most that one evaluation can use."""
    inner = _inside(node, lengths)
    return Cost(inner.steps + steps_of(inner.length), inner.made, inner.longest, inner.length)


def _inside(node: Node, lengths: Lengths) -> Cost:
    match node:
        case Call(function, arguments):
            return _call(function, [cost_of(argument, lengths) for argument in arguments])
        case Binary(operator, left, right):
            both = cost_of(left, lengths).then(cost_of(right, lengths))
            return both.then(Cost(length=TRUTH_LENGTH if operator in COMPARISONS else NUMBER_LENGTH))
        case Negative(operand):
            return cost_of(operand, lengths).then(Cost(length=NUMBER_LENGTH))
        case _:
            return Cost(length=_length(node, lengths))


def _length(node: Literal | ItemRef | Own | Column, lengths: Lengths) -> int:
    match node:
        case Literal(value):
            return len(text_of(value))
        case ItemRef(name):
            return lengths.items.get(name, 0)
        case Column(name):
            return (lengths.columns or {}).get(name, 0)
        case _:
            return lengths.own


def _call(function: str, arguments: list[Cost]) -> Cost:
    if function == "if":
        condition, yes, no = arguments
        return condition.then(yes.or_else(no))
    whole = Cost()
    for argument in arguments:
        whole = whole.then(argument)
    if function == "concat":
        length = sum(argument.length for argument in arguments)
        return whole.then(Cost(made=length, longest=length, length=length))
    if function in _ONE_OF_ITS_ARGUMENTS:
        return whole.then(Cost(length=max(argument.length for argument in arguments)))
    return whole.then(Cost(length=NUMBER_LENGTH))


def first_over_budget(definition: Definition) -> tuple[ItemDef | None, str] | None:
    """The first place where answers could exceed a limit, and a sentence. All expressions can be read."""
    total = Cost()
    for item, cost in _costs(definition):
        total = total.then(cost)
        for sentence, number, most in (
            (_TOO_LONG, total.longest, MAX_MADE),
            (_TOO_MUCH, total.made, MAX_CHARACTERS),
            (_TOO_MANY_STEPS, total.steps, MAX_STEPS),
        ):
            if number > most:
                return item, _(sentence) % {"number": number, "most": most}
    return None


def _costs(definition: Definition) -> Iterator[tuple[ItemDef | None, Cost]]:
    """What each item adds, in order."""
    lengths: dict[str, int] = {}
    for section in definition.sections:
        yield None, _rule(section.relevance, Lengths(lengths))
        for item in section.items:
            value = _value(definition, item, lengths)
            lengths[item.name] = value.length
            yield item, _of_item(definition, item, lengths, value)
    # A text can refer to items that come later, and shows choices by their labels.
    shown = lengths | {item.name: _labels_length(definition, item) for item in definition.items() if item.is_select}
    for section in definition.sections:
        yield None, _texts(section.titles, shown)
        for item in section.items:
            for texts in (item.labels, item.hints, item.required_messages, item.constraint_messages):
                yield item, _texts(texts, shown)


def _value(definition: Definition, item: ItemDef, lengths: Mapping[str, int]) -> Cost:
    """The value of an item: what calculating it uses, and the most characters that it has."""
    if item.type == ItemType.CALCULATE:
        return _rule(item.calculation, Lengths(lengths))
    if item.is_select:
        return Cost(length=_most_chosen(item, [len(choice.code) for choice in definition.choices_of(item)]))
    if item.is_number:
        return Cost(length=NUMBER_LENGTH)
    return Cost(length={ItemType.TEXT: MAX_TEXT, ItemType.DATE: DAY_LENGTH}.get(item.type, 0))


def _of_item(definition: Definition, item: ItemDef, lengths: Mapping[str, int], value: Cost) -> Cost:
    cost = value.then(_rule(item.relevance, Lengths(lengths)))
    cost = cost.then(_rule(item.constraint, Lengths(lengths, own=value.length)))
    if not item.choice_filter:
        return cost
    columns: dict[str, int] = {}
    choices = definition.choices_of(item)
    for name, text in (pair for choice in choices for row in choice.columns for pair in row.items()):
        columns[name] = max(columns.get(name, 0), len(text))
    rows = sum(max(len(choice.columns), 1) for choice in choices)
    return cost.then(_rule(item.choice_filter, Lengths(lengths, columns=columns)), times=rows)


def _rule(source: str, lengths: Lengths) -> Cost:
    return cost_of(parse(source).root, lengths) if source else Cost()


def _texts(texts: Mapping[str, str], shown: Mapping[str, int]) -> Cost:
    """The longest of the texts in several languages: the answers in it, or three dots for each."""
    most = max((sum(shown.get(name, 0) + 1 for name in references(text)) for text in texts.values()), default=0)
    return Cost(made=most, longest=most)


def _labels_length(definition: Definition, item: ItemDef) -> int:
    choices = definition.choices_of(item)
    # Without a label a code is shown.
    return _most_chosen(item, [max(map(len, (*choice.labels.values(), choice.code))) for choice in choices])


def _most_chosen(item: ItemDef, lengths: list[int]) -> int:
    """Of one choice, or of all with a separator of two characters between them."""
    return max(lengths, default=0) + 2 if item.type == ItemType.SELECT_ONE else sum(lengths) + 2 * len(lengths)
