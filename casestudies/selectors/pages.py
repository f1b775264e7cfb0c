"""Content of the page of a case study and of the page Today, each in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from casestudies import policies
from casestudies.models import (
    CasePart,
    CaseStudy,
    CoCreationEvent,
    Contribution,
    FieldNote,
    Informant,
    NoteConflict,
    RecordLink,
)
from casestudies.pointing import RECORD
from casestudies.policies import Person
from casestudies.querysets import REQUIRED_FIELDS, REQUIRED_PARTS
from casestudies.selectors.rows import PARTS
from rest.prepared import Prepared
from versions.pointing import pointers
from versions.targets import key_in

REQUIREMENTS = {
    "abstract": _("abstract"),
    "strands": _("strands"),
    "sector": _("policy sector"),
    "level": _("level of government"),
    "public_body": _("public body"),
    "initiator": _("initiator"),
    "attitude": _("attitude"),
    "innovation_type": _("innovation type"),
    "started_on": _("start"),
    "methods": _("methods"),
    "roles": _("roles"),
    "factors": _("factors"),
    "objectives": _("objectives"),
    "outcomes": _("outcomes"),
    "actors": _("actors"),
}


@dataclass(frozen=True)
class CaseRows:
    """The parts of a case study, its events, contributions, notes and informants, as far as one person has access."""

    parts: dict[str, list[CasePart]]
    events: list[CoCreationEvent]
    contributions: list[Contribution]
    notes: list[FieldNote]
    informants: list[Informant]


# Of one case study, by its id.
_notes = Prepared(
    lambda person, pk: (
        FieldNote.objects.visible_to(person)
        .not_deleted()
        .filter(case_study=pk)
        .select_related("author", "event")
        .with_open_conflicts()[:20]
    )
)
_events = Prepared(
    lambda pk: CoCreationEvent.objects.filter(case_study=pk).with_deliberative().with_counts().select_related("place")
)
_contributions = Prepared(
    lambda pk: Contribution.objects.filter(case_study=pk).select_related("event", "parent", "outcome")
)


def rows_of(case_study: CaseStudy, user: Person) -> CaseRows:
    """Parts, events, contributions with their decisions, and the notes and informants that the person has access to."""
    informants = Informant.objects.visible_to(user).filter(case_study=case_study).prefetch_related("consents")
    reads_notes = policies.can_read_notes(user, case_study)
    parts: dict[str, list[CasePart]] = {name: rows(case_study.pk) for name, rows in _parts.items()}
    _resolve(cast(list[RecordLink], parts["record_links"]), user)
    return CaseRows(
        parts=parts,
        events=_events(case_study.pk),
        contributions=threaded(_contributions(case_study.pk)),
        notes=_notes(user, case_study.pk) if reads_notes else [],
        informants=list(informants) if reads_notes else [],
    )


def _rows(model: type[CasePart]) -> Prepared[CasePart]:
    related = [name for name in ("organisation", "objective") if name in {f.name for f in model._meta.fields}]

    def build(pk: int) -> QuerySet[CasePart]:
        rows = model.objects.filter(case_study=pk)
        return rows.select_related(*related) if related else rows

    return Prepared(build)


_parts = {name: _rows(model) for name, model in PARTS.items()}


def _resolve(links: list[RecordLink], user: Person) -> None:
    """Set the `url` of the record on each link where the person has access to it."""
    known = pointers([(RECORD, key_in(link.dataset, link.reference)) for link in links], user)
    for link in links:
        pointer = known.get((RECORD, key_in(link.dataset, link.reference)))
        link.url = pointer.url if pointer else ""


def threaded(contributions: list[Contribution]) -> list[Contribution]:
    """Each contribution followed by its answers, with its `depth` (at most 3, for narrow screens)."""
    answers: dict[int | None, list[Contribution]] = {}
    known = {c.pk for c in contributions}
    for contribution in contributions:
        answers.setdefault(contribution.parent_id if contribution.parent_id in known else None, []).append(contribution)
    ordered: list[Contribution] = []
    pending = [(c, 0) for c in reversed(answers.get(None, []))]
    while pending:
        contribution, depth = pending.pop()
        contribution.depth = min(depth, 3)
        ordered.append(contribution)
        pending += [(c, depth + 1) for c in reversed(answers.get(contribution.pk, []))]
    return ordered


def missing_requirements(case_study: CaseStudy) -> list[str]:
    """Labels of the required fields that are empty; the case study comes from `with_requirements()`."""
    return [
        str(REQUIREMENTS[name])
        for name in [*REQUIRED_FIELDS, *REQUIRED_PARTS]
        if not getattr(case_study, f"has_{name}")
    ]


@dataclass(frozen=True)
class Today:
    """A fieldworker's day."""

    cases: list[CaseStudy]
    drafts: list[CaseStudy]
    events: list[CoCreationEvent]
    notes: list[FieldNote]
    conflicts: list[NoteConflict]


_own_cases = Prepared(
    lambda person: (
        CaseStudy.objects.visible_to(person)
        .of_organisations_of(person)
        .filter(researcher=person)
        .with_completeness()
        .order_by("-updated_at")[:20]
    )
)
_drafts = Prepared(
    lambda person: (
        CaseStudy.objects.visible_to(person)
        .of_organisations_of(person)
        .drafts()
        .with_completeness()
        .order_by("-updated_at")[:20]
    )
)
_own_notes = Prepared(
    lambda person: (
        FieldNote.objects.visible_to(person)
        .not_deleted()
        .select_related("case_study", "event", "author")
        .filter(author=person)
        .with_open_conflicts()[:10]
    )
)
_open_conflicts = Prepared(
    lambda person: NoteConflict.objects.visible_to(person).open().select_related("note", "author")[:20]
)


def today_of(user: User, day: date) -> Today:
    """My case studies, drafts of my organisation, events of this week, my notes, and conflicts to decide."""
    own = CaseStudy.objects.visible_to(user).of_organisations_of(user)
    events = CoCreationEvent.objects.filter(case_study__in=own).in_week_of(day).select_related("case_study", "place")
    return Today(
        cases=_own_cases(user),
        drafts=_drafts(user),
        events=list(events.order_by("starts_at")[:50]),
        notes=_own_notes(user),
        conflicts=_open_conflicts(user),
    )
