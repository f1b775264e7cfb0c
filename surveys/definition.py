"""A questionnaire as plain data: what a spreadsheet is read into, what rows are read into, what respondents meet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from surveys.kinds import ASKED, NUMBERS, SELECTS, ItemType

Texts = Mapping[str, str]
"""Language tag to words."""

# A page on a phone: more items than this on one page are spread over several.
ITEMS_PER_PAGE = 6


@dataclass(frozen=True)
class ChoiceDef:
    """One answer of a list. `columns` holds the rows of filter columns under which it is offered."""

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
    """Items that stand together on a page or on pages that follow each other."""

    name: str
    titles: Texts = field(default_factory=dict)
    relevance: str = ""
    items: tuple[ItemDef, ...] = ()
    line: int | None = None


@dataclass(frozen=True)
class ScaleDef:
    """Items that together measure one thing, and from how many answers on it counts."""

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

    def text_in(self, texts: Texts, language: str) -> str:
        """The words in this language, else in the default one, else in any."""
        return texts.get(language) or texts.get(self.default_language) or next(filter(None, texts.values()), "")
