"""One way to point at a thing from anywhere: its kind and its key become a label and an address for one person.

A thing that is a row of its own table has the label of its model as kind and its primary key as key, as the audit trail
writes both ("coding.codebook", "12"). A thing that is cited by other means names its kind itself ("complaint-record",
"letters/A-1": the dataset and the reference in it, which outlive the row). A room adds its kinds when it is ready::

    register_kind(model_kind(Codebook, _("a codebook")))
    register_citations("complaint-record", citations_of_records)

Whoever shows pointers asks for all of them at once: a kind costs one query or as many as its resolver says, however
many keys there are. What a person may not see resolves to nothing. Rooms on one floor point at each other this way
without knowing each other; nothing here is found by the dotted path of a module.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from accounts.models import User
from versions.targets import Pointer, Target

Person = User | AnonymousUser
Words = str | Promise
Resolver = Callable[[Collection[str], Person], Mapping[str, Pointer]]
Choices = Callable[[Person], list[tuple[str, str]]]
Citations = Callable[[Collection[str]], Iterable[tuple[str, Target]]]


@dataclass(frozen=True)
class Kind:
    """A kind of thing.

    label: one such thing in words, with its article, for whoever may not see which. resolve: keys to pointers, without
    those that are not there or that the person may not see. groups: where keys are "group/reference", the groups the
    person may choose from, as value and label.
    """

    name: str
    label: Words
    resolve: Resolver
    groups: Choices | None = None


_kinds: dict[str, Kind] = {}
_citations: dict[str, list[Citations]] = defaultdict(list)


def register_kind(kind: Kind) -> None:
    """Called by the room that keeps such things when it is ready."""
    _kinds[kind.name] = kind


def register_citations(kind: str, citations: Citations) -> None:
    """Called by a room whose things cite things of this kind: keys to pairs of a cited key and who cites it.

    A key that ends in "/" asks for everything below it.
    """
    if citations not in _citations[kind]:
        _citations[kind].append(citations)


def model_kind(
    model: type[Model],
    label: Words,
    *,
    visible: Callable[[Person], "QuerySet[Any]"] | None = None,
    address: Callable[[Any], str] | None = None,
    related: tuple[str, ...] = (),
) -> Kind:
    """Rows of a table by primary key; one query.

    visible: what a person may see, `model.objects.visible_to` unless said. address: of a row, its `get_absolute_url`
    unless said. related: foreign keys that label or address follow.
    """
    manager: Any = model._default_manager
    column = model._meta.pk
    seen: Callable[[Person], QuerySet[Any]] = visible or manager.visible_to

    def resolve(keys: Collection[str], person: Person) -> dict[str, Pointer]:
        known = [key for key in keys if _is_key(column, key)]
        rows = seen(person).filter(pk__in=known).select_related(*related) if known else ()
        return {str(row.pk): Pointer(str(row), address(row) if address else row.get_absolute_url()) for row in rows}

    return Kind(model._meta.label_lower, label, resolve)


def _is_key(column: Any, key: str) -> bool:
    """Whether a text can be a key of a table at all: the audit trail outlives its changes."""
    try:
        column.clean(key, None)
    except ValidationError:
        return False
    return True


def pointers(targets: Iterable[Target], person: Person) -> dict[Target, Pointer]:
    """Those of the targets that are there and that the person may see; unknown kinds point nowhere."""
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


def cited_by(kind: str, keys: Collection[str], person: Person | None = None) -> dict[str, list[Pointer]]:
    """Each cited key of a kind, and what cites it.

    A key that ends in "/" asks for everything below it. What the person may not see, and everything where nobody
    asks, is named by its kind alone, once.
    """
    found = [pair for citations in _citations[kind] for pair in citations(keys)]
    known = pointers({target for _cited, target in found}, person) if person is not None else {}
    citing: dict[str, dict[Pointer, None]] = defaultdict(dict)
    for cited, target in found:
        citing[cited][known.get(target) or Pointer(str(_kinds[target[0]].label))] = None
    return {cited: list(some) for cited, some in citing.items()}
