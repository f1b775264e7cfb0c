"""Forms about complaint records."""

from typing import Any

from django import forms

from accounts.models import User
from coding.models import Round
from complaints.actions import MOST_AT_ONCE


class SendToCodingForm(forms.Form):
    coding_round = forms.ModelChoiceField(
        queryset=Round.objects.none(), label="Round", empty_label="Choose a planned round",
        help_text="Rounds that have not started yet and that you lead.",
    )  # fmt: skip
    at_most = forms.IntegerField(
        label="Draw a sample of at most", required=False, min_value=1, max_value=MOST_AT_ONCE,
        help_text="Empty: all of them. The draw is random by the seed of the round, so that it can be repeated.",
    )  # fmt: skip

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rounds = Round.objects.led_by(by).filter(state="planned")
        self.fields["coding_round"].queryset = self.rounds
