"""What can be erased, and every place that holds its text. Rooms register both when Django starts::

    register_erasable(Erasable(name="casestudies.fieldnote", ..., places=places_of_note))
    register_places(places_of_units)

A thing is named by kind and key, as `versions.pointing` does. `register_places` is for rooms that hold copies of things
of other rooms: it is asked for every kind.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.db.models import Field, Model, QuerySet

from accounts.history import versions_of
from versions.models import Erasure
from versions.pointing import Person, Words
from versions.targets import Target

Further = Callable[[Model, Erasure], Mapping[str, object]]
Path = tuple[str | int, ...]
"""Where a text is in the lists and objects of a JSON column: names and positions."""
Chosen = Callable[[Model, Path, str, bool], bool]
"""Whether a text belongs to the thing: by row, path in the column, text, and whether the whole is erased."""


Reading = Callable[[str], str]


def nothing_further(row: Model, erasure: Erasure) -> Mapping[str, object]:
    return {}


def every_text(row: Model, path: Path, text: str, is_whole: bool) -> bool:
    return True


def no_other_things(row: Model) -> Iterable[Target]:
    return ()


def _nothing(row: Model) -> None:
    """Rows are locked when they are read, and have no index but those of the database."""


@dataclass(frozen=True)
class Place:
    """Rows that hold text of a thing.

    texts: columns that are replaced; "mine.text" is a member of a JSON column; lists and objects are replaced text by
    text. searched: columns in which a passage is looked for, but that stay when the whole is erased. numbered: columns
    whose tombstones must differ from row to row. keeps_length: offsets refer to the texts. further(row, erasure):
    other columns to write with a changed row, such as its digest; `always`: with every row, be its text changed or not.
    chosen: which texts of a column are of the thing, where others share it. in_pieces: they are examples: cut out of
    longer texts, and names of counts. read_as: how the thing shows a text of the column, such as without its tags: a
    passage is looked for in both. rooms: the most characters of a text of a JSON column, by the name of its member.
    """

    label: Words
    rows: QuerySet[Model]
    texts: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()
    keeps_length: bool = False
    further: Further = nothing_further
    always: bool = False
    chosen: Chosen = every_text
    in_pieces: bool = False
    read_as: Reading | None = None
    rooms: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Erasable:
    """A kind of thing that can be erased.

    find: the thing of a key, for anybody: at most one row. visible: the same, if the person may know of it.
    owner: id of the organisation that owns it. also: other things that are erased with it. lock: wait for others who
    write it. changed: what follows when its text was erased or put back, such as an index.
    """

    name: str
    label: Words
    find: Callable[[str], QuerySet[Model]]
    visible: Callable[[str, Person], QuerySet[Model]]
    owner: Callable[[Model], int]
    places: Callable[[Model], Iterable[Place]]
    also: Callable[[Model], Iterable[Target]] = no_other_things
    lock: Callable[[Model], None] = _nothing
    changed: Callable[[Model], None] = _nothing


@dataclass(frozen=True)
class Remaining:
    """What an erasure does not reach: a sentence, and the address of a page where the person can do something about
    it."""

    sentence: str
    address: str = ""


_kinds: dict[str, Erasable] = {}
_remaining: list[Callable[[str, str, Person], Iterable[Remaining]]] = []
_everywhere: list[Callable[[str, str], Iterable[Place]]] = []
_after_final: list[Callable[[], None]] = []


def register_erasable(erasable: Erasable) -> None:
    """Called by the room of these things when Django starts."""
    _kinds[erasable.name] = erasable


def register_places(places: Callable[[str, str], Iterable[Place]]) -> None:
    """Called by a room that copies texts of other rooms: kind and key to the places of the copies."""
    if places not in _everywhere:
        _everywhere.append(places)


def register_remaining(remaining: Callable[[str, str, Person], Iterable[Remaining]]) -> None:
    """Called by a room that keeps text where an erasure does not reach, such as in files: kind, key and who asks to
    what."""
    if remaining not in _remaining:
        _remaining.append(remaining)


def remaining_of(targets: Iterable[Target], person: Person) -> list[Remaining]:
    """What an erasure of these things does not reach on this site, each once."""
    found = (one for kind, key in targets for remaining in _remaining for one in remaining(kind, key, person))
    return list(dict.fromkeys(found))


def register_after_final(work: Callable[[], None]) -> None:
    """Called by a room that keeps something outside the database until erasures are final, such as files."""
    if work not in _after_final:
        _after_final.append(work)


def erasable(kind: str) -> Erasable | None:
    return _kinds.get(kind)


def erasables() -> list[Erasable]:
    return list(_kinds.values())


def places_of(kind: str, key: str, row: Model | None) -> Iterator[Place]:
    """Every place that holds text of a thing; without its row, where only copies are left of it.

    Places of copies are looked for while the thing still has its text, by which some are found.
    """
    copies = [place for places in _everywhere for place in places(kind, key)]
    if row is not None:
        yield from _kinds[kind].places(row)
    yield from copies


def longest_text(column: "Field[object, object]") -> int | None:
    """The most characters that a text of a column may have, or one of its texts where it has several."""
    return getattr(getattr(column, "base_field", column), "max_length", None)


def clear_what_is_final() -> None:
    """Do what rooms do when erasures have become final."""
    for work in _after_final:
        work()


def tracked_places(
    row: Model,
    *,
    label: Words,
    texts: tuple[str, ...],
    numbered: tuple[str, ...] = (),
) -> Iterator[Place]:
    """A row of a table with history (`accounts.history.tracked`), and every version of it."""
    model = type(row)
    yield Place(label, model._base_manager.filter(pk=row.pk), texts=texts, numbered=numbered)
    yield Place(label, versions_of(model).filter(pgh_obj_id=row.pk), texts=texts)
