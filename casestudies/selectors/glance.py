"""The head of the page of a case study: what it came to, from the rows that the page shows anyway. No query."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from django.utils import timezone
from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from casestudies import vocabularies as v
from casestudies.models import CaseStudy, CitizenRole, SurvivalObservation
from casestudies.models.choices import EventStatus
from casestudies.selectors.findings import ACCEPTED, Influence, influence_of
from casestudies.selectors.pages import CaseRows
from casestudies.selectors.terms import TermLabels

UNITS = 100


@dataclass(frozen=True)
class Steps:
    """Influence of one role or event on its scale: the claimed and the assessed step, and where they are.

    `places` are those of all steps of the scale; a place is 0 to 100 units.
    """

    title: str
    scale: str
    claimed: str
    assessed: str
    claimed_at: float | None
    assessed_at: float | None
    places: Sequence[float]


@dataclass(frozen=True)
class Glance:
    """Figures of one case study. `counts` has the number of rows of each section that can be empty."""

    events: int
    attended: int
    contributions: int
    accepted: int
    survival: str
    influence: list[Steps] = field(default_factory=list)
    compared: Influence | None = None
    counts: dict[str, int] = field(default_factory=dict)


def glance(rows: CaseRows, labels: TermLabels) -> Glance:
    survival = cast("list[SurvivalObservation]", rows.parts["survival"])
    latest = max(survival, key=lambda row: (row.observed_on, row.pk), default=None)
    last = ""
    if latest is not None:
        last = _("%(state)s on %(day)s") % {
            "state": latest.get_state_display(), "day": format_date(latest.observed_on, "j M Y"),
        }  # fmt: skip
    roles = cast("list[CitizenRole]", rows.parts["roles"])
    counts = {name: len(found) for name, found in rows.parts.items()}
    return Glance(
        events=len(rows.events),
        attended=sum(event.attended or 0 for event in rows.events if event.status == EventStatus.HELD),
        contributions=len(rows.contributions),
        accepted=sum(each.decision in ACCEPTED for each in rows.contributions),
        survival=last,
        influence=[of_role(role, labels) for role in roles if role.influence_claimed or role.influence_assessed],
        compared=influence_of(roles, labels),
        counts=counts | {"events": len(rows.events), "contributions": len(rows.contributions)},
    )


def of_role(role: CitizenRole, labels: TermLabels) -> Steps:
    """The influence of a role of citizens, which has recorded any."""
    title = _("%(phase)s: %(group)s") % {
        "phase": role.get_phase_display(), "group": labels.label(v.ACTOR_GROUP, role.group),
    }  # fmt: skip
    return steps_of(title, role.scale, role.influence_claimed, role.influence_assessed, labels)


def steps_of(title: str, scale: str, claimed: str, assessed: str, labels: TermLabels) -> Steps:
    """claimed, assessed: keys of terms of the vocabulary `scale`, or empty where not recorded."""
    steps = labels.of(scale)
    keys = list(steps)

    def place(key: str) -> float | None:
        return _place(keys.index(key), len(keys)) if key in keys else None

    return Steps(
        title=title,
        scale=", ".join(steps.values()),
        claimed=labels.label(scale, claimed) if claimed else "",
        assessed=labels.label(scale, assessed) if assessed else "",
        claimed_at=place(claimed),
        assessed_at=place(assessed),
        places=[_place(at, len(keys)) for at in range(len(keys))],
    )


def _place(position: int, steps: int) -> float:
    return round(UNITS * position / (steps - 1), 2) if steps > 1 else UNITS / 2


def citation(case_study: CaseStudy, address: str) -> str:
    """How to cite a case study: who, what, which version of it, where, when."""
    return _(
        "%(organisation)s: %(title)s. LIPSE Casebook, case study, version %(version)d of %(edited)s. %(address)s"
        " (accessed on %(day)s)."
    ) % {
        "organisation": case_study.organisation, "title": case_study, "version": case_study.version,
        "edited": format_date(case_study.updated_at, "j M Y"), "day": format_date(timezone.localdate(), "j M Y"),
        "address": case_study.persistent_identifier or address,
    }  # fmt: skip
