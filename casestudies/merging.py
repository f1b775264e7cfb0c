"""Three-way comparison of notes, field by field. The text of a field is never merged automatically."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

# The fields that are compared, by the names the REST API gives them.
FIELDS = (
    "case_study",
    "event",
    "kind",
    "title",
    "text",
    "language",
    "occurred_on",
    "informants",
    "sensitivity",
)


@dataclass(frozen=True)
class Combination:
    """Result of an edit: the fields after it, and those that two people changed differently."""

    merged: dict[str, object]
    differing: list[str]


def combine(
    base: Mapping[str, object] | None,
    theirs: Mapping[str, object],
    mine: Mapping[str, object],
    fields: tuple[str, ...] = FIELDS,
) -> Combination:
    """Apply `mine`, an edit of `base`, to `theirs`, the current version.

    A field that one side changed gets the value of that side. A field that both sides changed to different values
    differs, and then nothing is merged. Without a base every unequal field differs. Fields absent from `mine` are not
    edited.
    """
    merged = {name: theirs[name] for name in fields}
    differing = []
    for name in fields:
        if name not in mine or mine[name] == theirs[name]:
            continue
        if base is not None and mine[name] == base[name]:
            continue
        if base is not None and theirs[name] == base[name]:
            merged[name] = mine[name]
        else:
            differing.append(name)
    return Combination(merged if not differing else {name: theirs[name] for name in fields}, differing)


def decide(
    base: Mapping[str, object] | None, theirs: Mapping[str, object], mine: Mapping[str, object], *, keep: str
) -> dict[str, object]:
    """The fields after a decision for one side: `keep` ("mine" or "theirs") wins where both changed a field."""

    def changed(side: Mapping[str, object], name: str) -> bool:
        return base is None or side.get(name, theirs[name]) != base[name]

    decided = {}
    for name in FIELDS:
        other = mine.get(name, theirs[name])
        wins = changed(mine, name) and (keep == "mine" or not changed(theirs, name))
        decided[name] = other if wins else theirs[name]
    return decided


def sha256_of_text(text: str) -> str:
    """SHA-256 of the UTF-8 text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_of_edit(sent: Mapping[str, object], base_version: int | None, amends: int | None = None) -> str:
    """Digest by which the same edit is recognised when it is sent again; device and time are not part of it.

    `amends` is the conflict that the edit was typed after, if any.
    """
    after = {} if amends is None else {"amends": amends}
    whole = json.dumps({"sent": dict(sent), "base": base_version, **after}, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(whole.encode()).hexdigest()
