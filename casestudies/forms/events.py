"""Forms of events, who took part, contributions and what became of them."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils import timezone

from casestudies.forms.fields import LANGUAGES, MomentInput, RowForm, choose_from, offer
from casestudies.models import CoCreationEvent, Contribution, Outcome, Participation
from registry.models import Place

EVENT_SECTIONS: dict[str, tuple[str, list[str]]] = {
    "what": ("What", ["title", "series", "status", "format", "phase", "purpose", "remit_question"]),
    "when": ("When and where", ["starts_at", "ends_at", "time_zone", "hours_together", "mode", "place", "venue"]),
    "who": (
        "Who was there",
        ["openness", "selection", "commissioned", "invited", "accepted", "attended", "incentive"],
    ),
    "how": (
        "How it went",
        [
            "facilitation",
            "languages",
            "interaction_methods",
            "decision_methods",
            "voting_rule",
            "inputs_shown",
            "influence_claimed",
            "influence_assessed",
            "influence_evidence",
            "follow_up",
        ],
    ),
    "source": ("Where this comes from", ["source", "confidence"]),
}


class EventForm(RowForm):
    """Times are typed and shown in the event's own time zone."""

    languages = forms.MultipleChoiceField(choices=LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple)
    time_zone = forms.ChoiceField()
    commissioned = forms.NullBooleanField(label="Commissioned by a public authority", required=False)

    class Meta:
        model = CoCreationEvent
        fields = [name for _, names in EVENT_SECTIONS.values() for name in names]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "place", Place.objects.all())
        offer(self, "time_zone", [(name, name) for name in sorted(_zones())])
        self.fields["commissioned"].widget = forms.NullBooleanSelect()
        zone = ZoneInfo(self.instance.time_zone)
        for name in ("starts_at", "ends_at"):
            self.fields[name].widget = MomentInput()
            if self.initial.get(name):
                self.initial[name] = self.initial[name].astimezone(zone).replace(tzinfo=None)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        zone = ZoneInfo(cleaned.get("time_zone") or self.instance.time_zone)
        for name in ("starts_at", "ends_at"):
            if cleaned.get(name):
                cleaned[name] = _in_zone(cleaned[name], zone)
        return cleaned

    @property
    def sections(self) -> list[tuple[str, str, list[Any]]]:
        return [
            (anchor, heading, [self[name] for name in names]) for anchor, (heading, names) in EVENT_SECTIONS.items()
        ]


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """The wall clock that was typed, read in the event's zone instead of the server's."""
    return timezone.make_naive(moment).replace(tzinfo=zone)


def _zones() -> set[str]:
    return {name for name in available_timezones() if name.startswith("Europe/")} | {"UTC"}


class ParticipationForm(RowForm):
    """Counting a group, sector and band again corrects its number; that it is there already is no error."""

    class Meta:
        model = Participation
        fields = ["group", "people", "sector", "band"]

    def validate_constraints(self) -> None:
        """The action asks the constraints of the row it finds or makes."""


class ContributionForm(RowForm):
    language = forms.ChoiceField(choices=LANGUAGES)

    class Meta:
        model = Contribution
        fields = ["kind", "text", "group", "pseudonym", "language", "event", "parent", "platform", "put_in_on"]
        labels = {"parent": "Answer to", "event": "At the event"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case_study = self.instance.case_study_id
        choose_from(self, "event", CoCreationEvent.objects.filter(case_study=case_study))
        choose_from(self, "parent", Contribution.objects.filter(case_study=case_study).exclude(pk=self.instance.pk))


class FateForm(RowForm):
    class Meta:
        model = Contribution
        fields = ["decision", "decided_on", "response", "what_changed", "outcome"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose_from(self, "outcome", Outcome.objects.filter(case_study=self.instance.case_study_id))
