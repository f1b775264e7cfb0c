"""The differences between two versions, part by part. Pure: no database, no Django."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class Part:
    """One part of a version: a code, a question, a list of choices.

    kind, key: name the same part in every version, whatever else changes.
    label: shown to people. fields: name to value as text; an empty value is the same as none.
    """

    kind: str
    key: str
    label: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldChange:
    """One field of a part, before and after; empty where there was no value."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class PartChange:
    """A part that was added, removed, changed, or moved among the parts of its kind."""

    kind: str
    key: str
    label: str
    change: str
    is_moved: bool = False
    fields: tuple[FieldChange, ...] = ()


def compare(before: Iterable[Part], after: Iterable[Part]) -> list[PartChange]:
    """Parts that differ: in the order of the newer version, then the removed ones. Empty for equal versions.

    As few parts as possible are reported as moved: a part is not moved because others moved past it.
    Raises ValueError where two parts of a version have the same kind and key.
    """
    old, new = _by_key(before), _by_key(after)
    moved = _moved(old, new)
    changes = [_change(old.get(key), part, is_moved=key in moved) for key, part in new.items()]
    gone = [_change(part, None) for key, part in old.items() if key not in new]
    return [change for change in [*changes, *gone] if change is not None]


def _by_key(parts: Iterable[Part]) -> dict[tuple[str, str], Part]:
    found: dict[tuple[str, str], Part] = {}
    for part in parts:
        if (part.kind, part.key) in found:
            raise ValueError(f"{part.kind} {part.key} is in the version twice")
        found[part.kind, part.key] = part
    return found


def _change(old: Part | None, new: Part | None, *, is_moved: bool = False) -> PartChange | None:
    part = new or old
    if part is None:
        return None
    fields = tuple(_field_changes(old, new))
    if old is not None and new is not None:
        if not fields and not is_moved and old.label == new.label:
            return None
        return PartChange(part.kind, part.key, part.label, CHANGED, is_moved, fields)
    return PartChange(part.kind, part.key, part.label, ADDED if old is None else REMOVED, fields=fields)


def _field_changes(old: Part | None, new: Part | None) -> Iterable[FieldChange]:
    before_fields = old.fields if old else {}
    after_fields = new.fields if new else {}
    for name in dict.fromkeys([*after_fields, *before_fields]):
        before, after = before_fields.get(name, ""), after_fields.get(name, "")
        if before != after:
            yield FieldChange(name, before, after)


def _moved(old: Mapping[tuple[str, str], Part], new: Mapping[tuple[str, str], Part]) -> set[tuple[str, str]]:
    places = {key: place for place, key in enumerate(old)}
    moved: set[tuple[str, str]] = set()
    for kind in {key[0] for key in new}:
        both = [key for key in new if key[0] == kind and key in old]
        kept = _longest_rising([places[key] for key in both])
        moved |= {key for place, key in enumerate(both) if place not in kept}
    return moved


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """Indexes of a longest rising subsequence, by patience sorting: O(n log n)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for index, number in enumerate(numbers):
        place = bisect_left(tails, number)
        before.append(ends[place - 1] if place else -1)
        if place == len(tails):
            tails.append(number)
            ends.append(index)
        else:
            tails[place], ends[place] = number, index
    kept: set[int] = set()
    index = ends[-1] if ends else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return kept
