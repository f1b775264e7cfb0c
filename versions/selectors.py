"""Two versions of one thing side by side, for a page and its JSON. And what was erased of a thing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from versions.comparing import Part, PartChange, compare
from versions.models import Erasure, Version

V = TypeVar("V", bound=Version)
NAMES = ("before", "after")


@dataclass(frozen=True)
class Comparison(Generic[V]):
    """The changes from `before` to `after`; `versions` are all that can be chosen, newest first."""

    before: V
    after: V
    versions: list[V]
    changes: list[PartChange]

    def as_json(self) -> dict[str, object]:
        return {
            "before": self.before.number,
            "after": self.after.number,
            "changes": [
                {
                    "kind": change.kind,
                    "key": change.key,
                    "label": change.label,
                    "change": change.change,
                    "is_moved": change.is_moved,
                    "differences": [{"name": f.name, "before": f.before, "after": f.after} for f in change.fields],
                }
                for change in self.changes
            ],
        }


def compared(
    versions: "QuerySet[V]", query: Mapping[str, str], parts_of: Callable[[V], Iterable[Part]]
) -> Comparison[V]:
    """The versions that `before` and `after` number, else the newest with the one before it.

    `versions` are those of one thing that the person may see. Raises ValidationError where a number names none of
    them, or where there is none.
    """
    found = list(versions.order_by("-number"))
    if not found:
        raise ValidationError(_("There is no version to compare yet."), code="no_version")
    by_number = {str(version.number): version for version in found}
    errors = {
        name: ValidationError(_("Choose one of the versions."), code="no_such_version")
        for name in NAMES
        if query.get(name) and query[name] not in by_number
    }
    if errors:
        raise ValidationError(errors)
    after = by_number[query["after"]] if query.get("after") else found[0]
    earlier = next((version for version in found if version.number < after.number), after)
    before = by_number[query["before"]] if query.get("before") else earlier
    return Comparison(before, after, found, compare(parts_of(before), parts_of(after)))


def erasures_of(kind: str, key: str) -> "QuerySet[Erasure]":
    """The erasures that reached a thing and were not undone, for anybody who may see the thing."""
    return Erasure.objects.in_force().filter(targets__kind=kind, targets__key=key).select_related("erased_by")


def without_erased(kind: str, key: str, content: Mapping[str, object]) -> dict[str, object]:
    """New content of a thing, with the passages that were erased of it replaced again.

    A device or a file may still have the old text. Raises PermissionDenied where the whole thing was erased.
    """
    kept = dict(content)
    for erasure in erasures_of(kind, key):
        if erasure.is_whole:
            raise PermissionDenied(
                _("The text was erased on %(day)s. Nothing can be written in its place.")
                % {"day": date_format(erasure.erased_at, "j M Y")}
            )
        kept = {name: _screened(value, erasure) for name, value in kept.items()}
    return kept


def _screened(value: object, erasure: Erasure) -> object:
    if isinstance(value, str):
        return erasure.eraser.erased(value)[0]
    if isinstance(value, list):
        return [_screened(one, erasure) for one in value]
    return value
