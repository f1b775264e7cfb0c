"""Changes of a case study, its parts and its events in order of time, with the person who made them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.history import versions_of
from accounts.models import User
from casestudies.models import CaseStudy, CoCreationEvent
from casestudies.selectors.rows import PARTS

_NOT_SHOWN = {"id", "version", "created_at", "updated_at", "updated_by", "case_study", "slug"}
_VERBS = {
    "insert": gettext_lazy("added"),
    "update": gettext_lazy("edited"),
    "delete": gettext_lazy("removed"),
}
MOST = 500


@dataclass(frozen=True)
class Change:
    """One version of one row, with the fields that differ from the version before."""

    at: datetime
    by: str
    what: str
    verb: str
    fields: list[tuple[str, object, object]]


def history_of(case_study: CaseStudy, *, most: int = MOST) -> list[Change]:
    """Changes of a case study, newest first, at most `most`; one query for each table."""
    sources: list[tuple[type[models.Model], dict[str, int], str]] = [
        (CaseStudy, {"pgh_obj_id": case_study.pk}, _("Case study")),
        *(
            (model, {"case_study_id": case_study.pk}, str(model._meta.verbose_name).capitalize())
            for model in PARTS.values()
        ),
        (CoCreationEvent, {"case_study_id": case_study.pk}, _("Event")),
    ]
    people = {user.pk: str(user) for user in User.objects.filter(memberships__organisation=case_study.organisation_id)}
    changes = [change for model, where, what in sources for change in _changes(model, where, what, people, most=most)]
    return sorted(changes, key=lambda change: change.at, reverse=True)[:most]


def _changes(
    model: type[models.Model], where: dict[str, int], what: str, people: dict[int, str], *, most: int
) -> Iterator[Change]:
    names = [f.attname for f in model._meta.fields if f.name not in _NOT_SHOWN]
    labels = {f.attname: str(f.verbose_name).capitalize() for f in model._meta.fields}
    before: dict[int, dict[str, object]] = {}
    versions = versions_of(model).filter(**where).order_by("-pgh_id")
    for row in reversed(versions.values(*names, "updated_by_id", "pgh_obj_id", "pgh_label", "pgh_created_at")[:most]):
        values = {name: row[name] for name in names}
        old = before.get(row["pgh_obj_id"])
        fields = [(labels[n], old[n], values[n]) for n in names if old[n] != values[n]] if old is not None else []
        before[row["pgh_obj_id"]] = values
        if fields or row["pgh_label"] != "update":
            by = people.get(row["updated_by_id"], _("a person of another organisation"))
            by = by if row["updated_by_id"] else _("an import from the command line")
            yield Change(row["pgh_created_at"], by, what, str(_VERBS[row["pgh_label"]]), fields)
