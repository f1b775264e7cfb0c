"""Shapes of the room's pages' input."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.models import Organisation, User
from accounts.roles import Role
from coding.models import Code, Codebook, CodebookVersion, Round
from coding.models.codebooks import COLOURS
from standards.languages import language_choices

COLOUR_NAMES = ["Blue", "Green", "Ochre", "Red", "Violet", "Teal", "Plum", "Grey"]


def _choices(form: forms.BaseForm, name: str) -> Any:
    """The field whose rows depend on who asks."""
    return form.fields[name]


class CodebookForm(forms.ModelForm):
    language = forms.ChoiceField(
        choices=lambda: language_choices()[1:], initial="en", help_text="Of names and definitions."
    )

    class Meta:
        model = Codebook
        fields = ["title", "description", "language", "access"]
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}


class NewCodebookForm(CodebookForm):
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), help_text="Its lead coders keep it.")

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "organisation").queryset = organisations
        self.fields["organisation"].initial = organisations.first()


class CodeForm(forms.ModelForm):
    colour = forms.ChoiceField(choices=list(zip(COLOURS, COLOUR_NAMES, strict=True)), initial=COLOURS[0])
    parent = forms.ModelChoiceField(
        queryset=Code.objects.none(), required=False, label="Below", empty_label="(top level)"
    )

    class Meta:
        model = Code
        fields = ["name", "parent", "definition", "include", "exclude", "examples", "colour", "is_codable"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("definition", "include", "exclude", "examples")}

    def __init__(self, *args: Any, draft: CodebookVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "parent").queryset = draft.codes.order_by("name")

    def _post_clean(self) -> None:
        """The action checks the row as a whole; the form only shapes the input."""

    def words(self) -> dict[str, Any]:
        """The values without the place in the tree."""
        return {name: value for name, value in self.cleaned_data.items() if name != "parent"}


class PublishForm(forms.Form):
    note = forms.CharField(
        label="What changed",
        max_length=500,
        required=False,
        help_text="A sentence for those who used the last version.",
    )


class RoundForm(forms.ModelForm):
    coders = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        label="Who codes",
        help_text="They will read the texts of this round, also where they could not otherwise.",
    )

    class Meta:
        model = Round
        fields = [
            "title",
            "codebook_version",
            "instructions",
            "coders_per_unit",
            "is_blind",
            "stop_rule",
            "stop_after",
            "lease_minutes",
            "seed",
        ]
        widgets = {"instructions": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, lead: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        versions = CodebookVersion.objects.visible_to(lead).published().select_related("codebook")
        _choices(self, "codebook_version").queryset = versions.order_by("codebook__title", "-number")
        self.fields["codebook_version"].label = "Codebook"
        coders = User.objects.filter(
            is_active=True, memberships__roles__overlap=[Role.CODER, Role.LEAD_CODER]
        ).distinct()
        _choices(self, "coders").queryset = coders.order_by("name", "username")

    def _post_clean(self) -> None:
        """The action checks the row as a whole; the form only shapes the input."""

    def plan(self) -> dict[str, Any]:
        return {n: v for n, v in self.cleaned_data.items() if n not in ("coders", "codebook_version", "organisation")}


class NewRoundForm(RoundForm):
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), help_text="Its lead coders lead it.")

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choices(self, "organisation").queryset = organisations
        self.fields["organisation"].initial = organisations.first()


class AddUnitsForm(forms.Form):
    at_most = forms.IntegerField(
        label="At most", min_value=1, max_value=100_000, required=False, help_text="Drawn at random; empty means all."
    )


class WholeTextForm(forms.Form):
    """The plain form of the coding page: codes for the whole text, memo, flag."""

    codes = forms.TypedMultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Codes of the whole text"
    )
    memo = forms.CharField(required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))
    is_flagged = forms.BooleanField(required=False, label="Flag for the lead coder")
    act = forms.CharField(max_length=20)

    def __init__(self, *args: Any, codes: Sequence[Code], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_id = {str(code.pk): code for code in codes if code.is_codable}
        self.fields["codes"].choices = [(pk, code.name) for pk, code in by_id.items()]
        self.fields["codes"].coerce = by_id.__getitem__
