"""Forms of the pages of codebooks, rounds and the coding page."""

from collections.abc import Sequence
from typing import cast

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.roles import Role
from coding.actions.adjudication import NewDecision
from coding.models import Code, Codebook, CodebookVersion, Round, RoundCoder
from coding.models.codebooks import COLOURS
from rest.edits import EditForm
from rest.forms import Initial, Posted, choose_from
from rest.vocabularies import CUTS
from standards.languages import language_choices

ACTS = ("accept", "reject", "reject-all", "undo", "settle", "reopen")
COLOUR_NAMES = [_("Blue"), _("Green"), _("Ochre"), _("Red"), _("Violet"), _("Teal"), _("Plum"), _("Grey")]


class CodebookForm(EditForm, forms.ModelForm):
    language = forms.ChoiceField(
        choices=lambda: language_choices()[1:],
        initial="en",
        label=_("Language"),
        help_text=_("Language of names and definitions."),
    )

    class Meta:
        model = Codebook
        fields = ["title", "description", "language", "access"]
        widgets = {"description": forms.Textarea(attrs={"rows": 4})}


def code_lines(*, required: bool) -> forms.CharField:
    """A field for codes as lines."""
    return forms.CharField(
        label=_("Codes"),
        required=required,
        help_text=_("One code a line; a definition after a colon. Indent a code, or put a dash in front, to nest it."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class CodeLinesForm(forms.Form):
    """Several codes at once."""

    text = code_lines(required=True)


class NewCodebookForm(CodebookForm):
    codes = code_lines(required=False)
    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=_("Organisation"),
        help_text=_("Lead coders of this organisation can edit the codebook."),
    )

    def __init__(self, data: Posted = None, *, organisations: QuerySet[Organisation]) -> None:
        super().__init__(data)
        choose_from(self, "organisation", organisations)
        self.fields["organisation"].initial = organisations.first()


class DraftForm(EditForm, forms.ModelForm):
    """What holds for all codes of a draft."""

    no_key = True

    class Meta:
        model = CodebookVersion
        fields = ["passages"]

    def guard(self) -> Model:
        return self.instance.codebook

    def _post_clean(self) -> None:
        """Left out: the action validates the row."""


class CodeForm(EditForm, forms.ModelForm):
    no_key = True
    colour = forms.ChoiceField(
        choices=list(zip(COLOURS, COLOUR_NAMES, strict=True)), initial=COLOURS[0], label=_("Colour")
    )
    parent = forms.ModelChoiceField(
        queryset=Code.objects.none(), required=False, label=_("Parent code"), empty_label=_("(top level)")
    )

    class Meta:
        model = Code
        fields = ["name", "parent", "definition", "include", "exclude", "examples", "colour", "shortcut", "is_codable"]
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("definition", "include", "exclude", "examples")}

    def __init__(
        self,
        data: Posted = None,
        *,
        draft: CodebookVersion,
        instance: Code | None = None,
        initial: Initial = None,
    ) -> None:
        super().__init__(data, instance=instance, initial=initial)
        choose_from(self, "parent", draft.codes.order_by("name"))

    def guard(self) -> Model | None:
        return self.instance.version.codebook if self.instance.pk else None

    def _post_clean(self) -> None:
        """Left out: the action validates the row."""

    def values(self) -> dict[str, object]:
        """The cleaned values of the code, without its parent."""
        return {name: value for name, value in self.cleaned_data.items() if name != "parent"}


class RoundForm(EditForm, forms.ModelForm):
    coders = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        label=_("Coders"),
        help_text=_("Coders can read the units of this round, even without access to the source."),
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
            "take_back_minutes",
            "agreement_rule",
            "seed",
            "countries",
            *CUTS,
        ]
        widgets = {"instructions": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, data: Posted = None, *, lead: User, instance: Round | None = None) -> None:
        super().__init__(data, instance=instance)
        versions = CodebookVersion.objects.visible_to(lead).published().select_related("codebook")
        choose_from(self, "codebook_version", versions.order_by("codebook__title", "-number"))
        choose_from(self, "coders", people_who_code())
        if instance is not None:
            self.initial["coders"] = list(instance.coders.values_list("coder", flat=True))
            del self.fields["codebook_version"]

    def _post_clean(self) -> None:
        """Left out: the action validates the row."""

    def values(self) -> dict[str, object]:
        """The cleaned values of the round itself."""
        return {n: v for n, v in self.cleaned_data.items() if n not in ("coders", "codebook_version", "organisation")}


class NewRoundForm(RoundForm):
    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=_("Organisation"),
        help_text=_("Lead coders of this organisation lead the round."),
    )

    def __init__(
        self, data: Posted = None, *, lead: User, organisations: QuerySet[Organisation], codebook: str = ""
    ) -> None:
        super().__init__(data, lead=lead)
        choose_from(self, "organisation", organisations)
        self.fields["organisation"].initial = organisations.first()
        chosen = CodebookVersion.objects.visible_to(lead).published().filter(codebook__slug=codebook)
        if codebook and (version := chosen.select_related("codebook").order_by("-number").first()):
            self.initial.update({"codebook_version": version.pk, "title": version.codebook.title})


class ReasonForm(forms.Form):
    """Why something that was finished is opened again."""

    reason = forms.CharField(label=_("Reason"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


class CloseRoundForm(forms.Form):
    """A round with unfinished units is closed only when that is confirmed."""

    is_confirmed = forms.BooleanField(label=_("Close the round although it is not finished"))

    def __init__(self, data: Posted = None, *, is_finished: bool) -> None:
        super().__init__(data)
        if is_finished:
            del self.fields["is_confirmed"]


class CodersPerUnitForm(EditForm):
    no_key = True
    coders_per_unit = forms.DecimalField(
        label=_("Coders per unit"),
        min_value=1,
        max_value=20,
        decimal_places=2,
        help_text=_("With 1.2, every fifth unit has a second coder."),
    )

    def __init__(self, data: Posted = None, *, coding_round: Round) -> None:
        super().__init__(data, initial={"coders_per_unit": coding_round.coders_per_unit})
        self.coding_round = coding_round

    def guard(self) -> Model:
        return self.coding_round


class AddCodersForm(forms.Form):
    coders = forms.ModelMultipleChoiceField(
        queryset=User.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        label=_("Add coders"),
        help_text=_("Coders can read the units of this round, even without access to the source."),
    )

    def __init__(self, data: Posted = None, *, coding_round: Round) -> None:
        super().__init__(data)
        present = coding_round.coders.remaining().values("coder")
        choose_from(self, "coders", people_who_code().exclude(pk__in=present))


class QuotaForm(EditForm):
    no_key = True
    quota = forms.IntegerField(
        label=_("Quota"),
        min_value=1,
        max_value=1_000_000,
        required=False,
        help_text=_("The largest number of units for this coder. Leave empty for no limit."),
    )

    def __init__(self, data: Posted = None, *, member: RoundCoder) -> None:
        super().__init__(data, initial={"quota": member.quota})
        self.member = member

    def guard(self) -> Model:
        return self.member.round


class PassOnForm(forms.Form):
    coder = forms.ModelChoiceField(
        queryset=User.objects.none(), required=False, label=_("Pass on to"), empty_label=_("The queue of the round")
    )

    def __init__(self, data: Posted = None, *, coding_round: Round, other_than: int | None) -> None:
        super().__init__(data)
        choose_from(self, "coder", _coders_of(coding_round).exclude(pk=other_than or 0))


class GiveUnitForm(forms.Form):
    coder = forms.ModelChoiceField(queryset=User.objects.none(), label=_("Coder"))
    reason = forms.CharField(
        label=_("Reason"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed where the coder skipped the unit. The coder can read it."),
    )

    def __init__(self, data: Posted = None, *, coding_round: Round) -> None:
        super().__init__(data)
        choose_from(self, "coder", _coders_of(coding_round))


def people_who_code() -> QuerySet[User]:
    """Active coders and lead coders of all organisations, by name."""
    people = User.objects.filter(is_active=True, memberships__roles__overlap=[Role.CODER, Role.LEAD_CODER])
    return people.distinct().order_by("name", "username")


def _coders_of(coding_round: Round) -> QuerySet[User]:
    return User.objects.filter(coding_rounds__in=coding_round.coders.active()).order_by("name", "username")


class AddUnitsForm(forms.Form):
    at_most = forms.IntegerField(
        label=_("At most"),
        min_value=1,
        max_value=100_000,
        required=False,
        help_text=_("Drawn at random. Leave empty to add all."),
    )


class ShareRoundForm(EditForm):
    no_key = True
    organisations = forms.ModelMultipleChoiceField(
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("Share with"),
        help_text=_(
            "Their lead coders can draw the same records, among those that they may read, and compare agreement with a "
            "round of their own when both are closed. They see neither the texts nor the codings of this round."
        ),
    )

    def __init__(self, data: Posted = None, *, coding_round: Round) -> None:
        super().__init__(data)
        others = Organisation.objects.exclude(pk=coding_round.organisation_id)
        choose_from(self, "organisations", others.order_by("name"))
        self.fields["organisations"].initial = list(coding_round.shares.values_list("organisation", flat=True))
        self.coding_round = coding_round

    def guard(self) -> Model:
        return self.coding_round


class WholeUnitForm(forms.Form):
    """The form of the coding page: codes for the whole unit, memo, flag."""

    codes = forms.TypedMultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label=_("Codes for the whole unit")
    )
    memo = forms.CharField(label=_("Memo"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3}))
    is_flagged = forms.BooleanField(required=False, label=_("Flag for the lead coder"))
    act = forms.CharField(max_length=20)
    # What the coder was shown, so that only what was changed here is applied: see `coding.views.work`.
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    shown_codes = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    shown_memo = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)
    shown_flag = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Posted = None, *, codes: Sequence[Code], initial: Initial = None) -> None:
        super().__init__(data, initial=initial)
        by_id = {str(code.pk): code for code in codes if code.is_codable}
        field = cast("forms.TypedMultipleChoiceField", self.fields["codes"])
        field.choices = [(pk, code.name) for pk, code in by_id.items()]
        field.coerce = by_id.__getitem__


class DecisionForm(forms.Form):
    """The forms of the page of an adjudication: each sends what it needs of these fields."""

    version = forms.IntegerField(min_value=0, max_value=2_000_000_000)
    act = forms.ChoiceField(choices=[(act, act) for act in ACTS])
    code = forms.ModelChoiceField(queryset=Code.objects.none(), required=False)
    passage = forms.RegexField(r"^\d{1,9}-\d{1,9}$", required=False)
    reason = forms.CharField(required=False, max_length=2000, label=_("Reason"))

    def __init__(self, data: Posted = None, *, codes: QuerySet[Code]) -> None:
        super().__init__(data)
        choose_from(self, "code", codes)

    def decision(self) -> NewDecision:
        """What was decided on a code, or on all codes of the unit."""
        data = self.cleaned_data
        start, end = map(int, data["passage"].split("-")) if data["passage"] else (None, None)
        code = None if data["act"] == "reject-all" else data["code"]
        return NewDecision(verdict=data["act"], reason=data["reason"], code=code, start=start, end=end)
