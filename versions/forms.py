"""The form with which a draft is published."""

from django import forms
from django.utils.translation import gettext_lazy as _

from versions.models import Version


class PublishForm(forms.Form):
    """What changed, in a sentence that is shown with the version."""

    note = forms.CharField(
        label=_("What changed"),
        max_length=Version._meta.get_field("note").max_length,
        required=False,
        help_text=_("One sentence for people who use the previous version."),
    )
