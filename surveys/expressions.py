"""The part of XPath that questionnaires use, read into a tree and evaluated without any access to Python.

    relevance    ${age} >= 18 and selected(${uses}, 'phone')
    constraint   . > 0 and . <= 120
    calculation  if(${zone} = 'north', ${town_north}, 'none')

Values: text, number (float), date, truth, or a tuple of chosen codes. An unanswered item is the empty text, as in
XPath, so that comparing it with a number is false. `value` raises on no value, only OverBudget where values make it
too long; `parse` raises ExpressionError.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NoReturn

from standards.translation import gettext as _
from surveys.budget import Budget
from surveys.xpath_values import FUNCTIONS, Value, arithmetic, compare, number_of, text_of, truth_of

MAX_LENGTH = 2000
MAX_DEPTH = 40
# A chain of operators is as deep a tree as it is long, and walking it uses Python's stack.
MAX_TOKENS = 400

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<text>"[^"]*"|'[^']*')
    | \$\{\s*(?P<item>[A-Za-z_][\w.-]*)\s*\}
    | (?P<self>\.(?![\w.]))
    | (?P<operator><=|>=|!=|<|>|=|\+|-|\*|\(|\)|,)
    | (?P<name>[A-Za-z_][A-Za-z0-9_-]*(?::[A-Za-z_][A-Za-z0-9_-]*)?)
    )""",
    re.VERBOSE,
)
# Binding strength, weakest first, as in XPath 1.0.
_STRENGTH = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}


COMPARISONS = frozenset({"or", "and", "=", "!=", "<", "<=", ">", ">="})
_REFERENCE = re.compile(r"\$\{\s*([A-Za-z_][\w.-]*)\s*\}")


class ExpressionError(ValueError):
    """Why an expression cannot be read, as a sentence for people."""


@dataclass(frozen=True)
class Context:
    """What an expression can use: answers by item name, its own answer, the day, columns of a choice, a budget."""

    values: Mapping[str, Value] = field(default_factory=dict)
    own: Value = ""
    today: date = date.min
    columns: Mapping[str, str] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)


@dataclass(frozen=True)
class Literal:
    value: Value


@dataclass(frozen=True)
class ItemRef:
    name: str


@dataclass(frozen=True)
class Own:
    pass


@dataclass(frozen=True)
class Column:
    name: str


@dataclass(frozen=True)
class Call:
    function: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True)
class Binary:
    operator: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Negative:
    operand: "Node"


Node = Literal | ItemRef | Own | Column | Call | Binary | Negative


@dataclass(frozen=True)
class Expression:
    """A tree with the names it depends on."""

    source: str
    root: Node
    items: frozenset[str]
    columns: frozenset[str]
    uses_own: bool

    def value(self, context: Context) -> Value:
        return _evaluate(self.root, context)

    def holds(self, context: Context) -> bool:
        return truth_of(self.value(context))


def parse(source: str) -> Expression:
    """Read an expression or raise ExpressionError."""
    if len(source) > MAX_LENGTH:
        raise ExpressionError(
            _("The expression has %(number)d characters; at most %(most)d are allowed.")
            % {"number": len(source), "most": MAX_LENGTH}
        )
    parser = _Parser(source)
    root = parser.whole()
    return Expression(source, root, frozenset(parser.items), frozenset(parser.columns), uses_own=parser.uses_own)


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.items: set[str] = set()
        self.columns: set[str] = set()
        self.uses_own = False
        self.depth = 0
        self.tokens = list(self._tokens())
        self.at = 0

    def _tokens(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        position, end = 0, len(self.source.rstrip())
        while position < end:
            match = _TOKEN.match(self.source, position)
            if match is None:
                rest = self.source[position:end].strip()[:20]
                raise ExpressionError(_("“%(text)s” cannot be read here.") % {"text": rest})
            found.append((str(match.lastgroup), match[str(match.lastgroup)]))
            position = match.end()
        if len(found) > MAX_TOKENS:
            raise ExpressionError(
                _("The expression has %(number)d parts; at most %(most)d are allowed.")
                % {"number": len(found), "most": MAX_TOKENS}
            )
        return found

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def _take(self) -> tuple[str, str]:
        token = self._peek()
        self.at += 1
        return token

    def _expect(self, symbol: str) -> None:
        if self._take() != ("operator", symbol):
            raise ExpressionError(_("A “%(symbol)s” is missing.") % {"symbol": symbol})

    def _unexpected(self, text: str) -> NoReturn:
        if not text:
            raise ExpressionError(_("The expression is not complete."))
        raise ExpressionError(_("“%(text)s” is not expected here.") % {"text": text})

    def whole(self) -> Node:
        node = self._binary(1)
        kind, text = self._peek()
        if kind != "end":
            self._unexpected(text)
        return node

    def _binary(self, at_least: int) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(_("The expression has more than %(most)d levels.") % {"most": MAX_DEPTH})
        left = self._unary()
        while True:
            kind, text = self._peek()
            strength = _STRENGTH.get(text, 0) if kind in ("operator", "name") else 0
            if strength < at_least:
                self.depth -= 1
                return left
            self._take()
            left = Binary(text, left, self._binary(strength + 1))

    def _unary(self) -> Node:
        negatives = 0
        while self._peek() == ("operator", "-"):
            self._take()
            negatives += 1
        node = self._primary()
        return Negative(node) if negatives % 2 else node

    def _primary(self) -> Node:
        kind, text = self._take()
        if kind == "operator" and text == "(":
            node = self._binary(1)
            self._expect(")")
            return node
        return self._named(text) if kind == "name" else self._leaf(kind, text)

    def _leaf(self, kind: str, text: str) -> Node:
        if kind == "number":
            return Literal(float(text))
        if kind == "text":
            return Literal(text[1:-1])
        if kind == "item":
            self.items.add(text)
            return ItemRef(text)
        if kind == "self":
            self.uses_own = True
            return Own()
        return self._unexpected(text)

    def _named(self, name: str) -> Node:
        if self._peek() != ("operator", "("):
            if name in _STRENGTH:
                self._unexpected(name)
            self.columns.add(name)
            return Column(name)
        if name not in FUNCTIONS:
            raise ExpressionError(_("The function “%(name)s” is not supported.") % {"name": name})
        self._take()
        arguments = self._arguments()
        fewest, most = FUNCTIONS[name].arity
        if not fewest <= len(arguments) <= most:
            raise ExpressionError(
                _("The function “%(name)s” does not accept %(number)d arguments.")
                % {"name": name, "number": len(arguments)}
            )
        return Call(name, arguments)

    def _arguments(self) -> tuple[Node, ...]:
        if self._peek() == ("operator", ")"):
            self._take()
            return ()
        arguments = [self._binary(1)]
        while self._peek() == ("operator", ","):
            self._take()
            arguments.append(self._binary(1))
        self._expect(")")
        return tuple(arguments)


def _evaluate(node: Node, context: Context) -> Value:
    value = _value_of(node, context)
    context.budget.read(value)
    return value


def _value_of(node: Node, context: Context) -> Value:
    match node:
        case Negative(operand):
            return -number_of(_evaluate(operand, context))
        case Call(function, arguments):
            return _call(function, arguments, context)
        case Binary():
            return _binary_value(node, context)
        case _:
            return _look_up(node, context)


def _look_up(node: Literal | ItemRef | Own | Column, context: Context) -> Value:
    match node:
        case Literal(value):
            return value
        case ItemRef(name):
            return context.values.get(name, "")
        case Column(name):
            return context.columns.get(name, "")
        case _:
            return context.own


def _call(function: str, arguments: tuple[Node, ...], context: Context) -> Value:
    if function == "if":
        condition, yes, no = arguments
        return _evaluate(yes if truth_of(_evaluate(condition, context)) else no, context)
    if function == "today":
        return context.today
    values = [_evaluate(argument, context) for argument in arguments]
    if function == "concat":
        context.budget.make(sum(len(text_of(value)) for value in values))
    return FUNCTIONS[function].run(*values)


def _binary_value(node: Binary, context: Context) -> Value:
    left = _evaluate(node.left, context)
    if node.operator == "or":
        return truth_of(left) or truth_of(_evaluate(node.right, context))
    if node.operator == "and":
        return truth_of(left) and truth_of(_evaluate(node.right, context))
    right = _evaluate(node.right, context)
    if node.operator in COMPARISONS:
        return compare(node.operator, left, right)
    return arithmetic(node.operator, number_of(left), number_of(right))


def references(text: str) -> list[str]:
    """The items that a label refers to, as often as it does."""
    return _REFERENCE.findall(text)


def fill(text: str, values: Mapping[str, Value], budget: Budget | None = None) -> str:
    """Put answers into a label: `Dear ${name}` becomes `Dear Ada`; an unanswered item leaves three dots."""
    texts = {name: text_of(value) or "…" for name, value in values.items()}
    (budget or Budget()).make(sum(len(texts.get(name, "…")) for name in references(text)))
    return _REFERENCE.sub(lambda match: texts.get(match[1], "…"), text)
