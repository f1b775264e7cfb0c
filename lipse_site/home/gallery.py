"""Samples for the gallery of components."""

from typing import Any

from django import forms
from django.contrib.messages import constants

from rest.counts import Count

MESSAGES = (
    (constants.SUCCESS, "The note is stored."),
    (constants.INFO, "A newer version of this page is there: reload to see it."),
    (constants.WARNING, "This device keeps a note that was not sent for 24 hours."),
    (constants.ERROR, "The file could not be read; nothing was changed."),
)


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(help_text="What readers will look for.")
    country = forms.ChoiceField(choices=[("", "Choose a country"), ("NL", "Netherlands"), ("DK", "Denmark")])
    text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    held_on = forms.DateField(label="Held on", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    mode = forms.ChoiceField(
        widget=forms.RadioSelect, choices=[("in-person", "In person"), ("online", "Online"), ("both", "Both")]
    )
    groups = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        choices=[("citizens", "Citizens"), ("staff", "Front-line staff"), ("experts", "Experts")],
        required=False,
        help_text="Who took part.",
    )
    has_consent = forms.BooleanField(label="Everyone gave consent", help_text="Written or recorded.")
    file = forms.FileField(required=False, label="Document")


class SampleListing:
    """What pagination.html and count.html read of a listing."""

    previous_url = "?cursor=a"
    next_url = "?cursor=b"
    count = Count(12_480, exact=False)
    counted = f"{count} cases"
    tags = ({"label": "Country", "value": "Netherlands", "url": "?"}, {"label": "Search", "value": "delay", "url": "?"})


def context() -> dict[str, Any]:
    return {
        "form": SampleForm(),
        "wrong_form": SampleForm({"title": "", "mode": "by-pigeon"}, auto_id="wrong_%s"),
        "listing": SampleListing(),
        "tones": ("plain", "accent", "good", "warn", "bad"),
        "facts": [("Country", "Netherlands"), ("Started", "March 2014"), ("Ended", None)],
        "crumbs": [("Cases", "/case-studies/"), ("A garden for the street", "")],
        "rows": [("A garden for the street", "NL", 12), ("Bus stops by those who wait", "DK", 4)],
        "facet": [("Upheld", 412, True), ("Partly upheld", 230, False), ("Not upheld", None, False)],
    }
