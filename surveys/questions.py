"""A page of questions for a template: texts in one language, answers so far, errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from surveys.answers_input import AnswerError, AnswerInput, field_name, missing_field_name
from surveys.definition import ItemDef
from surveys.interview import Interview, Page
from surveys.kinds import ItemType
from surveys.phrases import phrases
from surveys.validation import MISSING_PREFIX

_PHRASE_OF_MISSING = {"dont-know": "dont_know", "refused": "refused", "not-applicable": "not_applicable"}


@dataclass(frozen=True)
class Option:
    """A choice or missing value that can be selected."""

    id: str
    name: str
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Question:
    """One item on a page. `kind` chooses the template's branch: note, options, text, number, date."""

    id: str
    name: str
    kind: str
    label: str
    hint: str
    help: str
    is_optional: bool
    is_single: bool = False
    input_mode: str = "text"
    value: str = ""
    error: str = ""
    options: tuple[Option, ...] = ()
    missing: tuple[Option, ...] = field(default=())

    @property
    def first_id(self) -> str:
        """The id that the error summary links to."""
        return self.options[0].id if self.options else self.id

    @property
    def described_by(self) -> str:
        parts = [f"{self.id}-hint"] if self.hint or self.help else []
        return " ".join([*parts, f"{self.id}-error"] if self.error else parts)


def questions_of(
    interview: Interview,
    page: Page,
    language: str,
    *,
    posted: Mapping[str, Sequence[str]] | None = None,
    errors: Mapping[str, AnswerError] | None = None,
) -> list[Question]:
    """The questions shown on a page, with the sent values and their errors if the page was sent."""
    return [
        _question(interview, item, language, posted, (errors or {}).get(item.name)) for item in interview.shown(page)
    ]


def _question(
    interview: Interview,
    item: ItemDef,
    language: str,
    posted: Mapping[str, Sequence[str]] | None,
    error: AnswerError | None,
) -> Question:
    phrase, definition = phrases(language), interview.definition
    answer = interview.answers.get(item.name, AnswerInput())
    ticked = set(posted.get(field_name(item.name), ())) if posted is not None else _ticked(answer)
    said = set(posted.get(missing_field_name(item.name), ())) if posted is not None else {answer.missing}
    identity = f"q-{item.name}"
    options, missing = _options(interview, item, language, ticked, said)
    return Question(
        id=identity,
        name=field_name(item.name),
        kind=_kind(item),
        label=interview.filled(definition.text_in(item.labels, language), language),
        hint=interview.filled(definition.text_in(item.hints, language), language),
        help=_help(item, phrase),
        is_optional=item.is_asked and not item.required,
        is_single=item.type == ItemType.SELECT_ONE,
        input_mode={ItemType.INTEGER: "numeric", ItemType.DECIMAL: "decimal"}.get(item.type, "text"),
        value=next(iter(posted.get(field_name(item.name), ())), "") if posted is not None else _typed(answer),
        error=_error(interview, item, language, error) if error else "",
        options=options,
        missing=missing,
    )


def _kind(item: ItemDef) -> str:
    if item.type == ItemType.NOTE:
        return "note"
    if item.is_select:
        return "options"
    if item.is_number:
        return "number"
    return "date" if item.type == ItemType.DATE else "text"


def _help(item: ItemDef, phrase: Mapping[str, str]) -> str:
    names = {
        ItemType.SELECT_ONE: "choose_one",
        ItemType.SELECT_MULTIPLE: "choose_many",
        ItemType.DATE: "date_example",
    }
    return phrase[names[item.type]] if item.type in names else ""


def _ticked(answer: AnswerInput) -> set[str]:
    return set(answer.codes or ()) | (
        {f"{MISSING_PREFIX}{answer.missing}"} if answer.missing and not answer.codes else set()
    )


def _typed(answer: AnswerInput) -> str:
    if answer.number is not None:
        text = format(answer.number, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return answer.day.isoformat() if answer.day else answer.text or ""


def _options(
    interview: Interview, item: ItemDef, language: str, ticked: set[str], said: set[str]
) -> tuple[tuple[Option, ...], tuple[Option, ...]]:
    """Choices and missing values. In a list of choices, missing values come last, as further choices."""
    phrase, definition = phrases(language), interview.definition
    choices = [(choice.code, definition.text_in(choice.labels, language)) for choice in interview.choices(item)]
    kinds = [(kind, phrase[_PHRASE_OF_MISSING[kind]]) for kind in item.offers]
    if item.is_select:
        choices += [(f"{MISSING_PREFIX}{kind}", label) for kind, label in kinds]
        kinds = []
    name = field_name(item.name)
    options = tuple(
        Option(f"q-{item.name}-{index}", name, value, label, is_chosen=value in ticked)
        for index, (value, label) in enumerate(choices)
    )
    missing = tuple(
        Option(f"m-{item.name}-{kind}", missing_field_name(item.name), kind, label, is_chosen=kind in said)
        for kind, label in kinds
    )
    return options, missing


def _error(interview: Interview, item: ItemDef, language: str, error: AnswerError) -> str:
    own = {"required": item.required_messages, "constraint": item.constraint_messages}.get(error.code, {})
    words = interview.definition.text_in(own, language) if own else ""
    return interview.filled(words, language) or phrases(language)[error.code.replace("-", "_")]
