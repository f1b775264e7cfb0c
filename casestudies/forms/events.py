"""Forms of events, participation, contributions and the decisions on them."""

from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from casestudies.forms.fields import LANGUAGES, FormPart, MomentInput, RowForm, offer
from casestudies.models import CoCreationEvent, Contribution, Outcome, Participation
from registry.models import Place
from rest.edits import EditForm
from rest.forms import choose_from

# Three parts: heading, the fields that most events have, and those that are folded below them.
EVENT_PARTS: dict[str, tuple[str | Promise, list[str], list[str]]] = {
    "what": (
        _("What, when and where"),
        ["title", "status", "format", "phase", "starts_at", "ends_at", "place", "venue"],
        ["series", "time_zone", "mode", "hours_together"],
    ),
    "who": (
        _("Participants"),
        ["invited", "attended", "openness"],
        ["accepted", "selection", "commissioned", "incentive"],
    ),
    "how": (
        _("Course of the event"),
        ["purpose", "follow_up"],
        [
            "remit_question",
            "facilitation",
            "languages",
            "interaction_methods",
            "decision_methods",
            "voting_rule",
            "inputs_shown",
            "influence_claimed",
            "influence_assessed",
            "influence_evidence",
            "source",
            "confidence",
        ],
    ),
}


class EventForm(RowForm):
    """Times are entered and shown in the time zone of the event."""

    languages = forms.MultipleChoiceField(choices=LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple)
    time_zone = forms.ChoiceField()
    commissioned = forms.NullBooleanField(label=_("Commissioned by a public authority"), required=False)

    class Meta:
        model = CoCreationEvent
        fields = [name for _, names, folded in EVENT_PARTS.values() for name in (*names, *folded)]
        labels = {"remit_question": _("Question to the participants")}

    def prepare(self) -> None:
        choose_from(self, "place", Place.objects.all())
        offer(self, "time_zone", [(name, name) for name in sorted(_zones())])
        self.fields["commissioned"].widget = forms.NullBooleanSelect()
        zone = ZoneInfo(self.instance.time_zone)
        for name in ("starts_at", "ends_at"):
            self.fields[name].widget = MomentInput()
            if self.initial.get(name):
                self.initial[name] = self.initial[name].astimezone(zone).replace(tzinfo=None)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        zone = ZoneInfo(cleaned.get("time_zone") or self.instance.time_zone)
        for name in ("starts_at", "ends_at"):
            if cleaned.get(name):
                cleaned[name] = _in_zone(cleaned[name], zone)
        return cleaned

    @property
    def sections(self) -> list[FormPart]:
        return [self.part(anchor, heading, names, folded) for anchor, (heading, names, folded) in EVENT_PARTS.items()]


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """The entered local time in the time zone of the event instead of that of the server."""
    return timezone.make_naive(moment).replace(tzinfo=zone)


def _zones() -> set[str]:
    return {name for name in available_timezones() if name.startswith("Europe/")} | {"UTC"}


class ParticipationForm(RowForm):
    """Recording a group, sector and band again replaces its number, after the form asked which of the two is right."""

    class Meta:
        model = Participation
        fields = ["group", "people", "sector", "band"]

    def guard(self) -> Model:
        return self.instance.event

    def again(self) -> EditForm:
        """With the number that is recorded for the group, sector and band that were sent."""
        event = self.instance.event
        key = {name: self.data.get(self.add_prefix(name), "") for name in ("group", "sector", "band")}
        recorded = Participation.objects.filter(event=event, **key).first()
        return type(self)(instance=recorded or Participation(event=event))

    def validate_constraints(self) -> None:
        """The action checks the constraints of the row that it finds or creates."""


class ContributionForm(RowForm):
    language = forms.ChoiceField(choices=LANGUAGES)

    class Meta:
        model = Contribution
        fields = ["kind", "text", "group", "pseudonym", "language", "event", "parent", "platform", "put_in_on"]
        labels = {"parent": _("Answer to"), "event": _("Event")}

    def prepare(self) -> None:
        case_study = self.instance.case_study_id
        choose_from(self, "event", CoCreationEvent.objects.filter(case_study=case_study))
        choose_from(self, "parent", Contribution.objects.filter(case_study=case_study).exclude(pk=self.instance.pk))


class DecisionForm(RowForm):
    class Meta:
        model = Contribution
        fields = ["decision", "decided_on", "response", "what_changed", "outcome"]
        labels = {"decided_on": _("Decided on")}

    def prepare(self) -> None:
        choose_from(self, "outcome", Outcome.objects.filter(case_study=self.instance.case_study_id))
