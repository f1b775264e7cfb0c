"""The page of the differences between two versions of a thing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from rest.forms import attempt, reasons
from versions.comparing import ADDED, REMOVED, FieldChange, Part, PartChange
from versions.models import Version
from versions.selectors import compared

V = TypeVar("V", bound=Version)
NOTHING = FieldChange("", "", "")


@dataclass(frozen=True)
class Row:
    """One row of the table: a part, its change, and one of its fields."""

    part: str
    change: str
    field: str
    before: str
    after: str


def comparison_page(
    request: HttpRequest,
    *,
    versions: "QuerySet[V]",
    parts_of: Callable[[V], Iterable[Part]],
    labels: Mapping[str, str | Promise],
    crumbs: list[tuple[str, str]],
) -> HttpResponse:
    """`?before=1&after=2` of one thing; 400 for a number that names none of its versions.

    versions: those of the thing that the person may see. labels: what a person reads for kinds of part and names of
    fields; a field in a language is "hint::en". crumbs: label and address, the last being the thing.
    """
    context: dict[str, object] = {
        "heading": _("Compare versions of %(thing)s") % {"thing": crumbs[-1][0]},
        "crumbs": [*crumbs, (_("Compare"), "")],
    }
    problems: list[str] = []
    done = attempt(
        lambda: compared(versions, request.GET.dict(), parts_of), lambda refused: problems.extend(reasons(refused))
    )
    if done is None:
        context["problems"] = problems
        return render(request, "versions/comparison.html", context, status=HTTPStatus.BAD_REQUEST)
    changes = done.result.changes
    context |= {"comparison": done.result, "rows": [row for one in changes for row in _rows(one, labels)]}
    return render(request, "versions/comparison.html", context)


def _rows(change: PartChange, labels: Mapping[str, str | Promise]) -> Iterable[Row]:
    part = f"{labels.get(change.kind, change.kind)}: {change.label}"
    for one in change.fields or (NOTHING,):
        yield Row(part, _change_label(change), _label(one.name, labels), one.before, one.after)


def _change_label(change: PartChange) -> str:
    if change.change == ADDED:
        return _("Added")
    if change.change == REMOVED:
        return _("Removed")
    if change.is_moved:
        return _("Moved and changed") if change.fields else _("Moved")
    return _("Changed")


def _label(name: str, labels: Mapping[str, str | Promise]) -> str:
    stem, _separator, language = name.partition("::")
    label = str(labels.get(stem, stem))
    return f"{label} ({language})" if language else label
