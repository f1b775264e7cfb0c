"""A questionnaire as plain data, read from a spreadsheet or from the database. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from surveys.kinds import ASKED, NUMBERS, SELECTS, ItemType

Texts = Mapping[str, str]
"""Language tag to text."""

# A page on a phone: more items than this on one page are spread over several.
ITEMS_PER_PAGE = 6


@dataclass(frozen=True)
class ChoiceDef:
    """One choice of a list. `columns` are the values of filter columns for which it is shown."""

    code: str
    labels: Texts
    missing: str = ""
    value: float | None = None
    columns: tuple[Mapping[str, str], ...] = ()
    line: int | None = None


@dataclass(frozen=True)
class ItemDef:
    """One question, note or calculation."""

    name: str
    type: ItemType
    labels: Texts = field(default_factory=dict)
    hints: Texts = field(default_factory=dict)
    choice_list: str = ""
    required: bool = False
    required_messages: Texts = field(default_factory=dict)
    constraint: str = ""
    constraint_messages: Texts = field(default_factory=dict)
    relevance: str = ""
    calculation: str = ""
    choice_filter: str = ""
    offers: tuple[str, ...] = ()
    scale: str = ""
    is_reversed: bool = False
    line: int | None = None
    pk: int | None = None

    @property
    def is_asked(self) -> bool:
        return self.type in ASKED

    @property
    def is_select(self) -> bool:
        return self.type in SELECTS

    @property
    def is_number(self) -> bool:
        return self.type in NUMBERS


@dataclass(frozen=True)
class SectionDef:
    """Items that belong together, on one page or on consecutive pages."""

    name: str
    titles: Texts = field(default_factory=dict)
    relevance: str = ""
    items: tuple[ItemDef, ...] = ()
    line: int | None = None


@dataclass(frozen=True)
class ScaleDef:
    """Items that together measure one thing, and how many of them must be answered."""

    name: str
    titles: Texts = field(default_factory=dict)
    part_of: str = ""
    missing_policy: str = "complete"
    least_items: int | None = None


@dataclass(frozen=True)
class Definition:
    """A whole questionnaire."""

    languages: tuple[str, ...]
    default_language: str
    titles: Texts = field(default_factory=dict)
    introductions: Texts = field(default_factory=dict)
    thanks: Texts = field(default_factory=dict)
    sections: tuple[SectionDef, ...] = ()
    lists: Mapping[str, tuple[ChoiceDef, ...]] = field(default_factory=dict)
    scales: tuple[ScaleDef, ...] = ()

    def items(self) -> Iterator[ItemDef]:
        for section in self.sections:
            yield from section.items

    def choices_of(self, item: ItemDef) -> tuple[ChoiceDef, ...]:
        return self.lists.get(item.choice_list, ()) if item.is_select else ()

    def text_in(self, texts: Texts, language: str = "") -> str:
        """The text in this language if one is named, else in the default language, else in any."""
        return texts.get(language) or texts.get(self.default_language) or next(filter(None, texts.values()), "")
