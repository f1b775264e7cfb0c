"""What a room declares about its records for the import engine. Pure: no Django, no SQL of its own.

The engine reads, maps, stages and checks a file without knowledge of the records. A recipe names the fields of a
record; its publisher moves checked rows from the staging table to the tables of the room.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from imports.along import part_of
from imports.problems import ROW_PROBLEMS
from imports.vocabulary import words_for
from rest.drawings import Drawing
from standards.translation import gettext
from versions.targets import Target

AUTO = "auto"  # of a dataset whose recipe the first file decides
FieldType = Literal["text", "date", "integer", "decimal", "country", "language", "choice", "list"]


@dataclass(frozen=True, slots=True)
class RecipeField:
    """A field that a column can be mapped to.

    headers: column names, casefolded, that suggest this field, in any language, best first. choices: canonical value to
    label. words: values of files, casefolded, to canonical value, where a vocabulary or the definition of an office
    fixes the meaning (docs/adr/0111). questions: values of files, casefolded, that suggest this field, but to which a
    person has to give a meaning. raw_field: where the original text is stored beside the canonical value. points: the
    value refers to something else, so it is never the row identifier, and 17 and 17.0 are the same. groups: rows with
    the same value belong together. assumed: in words, what is stored where a row does not say it, if that is not empty;
    an import announces it. is_end: of a range of dates the field takes the last one. Labels, help, `assumed` and labels
    of choices are written in English and marked by `standards.translation.gettext_noop`; pages and the API show the
    translated `shown_...` properties.
    """

    name: str
    label: str
    type: FieldType = "text"
    required: bool = False
    headers: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    questions: frozenset[str] = frozenset()
    raw_field: str = ""
    max_length: int | None = None
    help: str = ""
    points: bool = False
    groups: bool = False
    assumed: str = ""
    is_end: bool = False

    @property
    def shown_label(self) -> str:
        return gettext(self.label)

    @property
    def shown_help(self) -> str:
        return gettext(self.help) if self.help else ""

    @property
    def shown_choices(self) -> dict[str, str]:
        """Canonical value to label in the active language."""
        return {value: gettext(label) if label else "" for value, label in self.choices.items()}


@dataclass(frozen=True, slots=True)
class Load:
    """Checked rows in a staging table, and how they become records.

    source: a FROM clause. values: each field of the recipe (and `reference`, `extra`) to an SQL expression of the type
    of the field. good: a condition that excludes quarantined and skipped rows. first, last: record numbers. Names in
    `source` and in expressions are already quoted.
    """

    import_id: int
    dataset_id: int
    source: str
    values: Mapping[str, str]
    good: str
    first: int
    last: int
    expected: int

    def part(self, record: str) -> str:
        """SQL of the part of the file in which a row is, by its number (`imports.along`)."""
        return part_of(record, self.last)


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of records. written: those that were created and updated, by the part of the file."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    written: Sequence[tuple[int, int, int]] = ()

    @staticmethod
    def of(load: Load, written: Sequence[tuple[int, int, int]]) -> "Counts":
        """Those of a load of which these rows were written and the others left as they were."""
        created, updated = sum(row[1] for row in written), sum(row[2] for row in written)
        return Counts(created, updated, load.expected - created - updated, tuple(written))


@dataclass(frozen=True, slots=True)
class Touched:
    """A record that an import created or overwrote. changes: (field, before, after) as text. target: kind and key of
    the thing it became (`versions.pointing`), or None."""

    pk: int
    reference: str
    target: Target | None
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Dependent:
    """Something that prevents the undo of an import: code, sentence, number, and the address of a page about it."""

    code: str
    sentence: str
    count: int
    address: str = ""


class FirstLoad(Protocol):
    """Fills a new table (`prepare`, `fill` in chunks, then the index statements), which `switch_on` makes visible in
    one short transaction."""

    def prepare(self, load: Load) -> None: ...
    def fill(self, load: Load, first: int, last: int) -> int: ...
    def index_statements(self, load: Load) -> list[str]: ...
    def switch_on(self, load: Load) -> None: ...


class Publisher(Protocol):
    """Moves rows of a load into the tables of a room. Every method runs inside a transaction of the engine.

    first_load: how the first rows of an empty dataset are loaded, if the room has a faster way; all others are loaded
    by `merge`, which adds to the existing data in one transaction. preview: counts what merge would do. discard:
    removes what an interrupted first load left; safe to call at any time. The last six methods serve replay and undo.
    """

    def first_load(self, dataset_id: int) -> FirstLoad | None: ...
    def merge(self, load: Load) -> Counts: ...
    def preview(self, load: Load) -> Counts: ...
    def after(self, dataset_id: int) -> Mapping[str, object]: ...
    def discard(self, dataset_id: int) -> None: ...

    def existing(self, load: Load) -> str:
        """SELECT of `record, line, reference, import_id, source_line, is_same` for rows of the load whose record
        exists; creates the live table if necessary."""

    def reach(self, dataset_id: int, import_id: int) -> Counts:
        """How many records are still as this import created (`created`) or overwrote (`updated`) them."""

    def touched(self, dataset_id: int, import_id: int, *, overwritten: bool, most: int, after: int) -> list[Touched]:
        """The next `most` records, by key, that are still as the import overwrote or created them."""

    def references(self, dataset_id: int) -> Iterator[tuple[str, int]]:
        """Every existing reference, with the import that wrote its present version; streamed."""

    def created_references(self, dataset_id: int, import_id: int, among: Sequence[str]) -> list[str]:
        """The references that belong to records which this import created."""

    def dependents(self, dataset_id: int, import_id: int) -> list[Dependent]:
        """What in this room depends on records as this import wrote them."""

    def undo(self, dataset_id: int, import_id: int) -> Counts:
        """Delete what the import created and restore what it overwrote; returns the numbers of both."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that were read again for the search. last: the key of the last one. corrected: how many have another
    language."""

    last: int
    read: int
    corrected: int


class TextSearch(Protocol):
    """A search in which rows without a language are read in the language of their dataset (docs/adr/0097).

    fields: the fields of the recipe that hold texts.
    """

    fields: tuple[str, ...]

    def texts(self, dataset_id: int, most: int) -> list[str]:
        """Texts of the dataset, chosen without regard to their order."""

    def read_again(self, dataset_id: int, *, rows_in: Sequence[str], after: int, most: int) -> Batch | None:
        """Give the next rows, by key, whose language is one of `rows_in` (empty: not recorded) the language of the
        dataset, and index those without a language in it. None where there are no more."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check of whole rows whose cells are valid. wrong: an SQL condition over the source of a load with `joins`,
    which may use its values. value, detail: expressions for the sentence."""

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
    """One kind of record.

    one_of: fields of which a mapping needs at least one. hint: proposes fixed values, from the column of each field and
    the values of columns with few values. checks: of whole rows; a row that fails one is quarantined. identity: the row
    identifier if no column is unique (`row_hash`); empty if a person has to choose. dataset_notes: sentences about the
    present rows of a dataset, for its page. drawings: of what these rows say, for the person who looks and the slug of
    the dataset. address: from a slug to the page of what they became. links_late: related rows are found when they are
    read, so a dataset with rows can be linked. is_default: the recipe of files for which nobody names one. withheld:
    fields that a dataset can show to fewer people than its rows. office: fixed values from the name and kind of the
    office of a dataset. problems: title and sentence of the codes that only `checks` of this recipe use. cited_as: the
    kind by which others refer to a row, as dataset and reference (`versions.pointing`); empty if nothing does.
    erased_as: the kind by which its rows are erased, as dataset and key; that of `cited_as` if empty. search: the
    search of the texts of its rows, if there is one. about: beginnings of words, lower case, that in names of columns,
    files and sheets tell that rows are of this kind.
    """

    name: str
    label: str
    fields: tuple[RecipeField, ...]
    publisher: Publisher
    one_of: tuple[str, ...] = ()
    hint: Hint | None = None
    checks: Checks | None = None
    identity: str = ""
    dataset_notes: Callable[[int], Sequence[str]] | None = None
    drawings: Callable[[Any, str], Sequence[Drawing]] | None = None
    address: Callable[[str], str] | None = None
    links_late: bool = False
    is_default: bool = False
    withheld: tuple[str, ...] = ()
    office: Callable[[str, str], Mapping[str, str]] | None = None
    problems: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    cited_as: str = ""
    erased_as: str = ""
    search: TextSearch | None = None
    about: tuple[str, ...] = ()

    @property
    def shown_label(self) -> str:
        return gettext(self.label)

    def field(self, name: str) -> RecipeField | None:
        return next((f for f in self.fields if f.name == name), None)

    @property
    def erased_kind(self) -> str:
        """The kind by which its rows are erased; empty where they are not."""
        return self.erased_as or self.cited_as

    @property
    def known_headers(self) -> frozenset[str]:
        """Names of columns that the recipe or the vocabulary knows, those of the vocabulary without accents."""
        return frozenset(
            header for f in self.fields for header in (f.name.replace("_", " "), *f.headers, *words_for(f.name))
        )


_recipes: dict[str, Recipe] = {}


def register(recipe: Recipe) -> None:
    """Called by the room of the recipe when the program starts."""
    _recipes[recipe.name] = recipe
    ROW_PROBLEMS.update(recipe.problems)


def recipe_named(name: str) -> Recipe | None:
    return _recipes.get(name)


def default_recipe() -> Recipe:
    return next(recipe for recipe in _recipes.values() if recipe.is_default)


def all_recipes() -> list[Recipe]:
    return sorted(_recipes.values(), key=lambda recipe: recipe.shown_label)
