"""Form fields of this room: terms of a vocabulary, days, languages, lists of words."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet

from casestudies.selectors.terms import FIELDS, Words

LANGUAGES = [
    ("en", "English"),
    ("bg", "Bulgarian"),
    ("cs", "Czech"),
    ("da", "Danish"),
    ("de", "German"),
    ("el", "Greek"),
    ("es", "Spanish"),
    ("et", "Estonian"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("hu", "Hungarian"),
    ("it", "Italian"),
    ("lt", "Lithuanian"),
    ("lv", "Latvian"),
    ("nl", "Dutch"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("ro", "Romanian"),
    ("sk", "Slovak"),
    ("sl", "Slovenian"),
    ("sv", "Swedish"),
]


CHOOSE = "Choose ..."


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", **kwargs)


class LinesField(forms.CharField):
    """A list, one entry a line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3}), **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [line.strip() for line in (super().to_python(value) or "").splitlines()]
        return list(dict.fromkeys(line for line in lines if line))


def choose_from(form: forms.BaseForm, name: str, rows: QuerySet[Any]) -> None:
    """The rows a choice of the form offers."""
    cast(forms.ModelChoiceField, form.fields[name]).queryset = rows


def offer(form: forms.BaseForm, name: str, choices: Any) -> None:
    """The choices a field of the form offers."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


def _say_choose(field: forms.Field) -> None:
    """What a list says while nothing is chosen: the same words in every form."""
    if isinstance(field, forms.ModelChoiceField) and not isinstance(field, forms.ModelMultipleChoiceField):
        field.empty_label = CHOOSE
    elif isinstance(field, forms.TypedChoiceField):
        choices = cast(list[tuple[Any, Any]], list(cast(Any, field.choices)))
        field.choices = [(value, CHOOSE if value in ("", None) else label) for value, label in choices]


class RowForm(forms.ModelForm):
    """A form of a row whose terms are chosen by their labels.

    `words` may be shared by the forms of a page; `by` is who fills it in, for forms that offer what a person may see.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, words: Words | None = None, by: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        words = words or Words()
        for name, vocabulary in FIELDS.get(self._meta.model, {}).items():
            if name in self.fields:
                self.fields[name] = self._term_field(name, words.of(vocabulary))
        if self.instance.pk is not None and hasattr(self.instance, "version"):
            self.initial["version"] = self.instance.version
        else:
            del self.fields["version"]
        self._shape()

    def _term_field(self, name: str, labels: dict[str, str]) -> forms.Field:
        old = self.fields[name]
        label = old.label or name.replace("_", " ").capitalize()
        kept: dict[str, Any] = {"label": label, "help_text": old.help_text, "required": old.required}
        if isinstance(self._meta.model._meta.get_field(name).get_default(), list):
            return forms.MultipleChoiceField(choices=list(labels.items()), widget=forms.CheckboxSelectMultiple, **kept)
        return forms.ChoiceField(choices=[("", CHOOSE), *labels.items()], **kept)

    def _shape(self) -> None:
        for field in self.fields.values():
            _say_choose(field)
            if isinstance(field, forms.DateField):
                field.widget = DayInput()
            elif isinstance(field.widget, forms.Textarea):
                field.widget.attrs.setdefault("rows", 4)

    @property
    def values(self) -> dict[str, Any]:
        """What an action is given: the fields of the row."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @property
    def base_version(self) -> int | None:
        return self.cleaned_data.get("version")
