"""Shapes of what makers of questionnaires type."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy, slugify
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from surveys.definition import ChoiceDef
from surveys.kinds import MISSING_LABELS, RESPONDENT_MISSING
from surveys.languages import LANGUAGES, own_name, tag_of
from surveys.models import ChoiceList, Fieldwork, Item, Questionnaire, QuestionnaireVersion, Section, Wave
from surveys.models.questionnaires import ITEM_TYPES
from surveys.policies import MAKERS
from surveys.spreadsheets import MOST_BYTES

_EXPRESSION_HELP = "As in XLSForms, for example <code>${age} &gt;= 18 and selected(${uses}, 'phone')</code>."


class LanguagesField(forms.CharField):
    """Tags with blanks between, the default language first."""

    def to_python(self, value: Any) -> Any:
        """A list of tags."""
        words = str(super().to_python(value)).replace(",", " ").split()
        tags = [tag_of(word) for word in words]
        unknown = [word for word, tag in zip(words, tags, strict=True) if not tag]
        if unknown:
            known = ", ".join(f"{tag} ({name})" for tag, (name, _) in LANGUAGES.items())
            raise ValidationError(f"Not known: {', '.join(unknown)}. Known are {known}.", code="unknown_language")
        return list(dict.fromkeys(tags))

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list | tuple) else value


class _WithTranslations(forms.Form):
    """A form with a field per language for each of some texts, stored as `{language: words}`."""

    def add_translations(
        self, name: str, label: str, languages: Sequence[str], texts: dict[str, str], *, rows: int = 0
    ) -> None:
        for language in languages:
            spoken = f"{label} ({own_name(language)})" if len(languages) > 1 else label
            attrs = {"lang": language, "dir": "auto"} | ({"rows": rows} if rows else {})
            self.fields[f"{name}_{language}"] = forms.CharField(
                label=spoken,
                required=False,
                max_length=5000,
                initial=texts.get(language, ""),
                widget=forms.Textarea(attrs=attrs) if rows else forms.TextInput(attrs=attrs),
            )

    def translations(self, name: str, languages: Sequence[str]) -> dict[str, str]:
        given = {language: self.cleaned_data.get(f"{name}_{language}", "") for language in languages}
        return {language: words for language, words in given.items() if words}


class QuestionnaireForm(forms.ModelForm):
    """What a questionnaire is, who owns it and who may see it."""

    languages = LanguagesField(
        label="Languages",
        initial=["en"],
        help_text="Tags with blanks between, the default language first: <code>en nl</code>.",
    )

    class Meta:
        model = Questionnaire
        fields = ["title", "slug", "organisation", "description", "access", "shared_with"]
        widgets = {"shared_with": forms.CheckboxSelectMultiple, "description": forms.Textarea(attrs={"rows": 3})}
        labels = {"slug": "Short name in addresses", "shared_with": "Shared with (for access “Named organisations”)"}
        help_texts = {
            "slug": "Left empty, it is made from the title.",
            "title": "For colleagues; respondents see the title of the version.",
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = user.organisations_as(*MAKERS)
        organisations = Organisation.objects.filter(pk__in=mine)
        self.fields["organisation"].queryset = organisations
        self.fields["organisation"].initial = organisations.first() if len(mine) == 1 else None
        self.fields["shared_with"].queryset = Organisation.objects.filter(kind=Organisation.Kind.PARTNER)
        self.fields["slug"].required = False
        if self.instance.pk:
            for name in ("slug", "organisation", "languages"):
                del self.fields[name]

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"] or slugify(self.cleaned_data.get("title", ""))[:80]

    def _post_clean(self) -> None:
        """The action builds and checks the questionnaire; the form only shapes."""


class XlsformForm(forms.Form):
    """A spreadsheet to load."""

    file = forms.FileField(
        label="XLSForm",
        help_text=format_lazy(
            _("An .xlsx or .xls file of at most {size} MB with the sheets survey, choices and settings."),
            size=MOST_BYTES // 2**20,
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls"}),
    )


class TextsForm(_WithTranslations):
    """Languages of a draft, and what respondents read before and after the questions."""

    languages = LanguagesField(label="Languages", help_text="Tags with blanks between, the default language first.")

    def __init__(self, *args: Any, version: QuestionnaireVersion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["languages"].initial = version.languages
        self.known = version.languages
        self.add_translations("title", "Title for respondents", self.known, version.titles)
        self.add_translations("introduction", "Introduction", self.known, version.introductions, rows=3)
        self.add_translations("thanks", "Words of thanks at the end", self.known, version.thanks, rows=2)

    def texts(self) -> dict[str, Any]:
        languages = self.cleaned_data["languages"]
        return {
            "languages": languages,
            "default_language": languages[0],
            "titles": self.translations("title", self.known),
            "introductions": self.translations("introduction", self.known),
            "thanks": self.translations("thanks", self.known),
        }


class SectionForm(_WithTranslations):
    """A section of a draft."""

    name = forms.CharField(max_length=64, help_text="Letters, digits and _; stands in exports.")

    def __init__(
        self, *args: Any, version: QuestionnaireVersion, section: Section | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.languages = version.languages
        section = section or Section(name=f"part_{version.sections.count() + 1}")
        self.fields["name"].initial = section.name
        self.add_translations("title", "Heading", self.languages, section.titles)
        self.fields["relevance"] = forms.CharField(
            label="Shown only if",
            required=False,
            initial=section.relevance,
            help_text=_EXPRESSION_HELP,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def values(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "name": data["name"],
            "titles": self.translations("title", self.languages),
            "relevance": data["relevance"],
        }


class ItemForm(_WithTranslations):
    """A question, note or calculation of a draft."""

    name = forms.CharField(
        max_length=64, label="Variable name", help_text="Letters, digits and _; the column in exports."
    )
    type = forms.ChoiceField(choices=ITEM_TYPES)
    section = forms.ModelChoiceField(queryset=Section.objects.none(), empty_label=None)

    def __init__(self, *args: Any, version: QuestionnaireVersion, item: Item | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = version.languages
        item = item or Item(version=version)
        self.fields["section"].queryset = version.sections.all()
        self.initial = {"name": item.name, "type": item.type, "section": item.section_id, **self.initial}
        self.add_translations("label", "Text", self.languages, item.labels, rows=2)
        self.add_translations("hint", "Hint", self.languages, item.hints)
        self.fields["choice_list"] = forms.ModelChoiceField(
            queryset=version.choice_lists.all(),
            required=False,
            initial=item.choice_list_id,
            label="List of choices",
            help_text="For types that choose. Make the list first, on the draft's page.",
        )
        self.fields["is_required"] = forms.BooleanField(
            label="An answer is required", required=False, initial=item.is_required
        )
        self.fields["offers"] = forms.MultipleChoiceField(
            label="Kinds of missing offered to respondents",
            required=False,
            initial=item.offers,
            choices=[(kind.value, MISSING_LABELS[kind]) for kind in RESPONDENT_MISSING],
            widget=forms.CheckboxSelectMultiple,
        )
        self._add_rules(item)

    def _add_rules(self, item: Item) -> None:
        def expression(label: str, initial: str, help_text: str) -> forms.CharField:
            area = forms.Textarea(attrs={"rows": 2, "spellcheck": "false"})
            return forms.CharField(label=label, required=False, initial=initial, help_text=help_text, widget=area)

        self.fields["relevance"] = expression("Shown only if", item.relevance, _EXPRESSION_HELP)
        self.fields["constraint"] = expression(
            "Answer must meet", item.constraint, "The answer is a full stop: <code>. &gt;= 0 and . &lt;= 120</code>."
        )
        self.add_translations(
            "constraint_message", "Message when it does not", self.languages, item.constraint_messages
        )
        self.fields["calculation"] = expression(
            "Calculation", item.calculation, "For the type Calculated: <code>${income} div ${persons}</code>."
        )
        self.fields["choice_filter"] = expression(
            "Choices offered only if", item.choice_filter, "A rule over filter columns of the list."
        )
        self.fields["scale"] = forms.CharField(
            max_length=64,
            required=False,
            initial=item.scale.name if item.scale else "",
            help_text="Items of one scale name the same word here.",
        )
        self.fields["is_reversed"] = forms.BooleanField(
            label="Reversed in its scale", required=False, initial=item.is_reversed
        )

    def values(self) -> dict[str, Any]:
        plain = ("name", "type", "choice_list", "is_required", "offers", "relevance", "constraint", "calculation")
        data = {name: self.cleaned_data[name] for name in (*plain, "choice_filter", "scale", "is_reversed")}
        return data | {
            "section": self.cleaned_data["section"].pk,
            "labels": self.translations("label", self.languages),
            "hints": self.translations("hint", self.languages),
            "constraint_messages": self.translations("constraint_message", self.languages),
        }


class ListNameForm(forms.Form):
    """The name of a list of choices."""

    name = forms.CharField(max_length=64, label="Name of the list", help_text="Letters, digits and _.")


class ChoiceRowForm(_WithTranslations):
    """One row of a list of choices. A row without a code is left out."""

    code = forms.CharField(max_length=64, required=False)
    value = forms.FloatField(required=False, label="Number")
    missing = forms.ChoiceField(
        required=False,
        label="Means missing",
        choices=[("", "—"), *((kind.value, MISSING_LABELS[kind]) for kind in RESPONDENT_MISSING)],
    )

    def __init__(self, *args: Any, languages: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = languages
        self.columns = tuple(self.initial.get("columns", ()))
        self.add_translations("label", "Label", languages, self.initial.get("labels", {}))
        self.order_fields(["code", *(f"label_{language}" for language in languages), "value", "missing"])

    def choice(self) -> ChoiceDef:
        data = self.cleaned_data
        labels = self.translations("label", self.languages)
        return ChoiceDef(data["code"], labels, data["missing"], data["value"], columns=self.columns)


ChoiceRows = forms.formset_factory(ChoiceRowForm, extra=4, max_num=500, absolute_max=600)


def choice_rows(choice_list: ChoiceList | None) -> list[dict[str, Any]]:
    """Initial data of the rows of a list."""
    if choice_list is None:
        return []
    fields = ("code", "value", "missing", "labels", "columns")
    return [{name: getattr(choice, name) for name in fields} for choice in choice_list.choices.all()]


class FieldworkForm(forms.ModelForm):
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
        """The action builds and checks the fieldwork; the form only shapes."""


class WaveForm(forms.ModelForm):
    class Meta:
        model = Wave
        fields = ["title", "version", "occasions"]
        help_texts = {"title": "Left empty, waves are numbered."}

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].queryset = questionnaire.versions.published()
        self.fields["version"].empty_label = None

    def _post_clean(self) -> None:
        """The action builds and checks the wave; the form only shapes."""
