"""Two versions of one thing side by side, for a page and its JSON."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from versions.comparing import Part, PartChange, compare
from versions.models import Version

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
