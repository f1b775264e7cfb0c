"""What a room declares about its records for the import engine. Pure: no Django, no SQL of its own.

The engine reads, maps, stages and judges a file without knowing what a record is. A recipe names the fields a record
has and how they look; its publisher moves checked rows from the staging table to the room's own tables.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from imports.problems import ROW_PROBLEMS
from standards.translation import gettext
from versions.targets import Target

FieldType = Literal["text", "date", "integer", "decimal", "country", "language", "choice", "list"]


@dataclass(frozen=True, slots=True)
class RecipeField:
    """A field that a column can be mapped to.

    `headers`: column names, casefolded, that suggest this field, in any language, best first. `choices`: canonical
    value to label; `words`: source words, casefolded, to canonical value, the first guess of a value map. `raw_field`:
    where the source's own words are kept beside the canonical value. `points`: it holds the number of something else,
    so that it is never what tells rows apart, and a number is the same whether a spreadsheet wrote 17 or 17.0.
    `groups`: rows that share its number belong together. Labels, help and labels of choices are written in English and
    marked by `standards.translation.gettext_noop`; pages and the API show the `shown_...` ones, translated.
    """

    name: str
    label: str
    type: FieldType = "text"
    required: bool = False
    headers: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    raw_field: str = ""
    max_length: int | None = None
    help: str = ""
    points: bool = False
    groups: bool = False

    @property
    def shown_label(self) -> str:
        return gettext(self.label)

    @property
    def shown_help(self) -> str:
        return gettext(self.help) if self.help else ""

    @property
    def shown_choices(self) -> dict[str, str]:
        """Canonical value to label in the language of the reader."""
        return {value: gettext(label) if label else "" for value, label in self.choices.items()}


@dataclass(frozen=True, slots=True)
class Load:
    """Checked rows that wait in a staging table, and how they become records.

    `source` is a FROM clause; `values` maps each field of the recipe (and `reference`, `extra`) to an SQL expression
    over it, typed as its field; `good` is a condition that keeps quarantined and skipped rows out. `first` and `last`
    are record numbers. Names in `source` and expressions are quoted already.
    """

    import_id: int
    dataset_id: int
    source: str
    values: Mapping[str, str]
    good: str
    first: int
    last: int
    expected: int


@dataclass(frozen=True, slots=True)
class Counts:
    created: int = 0
    updated: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class Touched:
    """A record that an import created, or overwrote: `changes` are (field, before, after), as text.

    target: kind and key of what became of it (`versions.pointing`), None where nothing did.
    """

    pk: int
    reference: str
    target: Target | None
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Dependent:
    """What keeps an import from being undone: a sentence, a code for programs, how many, and where to look."""

    code: str
    sentence: str
    count: int
    address: str = ""


class FirstLoad(Protocol):
    """Fills a table beside the live one (`prepare`, `fill` in chunks, the statements that index it) which `switch_on`
    makes visible in one short transaction."""

    def prepare(self, load: Load) -> None: ...
    def fill(self, load: Load, first: int, last: int) -> int: ...
    def index_statements(self, load: Load) -> list[str]: ...
    def switch_on(self, load: Load) -> None: ...


class Publisher(Protocol):
    """Moves rows of a load into a room's tables. Every method runs inside a transaction of the engine, or says not.

    `first_load`: the way of a dataset's first rows where the room has one and the dataset holds none; all others go by
    `merge`, which adds to live data in one transaction. `preview` counts what merge would do. `discard` removes what a
    stopped first load left, and is safe to call at any time. The last six serve replay and undo.
    """

    def first_load(self, dataset_id: int) -> FirstLoad | None: ...
    def merge(self, load: Load) -> Counts: ...
    def preview(self, load: Load) -> Counts: ...
    def after(self, dataset_id: int) -> Mapping[str, Any]: ...
    def discard(self, dataset_id: int) -> None: ...

    def standing(self, load: Load) -> str:
        """SELECT of `record, line, reference, import_id, source_line, is_same` for rows of the load whose record
        stands already, after making sure that there is a live table."""

    def reach(self, dataset_id: int, import_id: int) -> Counts:
        """How many records stand as this import created (`created`) or overwrote (`updated`) them."""

    def touched(self, dataset_id: int, import_id: int, *, overwritten: bool, most: int, after: int) -> list[Touched]:
        """The next `most` records, by key, that stand as the import overwrote or created them."""

    def references(self, dataset_id: int) -> Iterator[tuple[str, int]]:
        """Every reference that stands, with the import that wrote its present version; streamed."""

    def created_references(self, dataset_id: int, import_id: int, among: Sequence[str]) -> list[str]:
        """Which of the references are of records that this import created."""

    def dependents(self, dataset_id: int, import_id: int) -> list[Dependent]:
        """What of this room depends on records as this import wrote them."""

    def undo(self, dataset_id: int, import_id: int) -> Counts:
        """Delete what the import created, restore what it overwrote; how many of each."""


@dataclass(frozen=True, slots=True)
class Check:
    """What can be wrong with a row of which each cell is sound: `wrong` is an SQL condition over a load's source with
    `joins`, which may be built of its values; `value` and `detail` are expressions that the sentence shows."""

    field: str
    code: str
    wrong: str
    value: str = "''"
    detail: str = "''"
    joins: str = ""


Checks = Callable[[Load], Sequence[Check]]
Hint = Callable[[Mapping[str, str], Mapping[str, frozenset[str]]], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Recipe:
    """One kind of record. `one_of`: fields of which a mapping needs at least one. `hint` proposes constants, given the
    column mapped to each field and each column's values where they are few. `checks` look at whole rows; a row that
    fails one is set aside. `identity`: what tells rows apart where no column does, `row_hash`; nothing means that a
    person says. `standing` says in sentences how a dataset's rows stand, for its page; `address` leads from there to
    what became of them. `links_late`: what belongs together is found when it is read, so that a dataset may be joined
    when it holds rows. `is_default`: what a file is taken for where nobody says. `withheld`: fields that a dataset may
    show to fewer people than its rows. `office`: constants that the office of a dataset gives, from its name and the
    kind of organisation it is. `problems`: a title and a sentence for each code that only `checks` of this recipe use.
    `cited_as`: the kind by which others point at a row, as dataset and reference (`versions.pointing`); nothing where
    nobody does.
    """

    name: str
    label: str
    fields: tuple[RecipeField, ...]
    publisher: Publisher
    one_of: tuple[str, ...] = ()
    hint: Hint | None = None
    checks: Checks | None = None
    identity: str = ""
    standing: Callable[[int], Sequence[str]] | None = None
    address: Callable[[str], str] | None = None
    links_late: bool = False
    is_default: bool = False
    withheld: tuple[str, ...] = ()
    office: Callable[[str, str], Mapping[str, str]] | None = None
    problems: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    cited_as: str = ""

    @property
    def shown_label(self) -> str:
        return gettext(self.label)

    def field(self, name: str) -> RecipeField | None:
        return next((f for f in self.fields if f.name == name), None)

    @property
    def known_headers(self) -> frozenset[str]:
        return frozenset(header for f in self.fields for header in (f.name.replace("_", " "), *f.headers))


_recipes: dict[str, Recipe] = {}


def register(recipe: Recipe) -> None:
    """Called by an evidence room when the program starts."""
    _recipes[recipe.name] = recipe
    ROW_PROBLEMS.update(recipe.problems)


def recipe_named(name: str) -> Recipe | None:
    return _recipes.get(name)


def default_recipe() -> Recipe:
    return next(recipe for recipe in _recipes.values() if recipe.is_default)


def all_recipes() -> list[Recipe]:
    return sorted(_recipes.values(), key=lambda recipe: recipe.shown_label)
