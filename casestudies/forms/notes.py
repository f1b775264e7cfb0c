"""The form of a field note; it also works without the script that saves as a person types."""

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from casestudies.forms.fields import LANGUAGES, DayInput, FormPart, LinesField, RowForm
from casestudies.models import CaseStudy, CoCreationEvent, NoteAttachment
from casestudies.models.choices import NoteKind, Sensitivity
from rest.choices import CHOOSE
from rest.forms import Initial, Posted, choose_from


class NoteForm(forms.Form):
    """Text first: what a person writes down while it happens. What has a good default is folded below."""

    FOLDED = ("kind", "occurred_on", "language", "informants", "sensitivity")
    field_order = ("text", "title", "case_study", "event", *FOLDED, "base_version")
    case_study = forms.ModelChoiceField(
        queryset=CaseStudy.objects.none(), to_field_name="slug", label=_("Case study"), empty_label=CHOOSE
    )
    event = forms.ModelChoiceField(
        queryset=CoCreationEvent.objects.none(), required=False, label=_("Event"), empty_label=_("None")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=NoteKind.choices)
    title = forms.CharField(label=_("Title"), max_length=250, required=False, strip=False)
    text = forms.CharField(
        label=_("Text"), required=False, strip=False, max_length=1_000_000, widget=forms.Textarea(attrs={"rows": 14})
    )
    occurred_on = forms.DateField(required=False, label=_("Happened on"), widget=DayInput())
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)
    informants = LinesField(
        required=False, label=_("Informants"), help_text=_("One pseudonym per line. Never a real name.")
    )
    sensitivity = forms.ChoiceField(choices=Sensitivity.choices, label=_("Who may read it"))
    base_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Posted = None,
        *,
        cases: QuerySet[CaseStudy],
        case_study: CaseStudy | None,
        initial: Initial = None,
    ) -> None:
        super().__init__(data, initial=initial)
        choose_from(self, "case_study", cases)
        events = CoCreationEvent.objects.filter(case_study__in=cases).order_by("-starts_at")
        choose_from(
            self,
            "event",
            events.filter(case_study=case_study) if case_study is not None and not self.is_bound else events,
        )

    @property
    def in_view(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in self.FOLDED]

    @property
    def folded(self) -> FormPart:
        return FormPart("details", _("Details"), [], [self[name] for name in self.FOLDED])

    def clean_text(self) -> str:
        """Browsers send line ends as CR LF; notes store LF, so that the page and the API hash the same text."""
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        return text

    @property
    def content(self) -> dict[str, object]:
        return {name: value for name, value in self.cleaned_data.items() if name != "base_version"}


class CaptionForm(RowForm):
    """What a file of a note shows, in a sentence."""

    class Meta:
        model = NoteAttachment
        fields = ["caption"]
