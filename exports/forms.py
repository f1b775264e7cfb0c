"""Forms that start an export in the background, and save a query."""

from django import forms
from django.utils.translation import gettext_lazy as _

from exports.models import SavedQuery
from exports.writers import TITLES


class ExportForm(forms.Form):
    """`query` is the address of a list, which the page that leads here names."""

    query = forms.CharField(max_length=20_000, label=_("Address of the list"))
    format = forms.ChoiceField(choices=list(TITLES.items()), label=_("Format"))


class SavedQueryForm(forms.ModelForm):
    """A new saved query. `query` is the address of a list, which the page that leads here names."""

    query = forms.CharField(max_length=20_000, label=_("Address of the list"))

    class Meta:
        model = SavedQuery
        fields = ["name", "query", "is_shared"]
