"""Forms of a case study and of its parts."""

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from casestudies.forms.fields import LANGUAGES, FormPart, LinesField, RowForm, offer
from casestudies.models import (
    Actor,
    CasePart,
    CaseStudy,
    CitizenRole,
    Consent,
    Factor,
    Informant,
    Objective,
    Outcome,
    RecordLink,
    SurvivalObservation,
)
from casestudies.models.choices import ConsentScope
from casestudies.pointing import RECORD
from casestudies.selectors.terms import TermLabels
from casestudies.vocabularies import SCALES
from registry.models import Place, PolicySector
from rest.choices import CHOOSE
from rest.forms import Posted, choose_from
from versions.pointing import groups

# Sections of the case form: anchor -> heading and fields.
SECTIONS: dict[str, tuple[str | Promise, list[str]]] = {
    "title": (
        _("Title and abstract"),
        ["working_title", "language", "title_lines", "abstract", "themes", "strands", "keywords"],
    ),
    "context": (
        _("Context"),
        ["country", "place", "sector", "level", "public_body", "public_body_name", "initiator", "attitude"],
    ),
    "innovation": (_("Innovation"), ["innovation_type", "newness", "ict_role"]),
    "period": (_("Period"), ["started_on", "started_precision", "ended_on", "ended_precision"]),
    "methods": (_("Methods"), ["documents", "interviews", "observations", "methods"]),
    "access": (_("Access after approval"), ["access", "shared_with", "persistent_identifier"]),
}


class CaseStudyForm(RowForm):
    language = forms.ChoiceField(choices=LANGUAGES, help_text=_("Of the working title and the abstract."))
    title_lines = forms.CharField(
        label=_("Titles in other languages"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One title per line, after its language code: <code>nl: Buren en de gracht</code>."),
    )

    keywords = LinesField(required=False, help_text=_("One keyword per line."))

    class Meta:
        model = CaseStudy
        fields = [name for _, names in SECTIONS.values() for name in names if name != "title_lines"]
        widgets = {"shared_with": forms.CheckboxSelectMultiple}

    def prepare(self) -> None:
        choose_from(self, "place", Place.objects.all())
        choose_from(self, "sector", PolicySector.objects.all())
        choose_from(self, "public_body", Organisation.objects.exclude(kind=Organisation.Kind.PARTNER))
        choose_from(self, "shared_with", Organisation.objects.filter(kind=Organisation.Kind.PARTNER))
        self.fields["shared_with"].label = _("Shared with, when restricted to named organisations")
        self.fields["access"].help_text = _(
            "If you open an approved case study to more people, only your organisation has access to it until a second "
            "person approves it."
        )
        self.initial["title_lines"] = "\n".join(f"{code}: {title}" for code, title in self.instance.titles.items())

    def clean_title_lines(self) -> dict[str, str]:
        titles = {}
        for line in filter(None, (line.strip() for line in self.cleaned_data["title_lines"].splitlines())):
            code, colon, title = line.partition(":")
            if not colon or not title.strip() or not 2 <= len(code.strip()) <= 8:
                raise forms.ValidationError(
                    _("Start the line “%(line)s” with a language code and a colon."),
                    code="no_language_code",
                    params={"line": line[:60]},
                )
            titles[code.strip().lower()] = title.strip()[:250]
        return titles

    @property
    def values(self) -> dict[str, object]:
        values = super().values
        values["titles"] = values.pop("title_lines")
        del values["shared_with"]
        return values

    @property
    def sections(self) -> list[FormPart]:
        return [self.part(anchor, heading, names) for anchor, (heading, names) in SECTIONS.items()]


class NewCaseStudyForm(RowForm):
    """The fields of a new draft."""

    language = forms.ChoiceField(choices=LANGUAGES, help_text=_("Of the working title and the abstract."))
    organisation = forms.ModelChoiceField(queryset=Organisation.objects.none(), label=_("Owner"))

    class Meta:
        model = CaseStudy
        widgets = {"shared_with": forms.CheckboxSelectMultiple}
        fields = ["working_title", "language", "country", "sector", "abstract", "access", "shared_with"]

    def __init__(self, data: Posted = None, *, organisations: QuerySet[Organisation]) -> None:
        super().__init__(data)
        choose_from(self, "sector", PolicySector.objects.all())
        choose_from(self, "shared_with", Organisation.objects.filter(kind=Organisation.Kind.PARTNER))
        choose_from(self, "organisation", organisations)
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.initial["organisation"] = organisations[0].pk

    @property
    def values(self) -> dict[str, object]:
        names = ("working_title", "language", "country", "sector", "abstract", "access")
        return {name: self.cleaned_data[name] for name in names}


def part_form(model: type[CasePart]) -> type[RowForm]:
    """The form of one kind of part."""
    return _PART_FORMS[model]


class PartForm(RowForm):
    """A part of a case study, which is locked first."""

    def guard(self) -> Model | None:
        return self.instance.case_study if self.instance.pk else None


class RoleForm(PartForm):
    scale = forms.ChoiceField(required=False, label=_("Scale of influence"))

    class Meta:
        model = CitizenRole
        fields = [
            "phase",
            "group",
            "part",
            "scale",
            "influence_claimed",
            "influence_assessed",
            "assessed_by",
            "assessed_on",
            "evidence",
        ]

    def prepare(self) -> None:
        term_labels = TermLabels()
        offer(self, "scale", [("", _("No scale")), *SCALES.items()])
        grouped = [
            ("", _("Not recorded")),
            *((name, list(term_labels.of(scale).items())) for scale, name in SCALES.items()),
        ]
        for name in ("influence_claimed", "influence_assessed"):
            label = self.fields[name].label
            self.fields[name] = forms.ChoiceField(required=False, label=label, choices=grouped)


class OutcomeForm(PartForm):
    class Meta:
        model = Outcome
        fields = ["aim", "text", "observed_on", "objective", "grade"]

    def prepare(self) -> None:
        choose_from(self, "objective", Objective.objects.filter(case_study=self.instance.case_study_id))


class RecordLinkForm(PartForm):
    dataset = forms.ChoiceField()

    class Meta:
        model = RecordLink
        fields = ["dataset", "reference", "effect", "grade", "evidence"]

    def prepare(self) -> None:
        datasets = groups(RECORD, self.by or AnonymousUser())
        current = self.instance.dataset
        if current and current not in dict(datasets):
            datasets = [(current, current), *datasets]
        offer(self, "dataset", [("", CHOOSE), *datasets])


def _plain_form(row_model: type[CasePart], *names: str) -> type[RowForm]:
    class PlainForm(PartForm):
        class Meta:
            model = row_model
            fields = names

    return PlainForm


_PART_FORMS: dict[type[CasePart], type[RowForm]] = {
    CitizenRole: RoleForm,
    Factor: _plain_form(Factor, "name", "level", "side", "direction", "strength", "evidence"),
    Objective: _plain_form(Objective, "aim", "text"),
    Outcome: OutcomeForm,
    SurvivalObservation: _plain_form(SurvivalObservation, "observed_on", "state", "source"),
    Actor: _plain_form(Actor, "organisation", "pseudonym", "group", "relation", "since", "until"),
    RecordLink: RecordLinkForm,
}


class InformantForm(RowForm):
    class Meta:
        model = Informant
        fields = ["pseudonym", "group", "description"]


class ConsentForm(RowForm):
    scope = forms.MultipleChoiceField(choices=ConsentScope.choices, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Consent
        fields = ["scope", "given_on", "evidence"]


class WithdrawalForm(forms.Form):
    """Why a case study is withdrawn."""

    reason = forms.CharField(max_length=500, label=_("Reason"), help_text=_("Shown to your organisation."))
