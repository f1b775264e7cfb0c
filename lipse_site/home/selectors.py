"""The content of the home page: counts and case studies that this person can read, and what to do next."""

from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import has_role
from accounts.roles import Role
from casestudies.models import CaseStudy, CoCreationEvent
from casestudies.querysets import PUBLISHED
from complaints.models import ComplaintRecord
from imports.models import Dataset, Import
from registry import maps
from rest import counts
from standards.countries import country_names

LATEST = 5
Person = User | AnonymousUser


@dataclass(frozen=True)
class Step:
    """A suggestion for this person."""

    text: str | Promise
    url: str
    label: str | Promise


STEPS = (
    (Role.FIELDWORKER, _("See your cases, this week's events and your drafts on one page."), "today", _("Open Today")),
    (Role.CODER, _("Code the units that are assigned to you, one after another."), "queue", _("Code the next unit")),
    (
        Role.LEAD_CODER,
        _("Manage codebooks, rounds and adjudication."),
        "codebook-list",
        _("Open the codebooks"),
    ),
    (Role.DATA_MANAGER, _("Import a file of an ombudsman or audit office."), "import-new", _("Import a file")),
    (Role.ADMIN, _("Invite people to your organisation and set their roles."), "people", _("Open People")),
    (Role.READER, _("Search complaint records and read case studies."), "record-list", _("Search the records")),
)


def home(user: Person) -> dict[str, object]:
    """Context of the home page; every number counts only what this person can read."""
    cases = CaseStudy.objects.visible_to(user)
    by_country = cases.by_country()
    names = country_names()
    countries = [{"code": code, "name": names.get(code, code), "cases": number} for code, number in by_country.items()]
    return {
        "figures": _figures(user, cases),
        "countries": countries,
        "map": maps.draw(by_country, cases.by_place()),
        "latest": _latest(cases),
        "steps": _steps(user),
        "waiting": _action_needed(user),
    }


def _figures(user: Person, cases: "QuerySet[CaseStudy]") -> list[dict[str, object]]:
    lists = (
        (_("Case studies"), "case-study-list", cases),
        (_("Co-creation events"), "event-list", CoCreationEvent.objects.visible_to(user)),
        (_("Complaint records"), "record-list", ComplaintRecord.objects.visible_to(user)),
        (_("Datasets"), "dataset-list", Dataset.objects.visible_to(user)),
    )
    return [
        {"label": label, "url": _address(name), "count": counts.count(rows, budget_ms=counts.BUDGET_MS)}
        for label, name, rows in lists
    ]


def _latest(cases: "QuerySet[CaseStudy]") -> "QuerySet[CaseStudy]":
    published = cases.filter(review_state__in=PUBLISHED).select_related("sector")
    return published.order_by("-updated_at", "-id")[:LATEST]


def _steps(user: Person) -> list[Step]:
    return [
        Step(text, address, label)
        for role, text, name, label in STEPS
        if has_role(user, role) and (address := _address(name))
    ]


def _action_needed(user: Person) -> "QuerySet[Import]":
    """Imports that need a decision by this data manager, the latest first."""
    return Import.objects.visible_to(user).waiting().select_related("dataset")[:10]


def _address(name: str) -> str:
    """The address of a page; empty if this installation does not have it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
