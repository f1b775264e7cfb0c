"""Content of the page of a case study and of the page Today, each in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date
from typing import cast

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


def rows_of(case_study: CaseStudy, user: Person) -> CaseRows:
    """Parts, events, contributions with their decisions, and the notes and informants that the person has access to."""
    notes = (
        FieldNote.objects.visible_to(user).not_deleted().filter(case_study=case_study).select_related("author", "event")
    )
    informants = Informant.objects.visible_to(user).filter(case_study=case_study).prefetch_related("consents")
    reads_notes = policies.can_read_notes(user, case_study)
    contributions = Contribution.objects.filter(case_study=case_study).select_related("event", "parent", "outcome")
    parts = {name: _rows(model, case_study) for name, model in PARTS.items()}
    _resolve(cast(list[RecordLink], parts["record_links"]), user)
    return CaseRows(
        parts=parts,
        events=list(
            CoCreationEvent.objects.filter(case_study=case_study)
            .with_deliberative()
            .with_counts()
            .select_related("place")
        ),
        contributions=threaded(list(contributions)),
        notes=list(notes.with_open_conflicts()[:20]) if reads_notes else [],
        informants=list(informants) if reads_notes else [],
    )


def _rows(model: type[CasePart], case_study: CaseStudy) -> list[CasePart]:
    related = [name for name in ("organisation", "objective") if name in {f.name for f in model._meta.fields}]
    rows = model.objects.filter(case_study=case_study)
    return list(rows.select_related(*related) if related else rows)


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


def today_of(user: User, day: date) -> Today:
    """My case studies, drafts of my organisation, events of this week, my notes, and conflicts to decide."""
    own = CaseStudy.objects.visible_to(user).of_organisations_of(user)
    notes = FieldNote.objects.visible_to(user).not_deleted().select_related("case_study", "event", "author")
    conflicts = NoteConflict.objects.visible_to(user).open().select_related("note", "author")
    events = CoCreationEvent.objects.filter(case_study__in=own).in_week_of(day).select_related("case_study", "place")
    return Today(
        cases=list(own.filter(researcher=user).with_completeness().order_by("-updated_at")[:20]),
        drafts=list(own.drafts().with_completeness().order_by("-updated_at")[:20]),
        events=list(events.order_by("starts_at")[:50]),
        notes=list(notes.filter(author=user).with_open_conflicts()[:10]),
        conflicts=list(conflicts[:20]),
    )
