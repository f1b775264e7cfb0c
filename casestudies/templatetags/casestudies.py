"""Words of this room's pages: terms by their labels, facts of a case or an event, tones of states."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.forms import BaseForm, BoundField
from django.utils.dateformat import format as format_date

from casestudies import vocabularies as v
from casestudies.models import (
    Actor,
    CaseStudy,
    CitizenRole,
    CoCreationEvent,
    Consent,
    Contribution,
    Factor,
    Outcome,
    RecordLink,
    SurvivalObservation,
)
from casestudies.models.choices import ConsentScope
from casestudies.selectors.terms import Words
from standards.languages import language_name

register = template.Library()
Facts = list[tuple[str, Any]]

SECTIONS = [
    ("context", "Context"),
    ("roles", "Roles"),
    ("factors", "Drivers and barriers"),
    ("actors", "Actors"),
    ("events", "Events"),
    ("contributions", "Contributions"),
    ("objectives", "Intended"),
    ("outcomes", "Outcomes"),
    ("survival", "Survival"),
    ("record_links", "Complaint records"),
]


@register.filter
def section_links(_page: str) -> list[tuple[str, str]]:
    """Anchor and label of each section every reader sees."""
    return SECTIONS


@register.filter
def fields(form: BaseForm, names: Sequence[str]) -> list[BoundField]:
    """The fields of these names, in this order."""
    return [form[name] for name in names]


@register.simple_tag
def term(words: Words, vocabulary: str, key: str) -> str:
    """The label of a term."""
    return words.label(vocabulary, key)


@register.filter
def state_tone(state: str) -> str:
    return {"submitted": "accent", "approved": "good", "verified": "good", "withdrawn": "bad"}.get(state, "plain")


@register.filter
def decision_tone(decision: str) -> str:
    return {"accepted": "good", "partly": "accent", "rejected": "bad", "no-reply": "warn"}.get(decision, "plain")


@register.filter
def local_time(event: CoCreationEvent) -> str:
    """Start and end by the wall clock of where it happened, with the zone."""
    zone = ZoneInfo(event.time_zone)
    start = event.starts_at.astimezone(zone)
    said = format_date(start, "j M Y, H:i")
    if event.ends_at is not None:
        end = event.ends_at.astimezone(zone)
        same_day = end.date() == start.date()
        said += f" to {format_date(end, 'H:i' if same_day else 'j M Y, H:i')}"
    return f"{said} {start.tzname()}"


@register.filter
def scopes(consent: Consent) -> str:
    return ", ".join(str(ConsentScope(scope).label).lower() for scope in consent.scope)


@register.filter
def plain_words(value: Any) -> str:
    if value in (None, "", [], {}):
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _dated(day: Any, precision: str) -> str:
    if day is None:
        return ""
    return format_date(day, {"day": "j M Y", "month": "M Y", "year": "Y"}[precision])


@register.simple_tag
def case_study_facts(case_study: CaseStudy, words: Words) -> Facts:
    """What stands in the section Context."""
    studied = [
        f"{number} {noun}"
        for number, noun in (
            (case_study.documents, "documents"),
            (case_study.interviews, "interviews"),
            (case_study.observations, "observations"),
        )
        if number
    ]
    return [
        *((f"Title in {language_name(code)}", title) for code, title in case_study.titles.items()),
        ("Strands", ", ".join(words.labels(v.STRAND, case_study.strands))),
        ("Keywords", ", ".join(case_study.keywords)),
        ("Place", case_study.place),
        ("Level of government", case_study.get_level_display()),
        ("Public body", case_study.public_body_label),
        ("Started by", words.label(v.ACTOR_GROUP, case_study.initiator)),
        ("Lead attitude", case_study.get_attitude_display()),
        ("Innovation", words.label(v.INNOVATION_TYPE, case_study.innovation_type)),
        ("Newness", words.label(v.NEWNESS, case_study.newness)),
        ("Role of ICT", words.label(v.ICT_ROLE, case_study.ict_role)),
        ("Started", _dated(case_study.started_on, case_study.started_precision)),
        ("Ended", _dated(case_study.ended_on, case_study.ended_precision)),
        ("Studied through", ", ".join(studied)),
        ("How", case_study.methods),
        ("Researcher", case_study.researcher),
        ("Access", case_study.get_access_display()),
        ("Version", f"{case_study.version}, {format_date(case_study.updated_at, 'j M Y')}"),
        ("Persistent identifier", case_study.persistent_identifier),
    ]


@register.simple_tag
def event_facts(event: CoCreationEvent, words: Words) -> Facts:
    """What happened at an event."""
    commissioned = {None: "", True: "Yes", False: "No"}[event.commissioned]
    return [
        ("Format", words.label(v.EVENT_FORMAT, event.format)),
        ("Series", event.series),
        ("Phase", event.get_phase_display()),
        ("Purpose", event.purpose),
        ("Question to the participants", event.remit_question),
        ("Place", event.place),
        ("Venue", event.venue),
        ("Mode", event.get_mode_display()),
        ("Hours together", event.hours_together),
        ("Open to", event.get_openness_display()),
        ("Recruited by", event.get_selection_display()),
        ("Commissioned by a public authority", commissioned),
        ("Invited", event.invited),
        ("Accepted", event.accepted),
        ("Attended", event.attended),
        ("Incentive", event.incentive),
        ("Facilitation", event.get_facilitation_display()),
        ("Languages", ", ".join(language_name(code) for code in event.languages)),
        ("Interaction", ", ".join(words.labels(v.INTERACTION, event.interaction_methods))),
        ("Decided by", ", ".join(words.labels(v.DECISION_METHOD, event.decision_methods))),
        ("Voting rule", event.voting_rule),
        ("Shown to participants", event.inputs_shown),
        ("Influence claimed", words.label(v.INFLUENCE, event.influence_claimed)),
        ("Influence assessed", words.label(v.INFLUENCE, event.influence_assessed)),
        ("Evidence of influence", event.influence_evidence),
        ("Follow-up", event.follow_up),
        ("Recorded by", event.recorder),
        ("Source", event.source),
        ("Confidence", event.get_confidence_display()),
    ]


@register.simple_tag
def fate_facts(contribution: Contribution) -> Facts:
    decided = format_date(contribution.decided_on, "j M Y") if contribution.decided_on else ""
    return [
        ("Decision", contribution.get_decision_display()),
        ("Decided", decided),
        ("Response of the public body", contribution.response),
        ("What changed", contribution.what_changed),
        ("Outcome", contribution.outcome),
    ]


@dataclass(frozen=True)
class Said:
    """A row of a case in words."""

    title: str
    detail: str = ""
    text: str = ""
    url: str = ""


@register.simple_tag
def part_words(row: Any, words: Words) -> Said:
    """A row of any kind as title, detail, text and the page the title leads to."""
    say = _SAY.get(type(row))
    return say(row, words) if say else Said(row.get_aim_display(), "", row.text)


def _joined(*pieces: str | None) -> str:
    return ", ".join(piece for piece in pieces if piece)


def _role(row: CitizenRole, words: Words) -> Said:
    claimed = row.influence_claimed and f"influence claimed: {words.label(row.scale, row.influence_claimed)}"
    assessed = row.influence_assessed and (
        f"assessed: {words.label(row.scale, row.influence_assessed)} by {row.assessed_by}"
    )
    group = words.label(v.ACTOR_GROUP, row.group)
    return Said(
        f"{row.get_phase_display()}: {group} as {row.get_part_display().lower()}",
        _joined(claimed, assessed),
        row.evidence,
    )


def _factor(row: Factor, words: Words) -> Said:
    strength = f"strength {row.get_strength_display()}" if row.strength else ""
    detail = _joined(row.get_direction_display(), row.get_level_display(), f"{row.get_side_display()} side", strength)
    return Said(row.name, detail, row.evidence)


def _outcome(row: Outcome, words: Words) -> Said:
    seen = format_date(row.observed_on, "j M Y") if row.observed_on else ""
    answers = f"intended: {row.objective}" if row.objective_id else ""
    return Said(row.get_aim_display(), _joined(seen, row.get_grade_display(), answers), row.text)


def _survival(row: SurvivalObservation, words: Words) -> Said:
    return Said(f"{row.get_state_display()} on {format_date(row.observed_on, 'j M Y')}", "", row.source)


def _actor(row: Actor, words: Words) -> Said:
    since = f"from {format_date(row.since, 'j M Y')}" if row.since else ""
    until = f"to {format_date(row.until, 'j M Y')}" if row.until else ""
    return Said(str(row), _joined(words.label(v.ACTOR_GROUP, row.group), row.relation, since, until))


def _link(row: RecordLink, words: Words) -> Said:
    detail = _joined(row.get_effect_display(), row.get_grade_display())
    return Said(str(row), detail, row.evidence, getattr(row, "url", ""))


_SAY: dict[type[Any], Any] = {
    CitizenRole: _role,
    Factor: _factor,
    Outcome: _outcome,
    SurvivalObservation: _survival,
    Actor: _actor,
    RecordLink: _link,
}
