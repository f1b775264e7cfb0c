"""Co-creation events, participation, contributions and the decisions on them."""

from collections.abc import Mapping
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from casestudies import policies
from casestudies.actions.editing import apply_values, next_version, store
from casestudies.models import CaseStudy, CoCreationEvent, Contribution, Participation
from casestudies.models.choices import EventStatus

EVENT_FIELDS = (
    "title",
    "series",
    "status",
    "starts_at",
    "ends_at",
    "time_zone",
    "place",
    "venue",
    "mode",
    "format",
    "purpose",
    "phase",
    "remit_question",
    "influence_claimed",
    "influence_assessed",
    "influence_evidence",
    "openness",
    "selection",
    "invited",
    "accepted",
    "attended",
    "incentive",
    "hours_together",
    "commissioned",
    "facilitation",
    "languages",
    "interaction_methods",
    "decision_methods",
    "voting_rule",
    "inputs_shown",
    "recorder",
    "source",
    "confidence",
    "follow_up",
)
CONTRIBUTION_FIELDS = (
    "event",
    "parent",
    "kind",
    "text",
    "language",
    "group",
    "pseudonym",
    "platform",
    "put_in_on",
)
DECISION_FIELDS = ("decision", "decided_on", "response", "what_changed", "outcome")
PARTICIPATION_FIELDS = ("group", "sector", "band", "people")
_OF_ANOTHER_CASE = {
    "event": gettext_lazy("This event belongs to another case study."),
    "parent": gettext_lazy("This contribution belongs to another case study."),
    "outcome": gettext_lazy("This outcome belongs to another case study."),
}


@transaction.atomic
def create_event(*, case_study: CaseStudy, values: Mapping[str, object], by: User) -> CoCreationEvent:
    """Add a planned or past event to a case study."""
    policies.check_can_record_events(by, case_study)
    event = CoCreationEvent(case_study=case_study)
    apply_values(event, {"recorder": by, **values}, EVENT_FIELDS)
    _check_time_zone(event)
    store(event, by=by, values=values)
    audit.record("event.created", by=by, target=event, case_study=case_study.slug)
    return event


@transaction.atomic
def edit_event(*, event: CoCreationEvent, values: Mapping[str, object], by: User) -> CoCreationEvent:
    """Edit fields of an event. An edit that changes nothing makes no version."""
    event = CoCreationEvent.objects.select_for_update().get(pk=event.pk)
    policies.check_can_record_events(by, event.case_study)
    changed = apply_values(event, values, EVENT_FIELDS)
    if changed:
        _check_time_zone(event)
        next_version(event)
        store(event, by=by, values=values)
        audit.record("event.edited", by=by, target=event, version=event.version, fields=changed)
    return event


def cancel_event(*, event: CoCreationEvent, by: User) -> CoCreationEvent:
    """Cancel a planned event. An event that was held cannot be cancelled."""
    policies.check_can_record_events(by, event.case_study)
    if event.status == EventStatus.HELD:
        raise ValidationError(_("This event was held. It cannot be cancelled."), code="already_held")
    return edit_event(event=event, values={"status": EventStatus.CANCELLED}, by=by)


def _check_time_zone(event: CoCreationEvent) -> None:
    if event.time_zone not in available_timezones():
        message = _("“%(name)s” is not a time zone. Enter one such as Europe/Amsterdam.") % {"name": event.time_zone}
        raise ValidationError({"time_zone": ValidationError(message, code="unknown_time_zone")})


@transaction.atomic
def record_participation(*, event: CoCreationEvent, values: Mapping[str, object], by: User) -> Participation:
    """Record how many people of one group, sector and band took part; recording it again replaces the number."""
    event = CoCreationEvent.objects.select_for_update().get(pk=event.pk)
    policies.check_can_record_events(by, event.case_study)
    key = {"group": values.get("group", ""), "sector": values.get("sector", ""), "band": values.get("band", "")}
    row = Participation.objects.filter(event=event, **key).first() or Participation(event=event)
    apply_values(row, values, PARTICIPATION_FIELDS)
    store(row, by=by, values=values)
    _touch(event, by=by)
    audit.record("participation.recorded", by=by, target=event, row=row.pk)
    return row


@transaction.atomic
def remove_participation(*, row: Participation, by: User) -> None:
    event = CoCreationEvent.objects.select_for_update().get(pk=row.event_id)
    policies.check_can_record_events(by, event.case_study)
    pk = row.pk
    row.delete()
    _touch(event, by=by)
    audit.record("participation.removed", by=by, target=event, row=pk)


def _touch(event: CoCreationEvent, *, by: User) -> None:
    next_version(event)
    event.updated_by = by
    event.save(update_fields=["version", "updated_at", "updated_by"])


@transaction.atomic
def add_contribution(*, case_study: CaseStudy, values: Mapping[str, object], by: User) -> Contribution:
    """Add a contribution of a citizen or group. The decision may be set now or later."""
    policies.check_can_record_events(by, case_study)
    contribution = Contribution(case_study=case_study)
    apply_values(contribution, values, (*CONTRIBUTION_FIELDS, *DECISION_FIELDS))
    _check_same_case(contribution)
    store(contribution, by=by, values=values)
    audit.record("contribution.added", by=by, target=contribution, case_study=case_study.slug)
    return contribution


@transaction.atomic
def edit_contribution(*, contribution: Contribution, values: Mapping[str, object], by: User) -> Contribution:
    """Edit a contribution or the decision on it."""
    contribution = Contribution.objects.select_for_update().get(pk=contribution.pk)
    policies.check_can_record_events(by, contribution.case_study)
    changed = apply_values(contribution, values, (*CONTRIBUTION_FIELDS, *DECISION_FIELDS))
    if changed:
        _check_same_case(contribution)
        next_version(contribution)
        store(contribution, by=by, values=values)
        verb = "decided" if set(changed) & set(DECISION_FIELDS) else "edited"
        audit.record(f"contribution.{verb}", by=by, target=contribution, version=contribution.version, fields=changed)
    return contribution


def _check_same_case(contribution: Contribution) -> None:
    """Raise ValidationError where event, parent or outcome are of another case study, or the thread is circular."""
    for name, sentence in _OF_ANOTHER_CASE.items():
        other = getattr(contribution, name)
        if other is not None and other.case_study_id != contribution.case_study_id:
            raise ValidationError({name: ValidationError(sentence, code="other_case")})
    above = contribution.parent
    while above is not None and contribution.pk is not None:
        if above.pk == contribution.pk:
            message = _("A contribution cannot answer itself, directly or through other contributions.")
            raise ValidationError({"parent": ValidationError(message, code="circular")})
        above = above.parent
