"""The questionnaire itself, and a spreadsheet to load."""

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from rest.edits import EditForm
from rest.forms import choose_from
from rest.vocabularies import CUTS
from surveys.forms.languages import LanguagesField
from surveys.models import Questionnaire
from surveys.policies import MAKERS
from surveys.spreadsheets import MOST_BYTES


class QuestionnaireForm(EditForm, forms.ModelForm):
    """Title, owner and access of a questionnaire."""

    languages = LanguagesField(
        label=_("Languages"),
        initial=["en"],
        help_text=_("Tags separated by spaces, the default language first: <code>en nl</code>."),
    )

    class Meta:
        model = Questionnaire
        fields = ["title", "slug", "organisation", "description", "countries", *CUTS, "access", "shared_with"]
        widgets = {"shared_with": forms.CheckboxSelectMultiple, "description": forms.Textarea(attrs={"rows": 3})}
        labels = {
            "slug": _("Short name in addresses"),
            "shared_with": _("Shared with (for access “Named organisations”)"),
        }
        help_texts = {
            "slug": _("If you leave this empty, it is made from the title."),
            "title": _("For colleagues. Respondents see the title of the version."),
        }

    def __init__(self, data: QueryDict | None = None, *, user: User, instance: Questionnaire | None = None) -> None:
        super().__init__(data, instance=instance)
        mine = user.organisations_as(*MAKERS)
        organisations = Organisation.objects.filter(pk__in=mine)
        choose_from(self, "organisation", organisations)
        self.fields["organisation"].initial = organisations.first() if len(mine) == 1 else None
        choose_from(self, "shared_with", Organisation.objects.filter(kind=Organisation.Kind.PARTNER))
        self.fields["slug"].required = False
        if self.instance.pk:
            for name in ("slug", "organisation", "languages"):
                del self.fields[name]

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"] or slugify(self.cleaned_data.get("title", ""))[:80]

    def _post_clean(self) -> None:
        """The action creates and checks the questionnaire."""


class XlsformForm(forms.Form):
    """A spreadsheet to load."""

    file = forms.FileField(
        label=_("XLSForm"),
        help_text=format_lazy(
            _("An .xlsx or .xls file of at most {size} MB with the sheets survey, choices and settings."),
            size=MOST_BYTES // 2**20,
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls"}),
    )


class QuestionLinesForm(forms.Form):
    """Several questions as lines of text."""

    text = forms.CharField(
        label=_("Questions"),
        help_text=_(
            "One question a line. Choices go below their question, each with a dash in front; a question without"
            " choices is answered in words. Names of variables are made from the first words; you can change everything"
            " afterwards."
        ),
        widget=forms.Textarea(attrs={"rows": 14, "placeholder": _("Have you complained?\n- Yes\n- No\nAbout what?")}),
    )
