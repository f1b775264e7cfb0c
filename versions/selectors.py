"""Two versions of one thing side by side, for a page and its JSON."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from versions.comparing import Part, PartChange, compare
from versions.models import Version

V = TypeVar("V", bound=Version)
NAMES = ("before", "after")


@dataclass(frozen=True)
class Comparison(Generic[V]):
    """What became of `before` in `after`; `versions` are all that may be chosen, newest first."""

    before: V
    after: V
    versions: list[V]
    changes: list[PartChange]

    def as_json(self) -> dict[str, Any]:
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
    versions: "QuerySet[V]", asked: Mapping[str, str], parts_of: Callable[[V], Iterable[Part]]
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
        name: ValidationError(_("There is no such version."), code="no_such_version")
        for name in NAMES
        if asked.get(name) and asked[name] not in by_number
    }
    if errors:
        raise ValidationError(errors)
    after = by_number[asked["after"]] if asked.get("after") else found[0]
    earlier = next((version for version in found if version.number < after.number), after)
    before = by_number[asked["before"]] if asked.get("before") else earlier
    return Comparison(before, after, found, compare(parts_of(before), parts_of(after)))
