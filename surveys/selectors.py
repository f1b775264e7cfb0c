"""Reads that span models, for a page and its JSON."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import TypedDict

from django.utils import timezone
from django.utils.translation import gettext

from measures.command import command_line
from measures.shares import share
from measures.summaries import mean
from rest.drawings import Drawing, Row, bars, sourced
from surveys.definition import ChoiceDef, Definition, ItemDef, ScaleDef, SectionDef
from surveys.interview import Interview
from surveys.kinds import MISSING_CODES, MISSING_LABELS, ItemType
from surveys.models import Answer, Choice, Item, QuestionnaireVersion, Response
from surveys.parts import parts_of
from surveys.querysets import ResponseQuerySet
from versions.comparing import Part
from versions.frozen import read_once


def definition_of(version: QuestionnaireVersion) -> Definition:
    """A version's rows as plain data. Four queries; none for a published version this process has read before."""
    return read_once(version, _read_definition)


def comparable_parts(version: QuestionnaireVersion) -> list[Part]:
    """A version as parts to compare with those of another one."""
    return parts_of(definition_of(version))


def _read_definition(version: QuestionnaireVersion) -> Definition:
    items: dict[int, list[ItemDef]] = defaultdict(list)
    for item in version.items.select_related("choice_list", "scale").in_order():
        items[item.section_id].append(_item(item))
    sections = tuple(
        SectionDef(name=s.name, titles=s.titles, relevance=s.relevance, items=tuple(items[s.pk]))
        for s in version.sections.all()
    )
    lists: dict[str, list[ChoiceDef]] = defaultdict(list)
    choices = Choice.objects.filter(choice_list__version=version).select_related("choice_list")
    for choice in choices.order_by("choice_list__name", "position", "pk"):
        lists[choice.choice_list.name].append(_choice(choice))
    return Definition(
        languages=tuple(version.languages),
        default_language=version.default_language,
        titles=version.titles,
        introductions=version.introductions,
        thanks=version.thanks,
        sections=sections,
        lists={name: tuple(choices) for name, choices in lists.items()},
        scales=tuple(_scales(version)),
    )


def _item(item: Item) -> ItemDef:
    return ItemDef(
        name=item.name,
        type=ItemType(item.type),
        labels=item.labels,
        hints=item.hints,
        choice_list=item.choice_list.name if item.choice_list else "",
        required=item.is_required,
        required_messages=item.required_messages,
        constraint=item.constraint,
        constraint_messages=item.constraint_messages,
        relevance=item.relevance,
        calculation=item.calculation,
        choice_filter=item.choice_filter,
        offers=tuple(item.offers),
        scale=item.scale.name if item.scale else "",
        is_reversed=item.is_reversed,
        pk=item.pk,
    )


def _choice(choice: Choice) -> ChoiceDef:
    return ChoiceDef(
        code=choice.code,
        labels=choice.labels,
        missing=choice.missing,
        value=float(choice.value) if choice.value is not None else None,
        columns=tuple(choice.columns),
    )


def _scales(version: QuestionnaireVersion) -> Iterable[ScaleDef]:
    for scale in version.scales.select_related("part_of"):
        yield ScaleDef(
            name=scale.name,
            titles=scale.titles,
            part_of=scale.part_of.name if scale.part_of else "",
            missing_policy=scale.missing_policy,
            least_items=scale.least_items,
        )


def interview_of(response: Response, definition: Definition | None = None, today: date | None = None) -> Interview:
    """The state of an interview: the definition of the version and the answers so far."""
    definition = definition or definition_of(response.wave.version)
    answers = {answer.item.name: answer.as_input for answer in response.answers.select_related("item")}
    return Interview(definition, today or timezone.localdate(), answers)


# Numbers with more different values than this are counted in so many ranges of the same width.
RANGES = 10
MOST_NUMBERS = 20_000
# Answers that are drawn beside each other: as many as there are colours.
MOST_ANSWERS = 5


@dataclass(frozen=True)
class NumberSummary:
    """Of the valid answers of one item."""

    n: int
    mean: Decimal | None
    least: Decimal
    most: Decimal


class ChoiceCount(TypedDict):
    """How many respondents chose a code; `share` of the valid answers, None for a missing value."""

    code: str
    label: str
    missing: str
    n: int
    share: float | None


class MissingCount(TypedDict):
    """How many respondents have a missing value."""

    kind: str
    label: str
    n: int


@dataclass
class ItemCounts:
    """The answers to one item: counts of choices and of missing values, a summary of numbers, and the command that
    computes the shares again from the data file."""

    item: ItemDef
    label: str
    asked: int = 0
    valid: int = 0
    choices: list[ChoiceCount] = field(default_factory=list)
    missing: list[MissingCount] = field(default_factory=list)
    numbers: NumberSummary | None = None
    command: str = ""
    histogram: Drawing | None = None


def counts_of(
    definition: Definition, responses: ResponseQuerySet, language: str, *, state: str = "complete"
) -> list[ItemCounts]:
    """Counts for each item of a definition over responses that are all in one state. Three queries."""
    answers = Answer.objects.filter(response__in=responses.values("pk"))
    codes = {(item, code): n for item, code, n in answers.by_code()}
    missing = {(item, kind): n for item, kind, n in answers.by_missing()}
    numbers = {item: NumberSummary(n, mean(total, n), *ends) for item, n, total, *ends in answers.numbers()}
    counted = []
    for item in definition.items():
        if item.type != ItemType.NOTE and item.pk is not None:
            counts = ItemCounts(item, definition.text_in(item.labels, language) or item.name)
            _fill(counts, definition, language, codes, missing)
            counts.numbers = numbers.get(item.pk)
            counts.command = _command(counts, state) if counts.choices else ""
            counted.append(counts)
    return counted


def draw_numbers(items: Iterable[ItemCounts], responses: ResponseQuerySet) -> None:
    """Set the histogram of each item that was answered by numbers; none where there are very many. One query."""
    rows = list(Answer.objects.filter(response__in=responses.values("pk")).number_values()[: MOST_NUMBERS + 1])
    numbers: dict[int, list[tuple[Decimal, int]]] = defaultdict(list)
    for item, number, n in rows if len(rows) <= MOST_NUMBERS else ():
        if number is not None:
            numbers[item].append((number, n))
    for counts in items:
        if found := numbers.get(counts.item.pk or 0):
            drawing = bars(gettext("Histogram"), gettext("Answer"), [gettext("Answers")], _ranges(found))
            counts.histogram = replace(drawing, source=gettext("the responses counted on this page"))


def _ranges(numbers: list[tuple[Decimal, int]]) -> list[Row]:
    """One row for each number, or for ranges of the same width: from its first number up to, but not with, the next."""
    if len(numbers) <= RANGES:
        return [Row(f"{number.normalize():f}", [n]) for number, n in numbers]
    least, most = numbers[0][0], numbers[-1][0]
    width = (most - least) / RANGES
    counts = [0] * RANGES
    for number, n in numbers:
        counts[min(int((number - least) / width), RANGES - 1)] += n
    ends = [f"{round(least + place * width, 2).normalize():f}" for place in range(RANGES + 1)]
    return [
        Row(gettext("%(first)s to %(last)s") % {"first": ends[place], "last": ends[place + 1]}, [n])
        for place, n in enumerate(counts)
    ]


def answers_beside(items: Iterable[ItemCounts]) -> list[Drawing]:
    """Items with the same list of answers as rows of one drawing, such as those of a Likert scale."""
    together: dict[str, list[ItemCounts]] = defaultdict(list)
    for counts in items:
        if counts.item.type == ItemType.SELECT_ONE and counts.valid:
            together[counts.item.choice_list].append(counts)
    drawings = []
    for group in together.values():
        answers = [choice["label"] for choice in group[0].choices if not choice["missing"]]
        if len(group) > 1 and 1 < len(answers) <= MOST_ANSWERS:
            rows = [
                Row(
                    counts.label,
                    [choice["n"] for choice in counts.choices if not choice["missing"]],
                    f"#item-{counts.item.pk}",
                )
                for counts in group
            ]
            drawing = bars(gettext("Questions with the same answers"), gettext("Question"), answers, rows)
            drawings.append(replace(drawing, is_ordered=True))
    return sourced(drawings, gettext("the responses counted on this page"))


def _command(counts: ItemCounts, state: str) -> str:
    """The line that computes the shares from the file of codes, in which several choices are separated by a space."""
    missing = [*MISSING_CODES.values(), *(choice["code"] for choice in counts.choices if choice["missing"])]
    several = {"separator": " "} if counts.item.type == ItemType.SELECT_MULTIPLE else {}
    options = {"value": counts.item.name, "missing": ",".join(missing), "where": f"state={state}", **several}
    return command_line("shares", "FILE.csv", **options)


def _fill(
    counts: ItemCounts,
    definition: Definition,
    language: str,
    codes: dict[tuple[int, str], int],
    missing: dict[tuple[int, str], int],
) -> None:
    pk = counts.item.pk or 0
    counts.valid = missing.get((pk, ""), 0)
    counts.asked = sum(n for (item, kind), n in missing.items() if item == pk and kind != "not-asked")
    for choice in definition.choices_of(counts.item):
        n = codes.get((pk, choice.code), 0)
        label = definition.text_in(choice.labels, language)
        part = None if choice.missing else share(n, counts.valid)
        counts.choices.append({"code": choice.code, "label": label, "missing": choice.missing, "n": n, "share": part})
    for kind, label in MISSING_LABELS.items():
        n = missing.get((pk, kind.value), 0)
        if n:
            counts.missing.append({"kind": kind.value, "label": gettext(label), "n": n})
