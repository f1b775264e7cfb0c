"""A questionnaire to read through: sections, items, rules and choices in one language. Pure."""

from dataclasses import dataclass

from standards.translation import gettext as _
from surveys.definition import ChoiceDef, Definition, ItemDef, SectionDef
from surveys.kinds import ITEM_TYPE_LABELS, MISSING_LABELS, Missing


@dataclass(frozen=True)
class ChoiceLine:
    code: str
    label: str
    missing: str


@dataclass(frozen=True)
class ItemLine:
    item: ItemDef
    type_label: str
    label: str
    hint: str
    choices: tuple[ChoiceLine, ...]
    rules: tuple[tuple[str, str], ...]
    offers: tuple[str, ...]


@dataclass(frozen=True)
class SectionLine:
    section: SectionDef
    title: str
    items: tuple[ItemLine, ...]


def outline_of(definition: Definition, language: str) -> list[SectionLine]:
    """Sections with their items: texts of the questionnaire in `language`, labels of the page in the reader's."""
    return [
        SectionLine(
            section,
            definition.text_in(section.titles, language) or section.name,
            tuple(_line(definition, item, language) for item in section.items),
        )
        for section in definition.sections
    ]


def _line(definition: Definition, item: ItemDef, language: str) -> ItemLine:
    rules = (
        (_("Shown only if"), item.relevance),
        (_("Accepted only if"), item.constraint),
        (_("Calculated as"), item.calculation),
        (_("Choices shown only if"), item.choice_filter),
        (_("Reversed in scale") if item.is_reversed else _("Scale"), item.scale),
    )
    return ItemLine(
        item=item,
        type_label=_(ITEM_TYPE_LABELS[item.type]),
        label=definition.text_in(item.labels, language),
        hint=definition.text_in(item.hints, language),
        choices=tuple(_choice(definition, choice, language) for choice in definition.choices_of(item)),
        rules=tuple((name, rule) for name, rule in rules if rule),
        offers=tuple(_(MISSING_LABELS[Missing(kind)]) for kind in item.offers),
    )


def _choice(definition: Definition, choice: ChoiceDef, language: str) -> ChoiceLine:
    missing = _(MISSING_LABELS[Missing(choice.missing)]) if choice.missing else ""
    return ChoiceLine(choice.code, definition.text_in(choice.labels, language), missing)
