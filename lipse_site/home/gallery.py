"""Samples for the gallery of components."""

from django import forms
from django.contrib.messages import constants
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from rest.counts import Count

MESSAGES = (
    (constants.SUCCESS, _("Saved as version 3.")),
    (constants.INFO, _("This page has changed. Reload it to see the new version.")),
    (constants.WARNING, _("A note on this device has not been saved on the server for 24 hours.")),
    (constants.ERROR, _("The file could not be read. Nothing was changed.")),
)


class SampleForm(forms.Form):
    """One field of each kind."""

    title = forms.CharField(label=_("Title"), help_text=_("A title by which readers find the case study."))
    country = forms.ChoiceField(
        label=_("Country"), choices=[("", _("Choose a country")), ("NL", _("Netherlands")), ("DK", _("Denmark"))]
    )
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    held_on = forms.DateField(label=_("Held on"), widget=forms.DateInput(attrs={"type": "date"}), required=False)
    mode = forms.ChoiceField(
        label=_("Mode"),
        widget=forms.RadioSelect,
        choices=[("in-person", _("In person")), ("online", _("Online")), ("both", _("Both"))],
    )
    groups = forms.MultipleChoiceField(
        label=_("Groups"),
        widget=forms.CheckboxSelectMultiple,
        choices=[("citizens", _("Citizens")), ("staff", _("Front-line staff")), ("experts", _("Experts"))],
        required=False,
        help_text=_("Groups that took part."),
    )
    has_consent = forms.BooleanField(label=_("Everyone gave consent"), help_text=_("Written or recorded."))
    file = forms.FileField(required=False, label=_("Document"))


class SampleListing:
    """What pagination.html and count.html read of a listing."""

    previous_url = "?cursor=a"
    next_url = "?cursor=b"
    count = Count(10_000, exact=False)
    counted = _("more than 10,000 case studies")
    tags = (
        {"label": _("Country"), "value": _("Netherlands"), "url": "?"},
        {"label": _("Search"), "value": _("delay"), "url": "?"},
    )


def context() -> dict[str, object]:
    return {
        "form": SampleForm(),
        "wrong_form": SampleForm({"title": "", "mode": "by-pigeon"}, auto_id="wrong_%s"),
        "listing": SampleListing(),
        "tones": ("plain", "accent", "good", "warn", "bad"),
        "facts": [
            (gettext("Country"), gettext("Netherlands")),
            (gettext("Started"), gettext("March 2014")),
            (gettext("Ended"), None),
        ],
        "figures": [(gettext("Rows"), "96,530"), (gettext("Quarantined"), 12), (gettext("Licence"), "")],
        "crumbs": [(gettext("Case studies"), "/case-studies/"), (gettext("A garden for the street"), "")],
        "rows": [
            (gettext("A garden for the street"), gettext("Netherlands"), 12),
            (gettext("Bus stops designed by passengers"), gettext("Denmark"), 4),
        ],
        "facet": [
            (gettext("Upheld"), 412, True),
            (gettext("Partly upheld"), 230, False),
            (gettext("Not upheld"), None, False),
        ],
    }
