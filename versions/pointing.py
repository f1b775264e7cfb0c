"""References: a target, which is a kind and a key, becomes a label and an address for one person.

A thing that is a row of its own table has the label of its model as kind and its primary key as key, as the audit trail
writes both ("coding.codebook", "12"). Other targets have a kind of their own ("complaint-record",
"letters/A-1": the dataset and the reference in it, which outlive the row). A room registers its
kinds when Django starts::

    register_kind(model_kind(Codebook, _("a codebook")))
    register_citations("complaint-record", citations_of_records)

Resolve all references of a page in one call: a kind costs the queries of its resolver, usually one, however many keys
there are. What a person may not see is not resolved. Rooms on one floor refer to each other in this way without
importing each other.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from operator import methodcaller
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Field, Model, QuerySet
from django.utils.functional import Promise

from accounts.models import User
from versions.targets import Pointer, Target, key_parts

M = TypeVar("M", bound=Model)
Person = User | AnonymousUser
Words = str | Promise
Resolver = Callable[[Collection[str], Person], Mapping[str, Pointer]]
Choices = Callable[[Person], list[tuple[str, str]]]
Citations = Callable[[Collection[str]], Iterable[tuple[str, Target]]]


@dataclass(frozen=True)
class Kind:
    """A kind of thing.

    label: one such thing, with its article, for people who may not see which one. resolve: keys to pointers, without
    those that do not exist or that the person may not see. groups: where keys are "group/reference", the groups the
    person may choose from, as value and label.
    """

    name: str
    label: Words
    resolve: Resolver
    groups: Choices | None = None


_kinds: dict[str, Kind] = {}
_citations: dict[str, list[Citations]] = defaultdict(list)


def register_kind(kind: Kind) -> None:
    """Called by the room of these things when Django starts."""
    _kinds[kind.name] = kind


def register_citations(kind: str, citations: Citations) -> None:
    """Called by a room that cites targets of this kind: keys to pairs of a cited key and the target that cites it.

    A key that ends in "/" stands for all keys that begin with it.
    """
    if citations not in _citations[kind]:
        _citations[kind].append(citations)


def model_kind(
    model: type[M],
    label: Words,
    *,
    visible: Callable[[Person], "QuerySet[M]"] | None = None,
    address: Callable[[M], str] = methodcaller("get_absolute_url"),
    related: tuple[str, ...] = (),
) -> Kind:
    """Rows of a table by primary key; one query.

    visible: what a person may see, by default `model.objects.visible_to`. address: of a row, by default its
    `get_absolute_url`. related: foreign keys that label or address need.
    """
    column = model._meta.pk

    def seen(person: Person) -> "QuerySet[M]":
        return visible(person) if visible else methodcaller("visible_to", person)(model._default_manager)

    def resolve(keys: Collection[str], person: Person) -> dict[str, Pointer]:
        known = [key for key in keys if is_key(column, key)]
        rows = seen(person).filter(pk__in=known).select_related(*related) if known else ()
        return {str(row.pk): Pointer(str(row), address(row)) for row in rows}

    return Kind(model._meta.label_lower, label, resolve)


def is_key(column: "Field[object, object]", key: str) -> bool:
    """Whether a text can be a key of the table. The audit trail also has keys from before the tables changed."""
    try:
        column.clean(key, None)
    except ValidationError:
        return False
    return True


def pointers(targets: Iterable[Target], person: Person) -> dict[Target, Pointer]:
    """The targets that exist and that the person may see; unknown kinds are left out."""
    keys: dict[str, set[str]] = defaultdict(set)
    for kind, key in targets:
        if kind in _kinds:
            keys[kind].add(key)
    return {
        (kind, key): pointer
        for kind, wanted in keys.items()
        for key, pointer in _kinds[kind].resolve(sorted(wanted), person).items()
    }


def pointer(kind: str, key: str, person: Person) -> Pointer | None:
    """`pointers` for one target."""
    return pointers([(kind, key)], person).get((kind, key))


def groups(kind: str, person: Person) -> list[tuple[str, str]]:
    """Value and label of the groups of a kind that the person may choose from."""
    known = _kinds.get(kind)
    return known.groups(person) if known is not None and known.groups is not None else []


def group_and_reference(kind: str, key: str) -> tuple[str, str]:
    """The two parts of a key of a kind whose keys are "group/reference"; two empty texts for other kinds."""
    known = _kinds.get(kind)
    return key_parts(key) if known is not None and known.groups is not None else ("", "")


def cited_by(kind: str, keys: Collection[str], person: Person | None = None) -> dict[str, list[Pointer]]:
    """Each cited key of a kind, and what cites it.

    A key that ends in "/" stands for all keys that begin with it. What the person may not see, and everything where
    `person` is None, appears once, with the label of its kind.
    """
    found = [pair for citations in _citations[kind] for pair in citations(keys)]
    known = pointers({target for _cited, target in found}, person) if person is not None else {}
    citing: dict[str, dict[Pointer, None]] = defaultdict(dict)
    for cited, target in found:
        citing[cited][known.get(target) or Pointer(str(_kinds[target[0]].label))] = None
    return {cited: list(some) for cited, some in citing.items()}
