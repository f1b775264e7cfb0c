"""The content of the home page: what the casebook has for this person, in three answers; and of My work."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import has_role
from accounts.roles import Role
from casestudies.models import CaseStudy, CoCreationEvent, NoteConflict
from casestudies.querysets import PUBLISHED, CaseStudyQuerySet
from casestudies.selectors import findings
from casestudies.selectors.drawn import fate
from casestudies.selectors.terms import TermLabels
from coding.models import Assignment
from complaints.models import ComplaintRecord
from complaints.selectors.drawn import by_value, with_source
from complaints.selectors.facets import facets
from imports.models import Dataset, Import
from lipse_site.home.search import example
from registry import maps
from rest import counts
from rest.drawings import sourced
from standards.countries import country_names

LATEST = 5
CASES, EVENTS, RECORDS = "cases", "events", "records"
ON_THE_MAP = {CASES: _("Case studies"), EVENTS: _("Events"), RECORDS: _("Complaint records")}
Person = User | AnonymousUser


@dataclass(frozen=True)
class Waiting:
    """Rows that need an action by this person or their organisation, and the list of them."""

    label: str | Promise
    count: int
    url: str


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


def home(user: Person, counted: str = "") -> dict[str, object]:
    """Context of the home page; every number counts only what this person can read.

    counted: what the map counts, a key of ON_THE_MAP; the first of them if it is none.
    """
    cases = CaseStudy.objects.visible_to(user)
    by_country = cases.by_country()
    has_cases = bool(by_country)
    counted = counted if counted in ON_THE_MAP else CASES
    if counted != CASES:
        by_country = _events_by_country(user) if counted == EVENTS else _records_by_country(user)
    names, addresses = country_names(), {code: reverse("country", args=[code]) for code in by_country if code}
    latest = list(_latest(cases))
    return {
        "figures": _figures(user, cases),
        "has_cases": has_cases,
        "counted": ON_THE_MAP[counted],
        "maps": [(label, f"?map={name}#my-country", name == counted) for name, label in ON_THE_MAP.items()],
        "countries": [
            {"code": code, "name": names.get(code, code), "number": number, "url": addresses.get(code, "")}
            for code, number in by_country.items()
        ],
        "map": maps.draw(by_country, cases.by_place() if counted == CASES else [], addresses),
        "complaints": _complaints(user),
        "ideas": _ideas(cases),
        "latest": latest,
        "example": example(latest),
    }


def _events_by_country(user: Person) -> dict[str, int]:
    events = CoCreationEvent.objects.visible_to(user).order_by().values_list("case_study__country")
    return dict(events.annotate(number=Count("pk")).order_by("-number", "case_study__country"))


def _records_by_country(user: Person) -> dict[str, int]:
    [countries] = facets(ComplaintRecord.objects.visible_to(user), {}, ["country"], most=len(country_names()))
    return {value["value"]: value["count"] for value in countries.values if value["count"] is not None}


def _complaints(user: Person) -> dict[str, object] | None:
    """What complaints are about: the most frequent categories, the first of them, and the number of all records."""
    records = ComplaintRecord.objects.visible_to(user)
    [categories] = facets(records, {}, ["category"], most=LATEST)
    drawing = by_value(gettext("What people complain about"), gettext("Category"), categories, {})
    drawings = with_source([drawing], {}, records)
    most = next((value for value in categories.values if value["value"] and value["count"]), None)
    return {"drawing": drawings[0], "most": most, "total": categories.total} if drawings else None


def _ideas(cases: CaseStudyQuerySet) -> dict[str, object] | None:
    """What became of contributions: the accepted ones of those with a decision, and the numbers of each decision."""
    found = findings.fates(cases)
    drawings = sourced([fate(found, TermLabels())], gettext("all case studies"), reverse("case-study-list"))
    if not drawings:
        return None
    return {"drawing": drawings[0], "figures": findings.totals(found)}


def my_work(user: User) -> dict[str, object]:
    """Context of My work: what this person does next, by role, and what needs an action."""
    own = CaseStudy.objects.visible_to(user).of_organisations_of(user)
    waiting: list[Waiting] = []
    if has_role(user, Role.FIELDWORKER) or has_role(user, Role.LEAD_CODER) or has_role(user, Role.ADMIN):
        drafts = own.filter(review_state="draft")
        submitted = own.filter(review_state="submitted")
        conflicts = NoteConflict.objects.visible_to(user).open()
        waiting += [
            Waiting(_("Draft case studies"), drafts.count(), _list("case-study-list", review_state="draft")),
            Waiting(_("Submitted case studies"), submitted.count(), _list("case-study-list", review_state="submitted")),
            Waiting(_("Conflicts to decide"), conflicts.count(), _list("field-note-list", in_conflict="true")),
        ]
    if has_role(user, Role.CODER):
        held = Assignment.objects.visible_to(user).open().opened()
        waiting.append(Waiting(_("Units that you have begun or were given to code"), held.count(), reverse("queue")))
    return {
        "steps": _steps(user),
        "waiting": _action_needed(user),
        "items": [item for item in waiting if item.count],
    }


def _list(name: str, **filters: str) -> str:
    return f"{reverse(name)}?{urlencode(filters)}"


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
