"""Responses as rows of a table, and the codebook that explains them. Pure.

Labels of missing values are English in every file: a file does not depend on who downloads it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypedDict

from exports.tables import Column, ColumnType, MissingKind, Table, Value, text_columns
from surveys.answers_input import AnswerInput
from surveys.definition import Definition, ItemDef
from surveys.kinds import ITEM_TYPE_LABELS, MISSING_CODES, MISSING_LABELS, ItemType, Missing

FACTS = (
    "response",
    "wave",
    "respondent",
    "occasion",
    "state",
    "language",
    "weight",
    "started_at",
    "completed_at",
)
CODEBOOK_COLUMNS = (
    *("variable", "text", "type", "section", "code", "label", "missing_value", "value", "n"),
    *("required", "constraint", "relevance", "calculation", "scale", "reversed"),
)
_TYPES = {
    ItemType.INTEGER: ColumnType.WHOLE_NUMBER,
    ItemType.DECIMAL: ColumnType.DECIMAL,
    ItemType.DATE: ColumnType.DAY,
}
_FACT_TYPES = {
    "wave": ColumnType.WHOLE_NUMBER,
    "weight": ColumnType.DECIMAL,
    "started_at": ColumnType.TIME,
    "completed_at": ColumnType.TIME,
}


class CodebookValue(TypedDict):
    """A choice of an item."""

    code: str
    label: str
    labels: dict[str, str]
    missing: str
    value: float | None
    n: int | None


class CodebookMissing(TypedDict):
    """A missing value, with its code in files."""

    code: str
    kind: str
    label: str
    n: int | None


class CodebookVariable(TypedDict):
    """An item as a variable: what was asked, what its values mean, and how often each occurs."""

    name: str
    text: str
    texts: dict[str, str]
    type: str
    type_label: str
    section: str
    values: list[CodebookValue]
    missing: list[CodebookMissing]
    valid: int | None
    required: bool
    constraint: str
    relevance: str
    calculation: str
    scale: str
    reversed: bool


def variables(definition: Definition) -> list[ItemDef]:
    """The items that are columns: all but notes."""
    return [item for item in definition.items() if item.type != ItemType.NOTE]


def columns(definition: Definition, language: str) -> list[Column]:
    """The columns of a table of responses: facts about each response, then its variables in their order."""
    missing = [MissingKind(MISSING_CODES[kind], label) for kind, label in MISSING_LABELS.items()]
    facts = [Column(name, type=_FACT_TYPES.get(name, ColumnType.TEXT)) for name in FACTS]
    return facts + [
        Column(
            item.name,
            label=definition.text_in(item.labels, language),
            type=_TYPES.get(item.type, ColumnType.TEXT),
            labels={choice.code: definition.text_in(choice.labels, language) for choice in definition.choices_of(item)},
            missing=missing,
        )
        for item in variables(definition)
    ]


def cell(definition: Definition, item: ItemDef, answer: AnswerInput, *, labels_in: str = "") -> Value:
    """One answer: codes, or labels in a language; several choices separated by a space (labels: a semicolon).

    A missing value is the code of the choice that stands for it, else `.r`, `.d`, `.n`, `.s` or `.e`; with labels, its
    label.
    """
    if answer.codes:
        return _chosen(definition, item, answer.codes, labels_in)
    if answer.missing:
        kind = Missing(answer.missing)
        label = MISSING_LABELS[kind]
        return label if labels_in else MissingKind(MISSING_CODES[kind], label)
    if answer.number is not None:
        return plain_number(answer.number)
    return answer.day or answer.text


def plain_number(number: Decimal) -> Decimal:
    """The same number without zeros at its end and without an exponent."""
    text = format(number, "f")
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def shown(value: Value) -> str:
    """An answer of `cell` as text on a page."""
    if value is None:
        return ""
    return value.code if isinstance(value, MissingKind) else str(value)


def _chosen(definition: Definition, item: ItemDef, codes: Sequence[str], labels_in: str) -> str:
    if not labels_in:
        return " ".join(codes)
    labels = {choice.code: definition.text_in(choice.labels, labels_in) for choice in definition.choices_of(item)}
    return "; ".join(labels.get(code, code) for code in codes)


def codebook(
    definition: Definition,
    language: str,
    counts: Mapping[str, Mapping[str, int]] | None = None,
) -> list[CodebookVariable]:
    """Per variable what it asks and what its values mean.

    `counts` maps a variable to `{"code:1": n, "missing:refused": n, "valid": n}`; without it, every n is None.
    """
    return [
        _variable(definition, item, section.name, language, (counts or {}).get(item.name) if counts else None)
        for section in definition.sections
        for item in section.items
        if item.type != ItemType.NOTE
    ]


def _variable(
    definition: Definition, item: ItemDef, section: str, language: str, n: Mapping[str, int] | None
) -> CodebookVariable:
    def count(key: str) -> int | None:
        return None if n is None else n.get(key, 0)

    values: list[CodebookValue] = [
        {
            "code": choice.code,
            "label": definition.text_in(choice.labels, language),
            "labels": dict(choice.labels),
            "missing": choice.missing,
            "value": choice.value,
            "n": count(f"code:{choice.code}"),
        }
        for choice in definition.choices_of(item)
    ]
    missing: list[CodebookMissing] = [
        {"code": MISSING_CODES[kind], "kind": kind.value, "label": label, "n": count(f"missing:{kind.value}")}
        for kind, label in MISSING_LABELS.items()
    ]
    return {
        "name": item.name,
        "text": definition.text_in(item.labels, language),
        "texts": dict(item.labels),
        "type": item.type.value,
        "type_label": ITEM_TYPE_LABELS[item.type],
        "section": section,
        "values": values,
        "missing": missing,
        "valid": count("valid"),
        "required": item.required,
        "constraint": item.constraint,
        "relevance": item.relevance,
        "calculation": item.calculation,
        "scale": item.scale,
        "reversed": item.is_reversed,
    }


def codebook_table(variables_: Sequence[CodebookVariable]) -> Table:
    """The codebook as a table: a row for each variable, below it a row for each code and each kind of missing."""
    return Table(text_columns(CODEBOOK_COLUMNS, numbers=["n"]), iter(_codebook_rows(variables_)))


def _codebook_rows(variables_: Sequence[CodebookVariable]) -> list[list[Value]]:
    rows: list[list[Value]] = []
    for variable in variables_:
        head = [variable["name"], variable["text"], variable["type"], variable["section"], "", "", "", ""]
        rules = [variable["constraint"], variable["relevance"], variable["calculation"], variable["scale"]]
        required, is_reversed = ("yes" if value else "no" for value in (variable["required"], variable["reversed"]))
        rows.append([*head, variable["valid"], required, *rules, is_reversed])
        for value in variable["values"]:
            number = "" if value["value"] is None else format(value["value"], "g")
            inner = [value["code"], value["label"], value["missing"], number, value["n"]]
            rows.append([variable["name"], "", "", "", *inner, *[""] * 6])
        for kind in variable["missing"]:
            inner = [kind["code"], kind["label"], kind["kind"], "", kind["n"]]
            rows.append([variable["name"], "", "", "", *inner, *[""] * 6])
    return rows
