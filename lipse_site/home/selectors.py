"""What the home page shows: counts and cases as far as this person may see them, and what to do next."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse

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
    """Something this person may want to do now."""

    words: str
    url: str
    label: str


STEPS = (
    (Role.FIELDWORKER, "Your cases, this week's events and your drafts are on one page.", "today", "Open Today"),
    (Role.CODER, "Texts wait for your codes, one after the other.", "queue", "Code the next text"),
    (
        Role.LEAD_CODER,
        "Look after codebooks, rounds and what coders disagree on.",
        "codebook-list",
        "Open the codebooks",
    ),
    (Role.DATA_MANAGER, "Bring in a file of an ombudsman or audit office.", "import-new", "Import a file"),
    (Role.ADMIN, "Invite people of your organisation and give them roles.", "people", "Open People"),
    (Role.READER, "Search what people complained about and read the cases.", "record-list", "Search the records"),
)


def home(user: Person) -> dict[str, Any]:
    """Context of the home page; every number counts only what this person may see."""
    cases = CaseStudy.objects.visible_to(user)
    by_country = {row["country"]: row["cases"] for row in cases.by_country()}
    names = country_names()
    countries = [{"code": code, "name": names.get(code, code), "cases": number} for code, number in by_country.items()]
    return {
        "figures": _figures(user, cases),
        "countries": countries,
        "map": maps.draw(by_country, cases.by_place()),
        "latest": _latest(cases),
        "steps": _steps(user),
        "waiting": _waiting(user),
    }


def _figures(user: Person, cases: "QuerySet[CaseStudy]") -> list[dict[str, Any]]:
    lists = (
        ("Case studies", "case-study-list", cases),
        ("Co-creation events", "event-list", CoCreationEvent.objects.visible_to(user)),
        ("Complaint records", "record-list", ComplaintRecord.objects.visible_to(user)),
        ("Datasets", "dataset-list", Dataset.objects.visible_to(user)),
    )
    return [{"label": label, "url": _address(name), "count": counts.count(rows)} for label, name, rows in lists]


def _latest(cases: "QuerySet[CaseStudy]") -> "QuerySet[CaseStudy]":
    published = cases.filter(review_state__in=PUBLISHED).select_related("sector")
    return published.order_by("-updated_at", "-id")[:LATEST]


def _steps(user: Person) -> list[Step]:
    return [
        Step(words, address, label)
        for role, words, name, label in STEPS
        if has_role(user, role) and (address := _address(name))
    ]


def _waiting(user: Person) -> "QuerySet[Import]":
    """Files that wait for this data manager, the latest first."""
    return Import.objects.visible_to(user).waiting().select_related("dataset")[:10]


def _address(name: str) -> str:
    """Empty where this installation does not have the page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
