"""The draft of a questionnaire: texts, sections, items, lists of choices."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from rest.edits import EditForm, Sent
from rest.forms import Initial, Posted, choose_from
from surveys.definition import ChoiceDef
from surveys.forms.languages import LanguagesField, TranslatedForm
from surveys.kinds import MISSING_LABELS, RESPONDENT_MISSING
from surveys.models import ChoiceList, Item, QuestionnaireVersion, Section
from surveys.models.questionnaires import ITEM_TYPES

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_EXPRESSION_HELP = _("As in XLSForms, for example <code>${age} &gt;= 18 and selected(${uses}, 'phone')</code>.")
_NAME_HELP = _("Letters, digits and _. Exports use this name.")
_MISSING_CHOICES = [(kind.value, _(MISSING_LABELS[kind])) for kind in RESPONDENT_MISSING]


class Texts(TypedDict):
    """The texts of a draft around its questions; those in several languages by language."""

    languages: list[str]
    default_language: str
    titles: dict[str, str]
    introductions: dict[str, str]
    thanks: dict[str, str]


class SectionValues(TypedDict):
    """Fields of a section."""

    name: str
    titles: dict[str, str]
    relevance: str


class PartForm(TranslatedForm, EditForm):
    """A part of a draft, whose questionnaire is locked first. `edited` is the stored part."""

    no_key = True
    version: QuestionnaireVersion
    edited: Model | None

    def guard(self) -> Model | None:
        return self.version.questionnaire if self.edited else None


class TextsForm(PartForm):
    """Languages of a draft, and the texts before and after the questions."""

    languages = LanguagesField(
        label=_("Languages"), help_text=_("Tags separated by spaces, the default language first.")
    )

    def __init__(self, data: Posted = None, *, version: QuestionnaireVersion) -> None:
        super().__init__(data)
        self.version = self.edited = version
        self.fields["languages"].initial = version.languages
        self.known = version.languages
        self.add_translations("title", _("Title for respondents"), self.known, version.titles)
        self.add_translations("introduction", _("Introduction"), self.known, version.introductions, rows=3)
        self.add_translations("thanks", _("Closing text"), self.known, version.thanks, rows=2)

    def texts(self) -> Texts:
        languages = self.cleaned_data["languages"]
        return {
            "languages": languages,
            "default_language": languages[0],
            "titles": self.translations("title", self.known),
            "introductions": self.translations("introduction", self.known),
            "thanks": self.translations("thanks", self.known),
        }


class SectionForm(PartForm):
    """A section of a draft."""

    name = forms.CharField(label=_("Name"), max_length=64, help_text=_NAME_HELP)

    def __init__(self, data: Posted = None, *, version: QuestionnaireVersion, section: Section | None = None) -> None:
        super().__init__(data)
        self.version, self.edited = version, section
        self.languages = version.languages
        section = section or Section(name=f"part_{version.sections.count() + 1}")
        self.fields["name"].initial = section.name
        self.add_translations("title", _("Heading"), self.languages, section.titles)
        self.fields["relevance"] = forms.CharField(
            label=_("Shown only if"),
            required=False,
            initial=section.relevance,
            help_text=_EXPRESSION_HELP,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def values(self) -> SectionValues:
        data = self.cleaned_data
        return {
            "name": data["name"],
            "titles": self.translations("title", self.languages),
            "relevance": data["relevance"],
        }


class ItemForm(PartForm):
    """A question, note or calculation of a draft."""

    name = forms.CharField(label=_("Variable name"), max_length=64, help_text=_NAME_HELP)
    type = forms.ChoiceField(label=_("Type"), choices=ITEM_TYPES)
    section = forms.ModelChoiceField(label=_("Section"), queryset=Section.objects.none(), empty_label=None)

    def __init__(
        self,
        data: Posted = None,
        *,
        version: QuestionnaireVersion,
        item: Item | None = None,
        initial: Initial = None,
    ) -> None:
        super().__init__(data, initial=initial)
        self.version, self.edited = version, item
        self.languages = version.languages
        item = item or Item(version=version)
        choose_from(self, "section", version.sections.all())
        self.initial = {"name": item.name, "type": item.type, "section": item.section_id, **self.initial}
        self.add_translations("label", _("Text"), self.languages, item.labels, rows=2)
        self.add_translations("hint", _("Hint"), self.languages, item.hints)
        self.fields["choice_list"] = forms.ModelChoiceField(
            queryset=version.choice_lists.all(),
            required=False,
            initial=item.choice_list_id,
            label=_("List of choices"),
            help_text=_("For questions with choices. Create the list first, on the page of the draft."),
        )
        self.fields["is_required"] = forms.BooleanField(
            label=_("An answer is required"), required=False, initial=item.is_required
        )
        self.fields["offers"] = forms.MultipleChoiceField(
            label=_("Missing values offered to respondents"),
            required=False,
            initial=item.offers,
            choices=_MISSING_CHOICES,
            widget=forms.CheckboxSelectMultiple,
        )
        self._add_rules(item)

    def _add_rules(self, item: Item) -> None:
        def expression(label: "_StrPromise", initial: str, help_text: "_StrPromise") -> forms.CharField:
            area = forms.Textarea(attrs={"rows": 2, "spellcheck": "false"})
            return forms.CharField(label=label, required=False, initial=initial, help_text=help_text, widget=area)

        self.fields["relevance"] = expression(_("Shown only if"), item.relevance, _EXPRESSION_HELP)
        self.fields["constraint"] = expression(
            _("Accepted only if"),
            item.constraint,
            _("A full stop is the answer: <code>. &gt;= 0 and . &lt;= 120</code>."),
        )
        self.add_translations(
            "constraint_message", _("Message if the answer is not accepted"), self.languages, item.constraint_messages
        )
        self.fields["calculation"] = expression(
            _("Calculation"),
            item.calculation,
            _("For the type Calculated: <code>${income} div ${persons}</code>."),
        )
        self.fields["choice_filter"] = expression(
            _("Choices shown only if"), item.choice_filter, _("A condition on filter columns of the list.")
        )
        self.fields["scale"] = forms.CharField(
            label=_("Scale"),
            max_length=64,
            required=False,
            initial=item.scale.name if item.scale else "",
            help_text=_("Enter the same name for all items of a scale."),
        )
        self.fields["is_reversed"] = forms.BooleanField(
            label=_("Reversed in its scale"), required=False, initial=item.is_reversed
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


class ListNameForm(PartForm):
    """The name of a list of choices, whose rows are replaced with it."""

    name = forms.CharField(label=_("Name of the list"), max_length=64, help_text=_("Letters, digits and _."))

    def __init__(
        self, data: Posted = None, *, version: QuestionnaireVersion, choice_list: ChoiceList | None = None
    ) -> None:
        super().__init__(data, initial={"name": choice_list.name if choice_list else ""})
        self.version, self.edited = version, choice_list

    def also(self) -> dict[str, Sent]:
        if not isinstance(self.edited, ChoiceList):
            return {}
        rows = [f"{choice.code}: {', '.join(choice.labels.values())}" for choice in self.edited.choices.all()]
        return {"rows": rows}


class ChoiceRowForm(TranslatedForm):
    """One row of a list of choices. A row without a code is not saved."""

    code = forms.CharField(label=_("Code"), max_length=64, required=False)
    value = forms.FloatField(required=False, label=_("Number"))
    missing = forms.ChoiceField(
        required=False,
        label=_("Missing value"),
        choices=[("", "—"), *_MISSING_CHOICES],
    )

    def __init__(self, *args: Any, languages: Sequence[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.languages = languages
        self.columns = tuple(self.initial.get("columns", ()))
        self.add_translations("label", _("Label"), languages, self.initial.get("labels", {}))
        self.order_fields(["code", *(f"label_{language}" for language in languages), "value", "missing"])

    def choice(self) -> ChoiceDef:
        data = self.cleaned_data
        labels = self.translations("label", self.languages)
        return ChoiceDef(data["code"], labels, data["missing"], data["value"], columns=self.columns)


ChoiceRows = forms.formset_factory(ChoiceRowForm, extra=4, max_num=500, absolute_max=600)


def choice_rows(choice_list: ChoiceList | None) -> list[dict[str, object]]:
    """Initial data of the rows of a list."""
    if choice_list is None:
        return []
    fields = ("code", "missing", "labels", "columns")
    return [
        {name: getattr(choice, name) for name in fields}
        | {"value": None if choice.value is None else f"{choice.value.normalize():f}"}
        for choice in choice_list.choices.all()
    ]
