"""Fieldwork and waves."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from rest.edits import EditForm
from rest.forms import choose_from
from surveys.models import Fieldwork, Questionnaire, Wave


class FieldworkForm(EditForm, forms.ModelForm):
    """Description of a fieldwork."""

    class Meta:
        model = Fieldwork
        fields = [
            *("title", "population", "frame", "sampling", "mode", "starts_on", "ends_on", "invited"),
            *("weighting", "ethics_reference"),
        ]
        widgets = {
            **{name: forms.Textarea(attrs={"rows": 2}) for name in ("population", "frame", "sampling", "weighting")},
            **{name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in ("starts_on", "ends_on")},
        }

    def _post_clean(self) -> None:
        """The action creates and checks the fieldwork."""


class WaveForm(forms.ModelForm):
    """A wave with a published version."""

    class Meta:
        model = Wave
        fields = ["title", "version", "occasions"]
        help_texts = {"title": _("If you leave this empty, the wave is called by its number.")}

    def __init__(self, data: QueryDict | None = None, *, questionnaire: Questionnaire) -> None:
        super().__init__(data)
        choose_from(self, "version", questionnaire.versions.published(), empty_label=False)

    def _post_clean(self) -> None:
        """The action creates and checks the wave."""
