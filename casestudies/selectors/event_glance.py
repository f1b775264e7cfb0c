"""The head of the page of an event: who came, what became of what was put in, and how to cite it. No query."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _

from casestudies import vocabularies as v
from casestudies.models import CoCreationEvent, Contribution
from casestudies.selectors.findings import ACCEPTED
from casestudies.selectors.glance import Steps, steps_of
from casestudies.selectors.terms import TermLabels
from rest.citation import citation
from rest.drawings import Drawing, Row, bars


@dataclass(frozen=True)
class EventGlance:
    """contributions, accepted: how many, and how many of them were accepted, at least in part.

    turnout: invited, accepted and attended; None with fewer than two numbers, which is nothing to compare.
    influence: one line, empty where neither the claimed nor the assessed influence is recorded.
    """

    contributions: int
    accepted: int
    turnout: Drawing | None
    influence: list[Steps]


def event_glance(event: CoCreationEvent, contributions: Sequence[Contribution], labels: TermLabels) -> EventGlance:
    claimed, assessed = event.influence_claimed, event.influence_assessed
    influence = [steps_of(_("Participants"), v.INFLUENCE, claimed, assessed, labels)] if claimed or assessed else []
    return EventGlance(
        contributions=len(contributions),
        accepted=sum(each.decision in ACCEPTED for each in contributions),
        turnout=_turnout(event),
        influence=influence,
    )


def _turnout(event: CoCreationEvent) -> Drawing | None:
    counted = [(_("Invited"), event.invited), (_("Accepted"), event.accepted), (_("Attended"), event.attended)]
    rows = [Row(label, [number]) for label, number in counted if number is not None]
    drawing = bars(_("From invitation to attendance"), _("Step"), [_("People")], rows)
    return replace(drawing, source=_("this event")) if len(rows) > 1 else None


def event_citation(event: CoCreationEvent, address: str) -> str:
    """How to cite an event: who recorded it, its title, case study and day, and which version of it."""
    what = _("%(organisation)s: %(event)s, event of %(day)s in the case study %(case_study)s, version %(version)d of"
             " %(edited)s") % {
        "organisation": event.case_study.organisation, "event": event, "day": format_date(event.starts_at, "j M Y"),
        "case_study": event.case_study, "version": event.version, "edited": format_date(event.updated_at, "j M Y"),
    }  # fmt: skip
    return citation(what, address)
