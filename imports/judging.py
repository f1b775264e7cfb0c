"""What the values of a column become under a rule, counted for the mapping page. Pure.

If reading the file has counted enough, the counts cover the whole file: every value of a column with few values, and
the type of other columns. If not, the first rows are parsed, and `basis` says so.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from imports.mapping import DETECTED, Rule, parser_of
from imports.problems import sentence, title
from imports.recipe import RecipeField
from imports.sniff.profile import Column
from imports.values import Parser, Verdict

EXAMPLES = 3
LONG = 60


@dataclass(frozen=True, slots=True)
class Failing:
    """Rows that would be quarantined with one code."""

    code: str
    title: str
    rows: int


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    value: str = ""
    problem: str = ""


@dataclass(slots=True)
class Outcome:
    """looked_at: the number of rows that were parsed, if these were not all."""

    examples: list[Example] = field(default_factory=list)
    failing: list[Failing] = field(default_factory=list)
    looked_at: int = 0

    @property
    def fails(self) -> int:
        return sum(failing.rows for failing in self.failing)


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a column: each text and how often it occurs."""

    counts: Mapping[str, int]
    rows: int


def outcome(
    column: Column, target: RecipeField, rule: Rule, latest_year: int,
    sample: Callable[[], Sample | None] = lambda: None,
) -> Outcome:  # fmt: skip
    """What the values of a column become. rule.missing: all values that mean missing in it. sample: returns the first
    rows, for columns that were not counted over the whole file."""
    parser = parser_of(target, rule, latest_year)
    found = Outcome(_examples(column, rule, parser))
    empty = column.empty + sum(_times(column, word) for word in rule.missing)
    if target.required and empty:
        found.failing.append(Failing("required", title("required"), empty))
    if parser is Verdict:
        if target.max_length and column.longest > target.max_length:
            found.failing.append(Failing("too_long", title("too_long"), 1))
    elif column.values is not None:
        found.failing += _failing(column.values, rule, parser)
    elif (code := _known_type(column, target, rule)) is not None:
        found.failing += _of_type(column, rule, code)
    elif rule.format != DETECTED and (first := sample()) is not None:
        found.failing += _failing(first.counts, rule, parser)
        found.looked_at = first.rows
    return found


def _of_type(column: Column, rule: Rule, code: str) -> list[Failing]:
    words = sum(times for word, times in column.missing.items() if word not in rule.missing)
    return [Failing(code, title(code), column.fails + words)] if column.fails + words else []


def _times(column: Column, word: str) -> int:
    return (column.values or {}).get(word) or column.missing.get(word, 0)


def _failing(counts: Mapping[str, int], rule: Rule, parser: Parser) -> list[Failing]:
    codes: Counter[str] = Counter()
    for text, times in counts.items():
        if text and text not in rule.missing and (code := parser(text).code):
            codes[code] += times
    return [Failing(code, title(code), times) for code, times in codes.most_common()]


def _known_type(column: Column, target: RecipeField, rule: Rule) -> str | None:
    """The code of values that do not match, if reading the file has counted them for this type."""
    wanted = {
        "date": f"date {rule.format}", "integer": "integer", "decimal": f"decimal {rule.decimal}",
    }.get(target.type)  # fmt: skip
    counted = {f"{column.type} {column.format}".strip(), *column.also}
    if wanted is None or wanted not in counted:
        return None
    return {"date": "not_a_date", "integer": "not_a_whole_number", "decimal": "not_a_number"}[target.type]


def _examples(column: Column, rule: Rule, parser: Parser) -> list[Example]:
    """The first values, and the first one with a problem."""
    texts = [text for text in dict.fromkeys((*column.examples, *column.fail_examples)) if text not in rule.missing]
    shown = [_example(text, rule, parser) for text in texts]
    wrong = [example for example in shown[EXAMPLES:] if example.problem][:1]
    return [*shown[: EXAMPLES - len(wrong)], *wrong]


def _example(text: str, rule: Rule, parser: Parser) -> Example:
    if parser is Verdict:
        return Example(text[:LONG], text[:LONG])
    verdict = parser(text)
    if verdict.code:
        problem = sentence(verdict.code, label=rule.column, value=text[:LONG], detail=verdict.detail)
        return Example(text[:LONG], problem=problem)
    return Example(text[:LONG], verdict.value[:LONG])
