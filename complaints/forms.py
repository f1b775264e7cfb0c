"""Forms about complaint records."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coding.models import Round
from complaints.actions import MOST_AT_ONCE
from rest.forms import choose_from


class SendToCodingForm(forms.Form):
    coding_round = forms.ModelChoiceField(
        queryset=Round.objects.none(), label=_("Round"), empty_label=_("Choose a planned round"),
        help_text=_("Planned rounds that you lead."),
    )  # fmt: skip
    at_most = forms.IntegerField(
        label=_("Largest sample size"), required=False, min_value=1, max_value=MOST_AT_ONCE,
        help_text=_("Leave empty to send all records. The sample is drawn with the seed of the round, so that it can "
                    "be repeated."),
    )  # fmt: skip

    same_as = forms.ModelChoiceField(
        queryset=Round.objects.none(), label=_("Same records as another round"), required=False,
        empty_label=_("No other round"),
        help_text=_("Only records of the list that are in that round too, so that the coders of both rounds have texts "
                    "in common."),
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, by: User) -> None:
        super().__init__(data)
        self.rounds = Round.objects.led_by(by).filter(state="planned")
        choose_from(self, "coding_round", self.rounds)
        choose_from(self, "same_as", Round.objects.comparable_by(by).filter(units__isnull=False).distinct())
