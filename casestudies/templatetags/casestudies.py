"""Text of the pages: labels of terms, facts of a case study or an event, tones of states."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from django import template
from django.template.defaultfilters import floatformat
from django.utils.dateformat import format as format_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from casestudies import vocabularies as v
from casestudies.models import (
    Actor,
    Attachment,
    CasePart,
    CaseStudy,
    CitizenRole,
    CoCreationEvent,
    Consent,
    Contribution,
    Factor,
    Objective,
    Outcome,
    RecordLink,
    SurvivalObservation,
)
from casestudies.models.choices import ConsentScope
from casestudies.selectors.findings import Influence
from casestudies.selectors.glance import Glance
from casestudies.selectors.terms import TermLabels
from casestudies.thumbnails import PICTURED, has_no_thumbnail
from rest.links import link_to
from rest.vocabularies import linked
from standards.languages import language_name

register = template.Library()
Facts = list[tuple[str, object]]

SECTIONS: list[tuple[str, str | Promise]] = [
    ("context", gettext_lazy("Context")),
    ("roles", gettext_lazy("Roles")),
    ("factors", gettext_lazy("Drivers and barriers")),
    ("actors", gettext_lazy("Actors")),
    ("events", gettext_lazy("Events")),
    ("contributions", gettext_lazy("Contributions")),
    ("objectives", gettext_lazy("Objectives")),
    ("outcomes", gettext_lazy("Outcomes")),
    ("survival", gettext_lazy("Survival")),
    ("record_links", gettext_lazy("Complaint records")),
]


@register.filter
def influence_in(found: Mapping[int, Influence], pk: int) -> str:
    """Roles of a case study by how the influence assessed compares with the one claimed: “lower than claimed (2)”."""
    return influence_words(found.get(pk))


@register.filter
def influence_words(one: Influence | None) -> str:
    """How the influence assessed compares with the one claimed, by roles."""
    if one is None:
        return _("not recorded")
    numbers = {
        _("lower than claimed"): one.lower, _("as claimed"): one.same, _("higher than claimed"): one.higher,
        _("not assessed"): one.not_assessed,
    }  # fmt: skip
    return ", ".join(f"{words} ({number})" for words, number in numbers.items() if number)


@register.filter
def section_links(glance: Glance, can_edit: bool) -> list[tuple[str, str | Promise, int]]:
    """Anchor, label and number of rows of each section that is on the page: without rows for those who may add some."""
    return [
        (anchor, label, glance.counts.get(anchor, 0))
        for anchor, label in SECTIONS
        if can_edit or glance.counts.get(anchor, 1)
    ]


@register.filter
def empty_sections(glance: Glance) -> list[str]:
    """What is not recorded of a case study, for its one line."""
    return [str(label).lower() for anchor, label in SECTIONS if not glance.counts.get(anchor, 1)]


@register.filter
def period(case_study: CaseStudy) -> str:
    """From start to end, each as precise as it is recorded."""
    start = _dated(case_study.started_on, case_study.started_precision)
    end = _dated(case_study.ended_on, case_study.ended_precision)
    if start and end:
        return start if start == end else _("%(start)s to %(end)s") % {"start": start, "end": end}
    if start:
        return _("since %(start)s") % {"start": start}
    return _("until %(end)s") % {"end": end} if end else ""


@register.simple_tag
def term(term_labels: TermLabels, vocabulary: str, key: str) -> str:
    """The label of a term."""
    return term_labels.label(vocabulary, key)


@register.filter
def state_tone(state: str) -> str:
    return {"submitted": "accent", "approved": "good", "verified": "good", "withdrawn": "bad"}.get(state, "plain")


@register.filter
def decision_tone(decision: str) -> str:
    return {"accepted": "good", "partly": "accent", "rejected": "bad", "no-reply": "warn"}.get(decision, "plain")


@register.filter
def local_time(event: CoCreationEvent) -> str:
    """Start and end in the time zone of the event, with the zone."""
    zone = ZoneInfo(event.time_zone)
    start = event.starts_at.astimezone(zone)
    shown = format_date(start, "j M Y, H:i")
    if event.ends_at is not None:
        end = event.ends_at.astimezone(zone)
        same_day = end.date() == start.date()
        times = {"start": shown, "end": format_date(end, "H:i" if same_day else "j M Y, H:i")}
        shown = _("%(start)s to %(end)s") % times
    return f"{shown} {start.tzname()}"


@register.filter
def scopes(consent: Consent) -> str:
    return ", ".join(str(ConsentScope(scope).label).lower() for scope in consent.scope)


@register.filter
def as_text(value: object) -> str:
    if value in (None, "", [], {}):
        return _("nothing")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _dated(day: date | None, precision: str) -> str:
    if day is None:
        return ""
    return format_date(day, {"day": "j M Y", "month": "M Y", "year": "Y"}[precision])


@register.simple_tag
def case_study_facts(case_study: CaseStudy, term_labels: TermLabels) -> Facts:
    """Facts of the section Context."""
    studied = [
        text % {"number": number}
        for number, text in (
            (case_study.documents, ngettext("%(number)d document", "%(number)d documents", case_study.documents or 0)),
            (
                case_study.interviews,
                ngettext("%(number)d interview", "%(number)d interviews", case_study.interviews or 0),
            ),
            (
                case_study.observations,
                ngettext("%(number)d observation", "%(number)d observations", case_study.observations or 0),
            ),
        )
        if number
    ]
    return [
        *(
            (_("Title in %(language)s") % {"language": language_name(code)}, title)
            for code, title in case_study.titles.items()
        ),
        (_("Themes"), _linked_themes(case_study, term_labels)),
        (_("Strands"), ", ".join(term_labels.labels(v.STRAND, case_study.strands))),
        (_("Keywords"), ", ".join(case_study.keywords)),
        (_("Place"), case_study.place),
        (_("Level of government"), case_study.get_level_display()),
        (_("Public body"), link_to(case_study.public_body) or case_study.public_body_name),
        (_("Initiator"), term_labels.label(v.ACTOR_GROUP, case_study.initiator)),
        (_("Lead attitude"), case_study.get_attitude_display()),
        (_("Innovation type"), term_labels.label(v.INNOVATION_TYPE, case_study.innovation_type)),
        (_("Newness"), term_labels.label(v.NEWNESS, case_study.newness)),
        (_("Role of ICT"), term_labels.label(v.ICT_ROLE, case_study.ict_role)),
        (_("Started"), _dated(case_study.started_on, case_study.started_precision)),
        (_("Ended"), _dated(case_study.ended_on, case_study.ended_precision)),
        (_("Sources"), ", ".join(studied)),
        (_("Methods"), case_study.methods),
        (_("Researcher"), case_study.researcher),
        (_("Access"), case_study.get_access_display()),
        (_("Version"), f"{case_study.version}, {format_date(case_study.updated_at, 'j M Y')}"),
        (_("Persistent identifier"), case_study.persistent_identifier),
    ]


def _linked_themes(case_study: CaseStudy, term_labels: TermLabels) -> str:
    labels = {key: term_labels.label(v.THEME, key) for key in case_study.themes}
    return linked(v.THEME, labels, term_labels.of(v.THEME))


@register.simple_tag
def event_facts(event: CoCreationEvent, term_labels: TermLabels) -> Facts:
    """Facts of an event beside its account; what its head shows is not among them."""
    commissioned = {None: "", True: _("Yes"), False: _("No")}[event.commissioned]
    return [
        (_("Format"), term_labels.label(v.EVENT_FORMAT, event.format)),
        (_("Series"), event.series),
        (_("Place"), event.place),
        (_("Venue"), event.venue),
        (_("Mode"), event.get_mode_display()),
        (_("Hours together"), floatformat(event.hours_together)),
        (_("Open to"), event.get_openness_display()),
        (_("Recruited by"), event.get_selection_display()),
        (_("Commissioned by a public authority"), commissioned),
        (_("Invited"), event.invited),
        (_("Accepted"), event.accepted),
        (_("Incentive"), event.incentive),
        (_("Facilitation"), event.get_facilitation_display()),
        (_("Languages"), ", ".join(language_name(code) for code in event.languages)),
        (_("Interaction"), ", ".join(term_labels.labels(v.INTERACTION, event.interaction_methods))),
        (_("Decided by"), ", ".join(term_labels.labels(v.DECISION_METHOD, event.decision_methods))),
        (_("Voting rule"), event.voting_rule),
        (_("Recorded by"), event.recorder),
        (_("Source"), event.source),
        (_("Confidence"), event.get_confidence_display()),
        (_("Version"), f"{event.version}, {format_date(event.updated_at, 'j M Y')}"),
    ]


@register.filter
def account(event: CoCreationEvent) -> list[tuple[str, str]]:
    """Heading and text of what is told of an event, in the order in which it happened; what is not told is left out."""
    told = [
        (_("Purpose"), event.purpose),
        (_("Question to the participants"), event.remit_question),
        (_("Shown to participants"), event.inputs_shown),
        (_("Evidence of influence"), event.influence_evidence),
        (_("Follow-up"), event.follow_up),
    ]
    return [(heading, text) for heading, text in told if text]


@register.simple_tag
def decision_facts(contribution: Contribution) -> Facts:
    decided = format_date(contribution.decided_on, "j M Y") if contribution.decided_on else ""
    return [
        (_("Decision"), contribution.get_decision_display()),
        (_("Decided on"), decided),
        (_("Response of the public body"), contribution.response),
        (_("What changed"), contribution.what_changed),
        (_("Outcome"), contribution.outcome),
    ]


@dataclass(frozen=True)
class PartSummary:
    """A part of a case study, as text."""

    title: str
    detail: str = ""
    text: str = ""
    url: str = ""


@register.simple_tag
def part_summary(row: CasePart, term_labels: TermLabels) -> PartSummary:
    """A part of any kind as title, detail, text and the address that the title links to."""
    return _SUMMARIES[type(row)](row, term_labels)


def _joined(*pieces: str | None) -> str:
    return ", ".join(piece for piece in pieces if piece)


def _role(row: CitizenRole, term_labels: TermLabels) -> PartSummary:
    claimed = row.influence_claimed and _("influence claimed: %(level)s") % {
        "level": term_labels.label(row.scale, row.influence_claimed)
    }
    assessed = row.influence_assessed and (
        _("assessed: %(level)s by %(person)s")
        % {"level": term_labels.label(row.scale, row.influence_assessed), "person": row.assessed_by}
    )
    group = term_labels.label(v.ACTOR_GROUP, row.group)
    return PartSummary(
        _("%(phase)s: %(group)s as %(role)s")
        % {"phase": row.get_phase_display(), "group": group, "role": row.get_part_display().lower()},
        _joined(claimed, assessed),
        row.evidence,
    )


def _factor(row: Factor, term_labels: TermLabels) -> PartSummary:
    strength = _("strength %(strength)s") % {"strength": row.get_strength_display()} if row.strength else ""
    detail = _joined(
        row.get_direction_display(),
        row.get_level_display(),
        _("%(side)s side") % {"side": row.get_side_display()},
        strength,
    )
    return PartSummary(row.name, detail, row.evidence)


def _objective(row: Objective, term_labels: TermLabels) -> PartSummary:
    return PartSummary(row.get_aim_display(), "", row.text)


def _outcome(row: Outcome, term_labels: TermLabels) -> PartSummary:
    seen = format_date(row.observed_on, "j M Y") if row.observed_on else ""
    answers = _("objective: %(objective)s") % {"objective": row.objective} if row.objective_id else ""
    return PartSummary(row.get_aim_display(), _joined(seen, row.get_grade_display(), answers), row.text)


def _survival(row: SurvivalObservation, term_labels: TermLabels) -> PartSummary:
    return PartSummary(
        _("%(state)s on %(day)s") % {"state": row.get_state_display(), "day": format_date(row.observed_on, "j M Y")},
        "",
        row.source,
    )


def _actor(row: Actor, term_labels: TermLabels) -> PartSummary:
    since = _("from %(day)s") % {"day": format_date(row.since, "j M Y")} if row.since else ""
    until = _("to %(day)s") % {"day": format_date(row.until, "j M Y")} if row.until else ""
    return PartSummary(str(row), _joined(term_labels.label(v.ACTOR_GROUP, row.group), row.relation, since, until))


def _link(row: RecordLink, term_labels: TermLabels) -> PartSummary:
    detail = _joined(row.get_effect_display(), row.get_grade_display())
    return PartSummary(str(row), detail, row.evidence, row.url)


_SUMMARIES: dict[type[CasePart], Callable[..., PartSummary]] = {
    CitizenRole: _role,
    Factor: _factor,
    Objective: _objective,
    Outcome: _outcome,
    SurvivalObservation: _survival,
    Actor: _actor,
    RecordLink: _link,
}


@register.filter
def has_thumbnail(attachment: Attachment) -> bool:
    """Whether a small picture of the file can be asked for."""
    return attachment.media_type in PICTURED


register.filter("has_no_thumbnail", has_no_thumbnail)
