"""Forms for datasets and reading options."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.roles import Role
from imports.actions import Decision
from imports.models import Dataset, Import
from imports.readers.table import DELIMITERS, QUOTES, chosen_options
from imports.recipe import AUTO, all_recipes, default_recipe, recipe_named
from rest.edits import EditForm
from rest.forms import Initial, Posted
from rest.vocabularies import CUTS
from standards.json_values import JsonObject
from standards.languages import language_choices, language_name


class DatasetForm(EditForm, forms.ModelForm):
    """The description of a dataset, and who can see it."""

    language = forms.ChoiceField(
        required=False, choices=language_choices, help_text=_("The language of records without their own.")
    )

    class Meta:
        model = Dataset
        fields = [
            "title", "slug", "organisation", "linked_with", "description", "office", "country", "language", *CUTS,
            "licence", "source", "retrieved_on", "update_rhythm", "access", "shared_with", "narrative_access",
            "counts_access", "disclosure_threshold", "codebook", "inbox", "inbox_rule",
        ]  # fmt: skip
        labels = {
            "slug": _("Short name in addresses"), "office": _("Institution whose records these are"),
            "access": _("Who may see the records"),
            "narrative_access": _("Who may see fields that can be withheld"), "shared_with": _("Named organisations"),
            "counts_access": _("Who may see counts only"),
            "disclosure_threshold": _("Smallest count shown to them"), "retrieved_on": _("Retrieved on"),
            "inbox": _("Inbox folder"), "inbox_rule": _("New files in the inbox folder"),
            "linked_with": _("Linked dataset"),
        }  # fmt: skip
        help_texts = {
            "slug": _("Lower-case letters, digits and hyphens. It cannot be changed later."),
            "shared_with": _("Only for “Named organisations”: who may see the records besides the owner."),
            "narrative_access": _("Long texts that may name persons. The kind of rows decides which fields these are."),
            "linked_with": _(
                "Another dataset whose rows have the same references. For some kinds of rows it cannot change after "
                "the first file."
            ),
            "inbox": _(
                "Its name below the site's inbox folder: one name, such as letters-2024. Files in it are imported."
            ),
            "counts_access": _("For those who may not see the records: rounded counts of them, small ones hidden."),
            "disclosure_threshold": _(
                "For those who may see counts only: smaller counts are hidden and others rounded to a multiple of it, "
                "so that nobody can be recognised. Who may see the records sees true counts."
            ),
        }
        widgets = {
            "retrieved_on": forms.DateInput(attrs={"type": "date"}),
            "description": forms.Textarea(attrs={"rows": 3}),
            "codebook": forms.Textarea(attrs={"rows": 4}),
            "shared_with": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = by.organisations_as(Role.DATA_MANAGER)
        self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=mine)
        self.fields["office"].queryset = Organisation.objects.exclude(kind=Organisation.Kind.PARTNER)
        self.fields["shared_with"].queryset = Organisation.objects.filter(kind=Organisation.Kind.PARTNER)
        others = Dataset.objects.filter(organisation__in=mine).exclude(pk=self.instance.pk)
        self.fields["linked_with"].queryset = others
        recipe = recipe_named(self.instance.recipe)
        if self.instance.record_count and not (recipe and recipe.links_late):
            del self.fields["linked_with"]
        self.fields["inbox_rule"].required = self.fields["counts_access"].required = False
        if self.instance.pk:
            del self.fields["slug"], self.fields["organisation"]
        elif len(mine) == 1:
            self.fields["organisation"].initial = next(iter(mine))

    def clean_inbox_rule(self) -> str:
        """An empty value means the value that is stored."""
        return self.cleaned_data["inbox_rule"] or self.instance.inbox_rule

    def clean_counts_access(self) -> str:
        """An empty value means the value that is stored."""
        return self.cleaned_data["counts_access"] or self.instance.counts_access

    def validate_unique(self) -> None:
        """The action checks it, and does not tell of datasets that the person cannot see."""

    def values(self) -> JsonObject:
        return dict(self.cleaned_data)


class RecipeForm(forms.Form):
    recipe = forms.ChoiceField(label=_("Recipe"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recipe"].choices = [
            *((recipe.name, recipe.shown_label) for recipe in all_recipes()),
            (AUTO, _("Decide by the first file")),
        ]
        self.fields["recipe"].initial = default_recipe().name


class _ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """Any number of files; the value is a list. That there is at least one is for the form to say."""

    widget = _ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return [super(_FilesField, self).clean(one, initial) for one in data or () if one]


class UploadForm(forms.Form):
    """The file or files, and the dataset that they go into: a new one that is named after the file, or one that
    exists."""

    file = _FilesField(
        label=_("File"), allow_empty_file=True, max_length=250,
        error_messages={"missing": _("The upload was interrupted.")},
    )  # fmt: skip
    folder = _FilesField(
        label=_("Or a folder of letters"), allow_empty_file=True, max_length=250, required=False,
        help_text=_("Texts, Word and PDF files: one record a file."),
    )  # fmt: skip
    dataset = forms.ModelChoiceField(
        queryset=Dataset.objects.none(), to_field_name="slug", label=_("Into the dataset"), required=False,
        empty_label=_("A new dataset, named after the file"),
        help_text=_("Title, access and description of a new dataset can be edited at any time."),
    )  # fmt: skip
    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("Owner of a new dataset"), empty_label=None
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "CSV, TSV or JSON, also in .gz or .zip; Excel, OpenDocument, SQLite, Parquet, SPSS, Stata; letters "
            "(texts, Word, PDF); up to %(size)s MB. Of several files, up to %(files)s, one table or one set of letters "
            "is made; put more into one .zip."
        ) % {
            "size": f"{settings.UPLOAD_MAX_BYTES // 2**20:,}", "files": f"{settings.DATA_UPLOAD_MAX_NUMBER_FILES:,}",
        }  # fmt: skip
        self.fields["folder"].widget.attrs["webkitdirectory"] = True
        mine = by.organisations_as(Role.DATA_MANAGER)
        self.fields["dataset"].queryset = Dataset.objects.filter(organisation__in=mine)
        self._owners = self.fields["organisation"].queryset = Organisation.objects.filter(pk__in=mine)
        self.fields["organisation"].required = False
        if len(mine) < 2:
            del self.fields["organisation"]

    def clean(self) -> None:
        if not (self.errors or self.uploads()):
            self.add_error("file", ValidationError(_("Choose a file, or drop one on the field."), code="required"))

    def uploads(self) -> list[UploadedFile]:
        """All files that were sent."""
        return [*self.cleaned_data.get("file", ()), *self.cleaned_data.get("folder", ())]

    def owner(self) -> Organisation:
        """The organisation that owns a new dataset."""
        return self.cleaned_data.get("organisation") or self._owners[0]


def _detected(choices: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Choices for a reading option, the first of which leaves it to be detected."""
    return [("", gettext("Detect")), *((value, gettext(label)) for value, label in choices)]


class ReadingForm(forms.Form):
    """Reading options, for a file that was not read correctly. Empty values are detected."""

    encoding = forms.CharField(
        required=False, max_length=40, help_text=_("utf-8, windows-1252, iso-8859-2, utf-16 ...")
    )
    delimiter = forms.ChoiceField(required=False, choices=lambda: _detected(DELIMITERS))
    quote = forms.ChoiceField(required=False, label=_("Quotation mark"), choices=lambda: _detected(QUOTES))
    header_row = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=1000,
        help_text=_("The row that names the columns, as a spreadsheet counts it; 0 if there is none."),
    )
    header_rows = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, label=_("Rows of names"),
        choices=[("", _("Detect")), ("1", _("One")), ("2", _("Two, joined")), ("3", _("Three, joined"))],
    )  # fmt: skip
    footer = forms.ChoiceField(
        required=False, label=_("Totals and notes below the table"),
        choices=[("", _("Leave out")), ("keep", _("Read as rows"))],
    )  # fmt: skip
    periods = forms.ChoiceField(
        required=False, label=_("Columns of years or other periods"),
        choices=[("", _("Read as columns")), ("rows", _("Read a row for each period"))],
    )  # fmt: skip
    sheet = forms.ChoiceField(required=False)
    table = forms.ChoiceField(required=False)
    member = forms.ChoiceField(required=False, label=_("File in the archive"))

    def __init__(self, *args: Any, understanding: JsonObject, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = understanding.get("choices", {})
        for name in ("sheet", "table", "member"):
            if choices.get(name):
                self.fields[name].choices = [("", _("Detect")), *((value, value) for value in choices[name])]
            else:
                del self.fields[name]
        kind = understanding.get("options", {}).get("kind")
        if kind and kind != "text":
            for name in ("encoding", "delimiter", "quote")[kind in ("json", "spss", "stata", "letters") :]:
                del self.fields[name]
        if kind and kind not in ("text", "html", "xlsx", "xls", "ods"):
            for name in ("header_row", "header_rows", "footer"):
                del self.fields[name]

    def reading_options(self) -> JsonObject:
        return chosen_options(self.cleaned_data)


class PersonalDataForm(EditForm):
    """What happens to likely personal data, and why."""

    choice = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect,
        choices=[c for c in Import.PersonalData.choices if c[0]],
        error_messages={"required": _("Choose whether to include or withhold the data.")},
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who may read it, on which ground, and who was asked."),
        error_messages={"required": _("Give a reason.")},
    )  # fmt: skip

    def __init__(self, data: Posted = None, *, run: Import, can_withhold: bool, initial: Initial = None) -> None:
        before: dict[str, object] = {"choice": run.personal_decision, "reason": run.personal_reason}
        super().__init__(data, initial=before if initial is None else initial)
        self.run = run
        if not can_withhold:
            self.fields["choice"].choices = [(Import.PersonalData.INCLUDE, Import.PersonalData.INCLUDE.label)]

    def guard(self) -> Model:
        return self.run

    def decision(self) -> Decision:
        return Decision(self.cleaned_data["choice"], self.cleaned_data["reason"])


class ComparisonForm(forms.Form):
    """Two imports of a dataset."""

    older = forms.ModelChoiceField(
        Import.objects.none(),
        label=_("Older import"),
        error_messages={
            "required": _("Choose the older import."),
            "invalid_choice": _("Choose an older import of this dataset."),
        },
    )
    newer = forms.ModelChoiceField(
        Import.objects.none(),
        label=_("Newer import"),
        error_messages={
            "required": _("Choose the newer import."),
            "invalid_choice": _("Choose a newer import of this dataset."),
        },
    )

    def __init__(self, *args: Any, imports: QuerySet[Import], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["older"].queryset = self.fields["newer"].queryset = imports


class ReasonForm(forms.Form):
    """Why rows are left out; the action checks that there is a reason and its length."""

    reason = forms.CharField(required=False, label=_("Reason"))


class LanguageForm(EditForm):
    """The language of a dataset, and which of its records get it."""

    NOT_RECORDED = "unknown"  # an empty value would mean that no box is ticked

    language = forms.ChoiceField(
        required=False, choices=language_choices, label=_("Language of the dataset"),
        help_text=_("Of records that name no language. Leave it open if they are in several."),
    )  # fmt: skip
    rows_in = forms.MultipleChoiceField(
        required=False, label=_("Records that get this language"), widget=forms.CheckboxSelectMultiple,
        help_text=_("For records to which an import gave a wrong language, or none."),
    )  # fmt: skip

    def __init__(self, *args: Any, dataset: Dataset, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = dataset.language
        named = [(code, _("Records in %(language)s") % {"language": language_name(code)}) for code in dataset.languages]
        self.fields["rows_in"].choices = [*named, (self.NOT_RECORDED, _("Records without a language"))]

        self.dataset = dataset

    def guard(self) -> Model:
        return self.dataset

    def clean_rows_in(self) -> list[str]:
        return ["" if code == self.NOT_RECORDED else code for code in self.cleaned_data["rows_in"]]
