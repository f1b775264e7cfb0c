"""The forms with which a draft is published and a text is erased."""

from django import forms
from django.utils.translation import gettext_lazy as _

from versions.models import Erasure, Version


class PublishForm(forms.Form):
    """What changed, in a sentence that is shown with the version."""

    note = forms.CharField(
        label=_("What changed"),
        max_length=Version._meta.get_field("note").max_length,
        required=False,
        help_text=_("One sentence for people who use the previous version."),
    )


class ErasureForm(forms.Form):
    """Why a text is erased; and the passage, where it is not the whole text."""

    ground = forms.ChoiceField(label=_("Ground"), choices=Erasure.Ground.choices)
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=Erasure._meta.get_field("reason").max_length,
        help_text=_("It is stored for good. Enter nothing that identifies a person."),
    )
    passage = forms.CharField(
        label=_("Passage"),
        required=False,
        max_length=2_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Exactly as it is written. Leave it empty to erase the whole text, with its files."),
    )

    @property
    def what(self) -> dict[str, str]:
        """What decides what is reached."""
        return {"ground": self.cleaned_data["ground"], "passage": self.cleaned_data["passage"]}
