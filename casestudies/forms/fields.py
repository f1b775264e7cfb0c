"""Form fields of case studies: terms of a vocabulary, days, languages, lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from django import forms
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from casestudies.selectors.terms import FIELDS, TermLabels
from rest.choices import CHOOSE, name_empty_choices
from rest.edits import EditForm
from rest.forms import Initial, Posted

LANGUAGES = [
    ("en", _("English")),
    ("bg", _("Bulgarian")),
    ("cs", _("Czech")),
    ("da", _("Danish")),
    ("de", _("German")),
    ("el", _("Greek")),
    ("es", _("Spanish")),
    ("et", _("Estonian")),
    ("fi", _("Finnish")),
    ("fr", _("French")),
    ("hu", _("Hungarian")),
    ("it", _("Italian")),
    ("lt", _("Lithuanian")),
    ("lv", _("Latvian")),
    ("nl", _("Dutch")),
    ("pl", _("Polish")),
    ("pt", _("Portuguese")),
    ("ro", _("Romanian")),
    ("sk", _("Slovak")),
    ("sl", _("Slovenian")),
    ("sv", _("Swedish")),
]


Row = TypeVar("Row", bound=Model)
Label = str | Promise
Choice = tuple[str, Label | list[tuple[str, str]]]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class LinesField(forms.Field):
    """A list with one entry per line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: object) -> list[str]:
        line = forms.CharField(required=False)
        return list(dict.fromkeys(filter(None, map(line.clean, str(value or "").splitlines()))))


def offer(form: forms.BaseForm, name: str, choices: Sequence[Choice]) -> None:
    """Set the choices that a field of the form offers."""
    cast(forms.ChoiceField, form.fields[name]).choices = choices


@dataclass(frozen=True)
class FormPart:
    """A part of a long form: the fields in view, and those that are folded below them until somebody needs them."""

    anchor: str
    heading: Label
    fields: list[forms.BoundField]
    folded: list[forms.BoundField]

    @property
    def is_open(self) -> bool:
        """What has to be corrected or decided is not hidden; an error of the whole form can be about any field."""
        return any(
            field.errors or getattr(field.field, "asked", None) or field.form.non_field_errors()
            for field in self.folded
        )

    @property
    def folded_names(self) -> list[str]:
        return [str(field.label).lower() for field in self.folded]


class RowForm(EditForm, forms.ModelForm):
    """A form of a row whose terms are chosen by their labels.

    `term_labels` may be shared by the forms of a page; `by` is the person who fills it in, for forms whose choices
    depend on what that person has access to.
    """

    def __init__(
        self,
        data: Posted = None,
        *,
        instance: Model | None = None,
        initial: Initial = None,
        prefix: str | None = None,
        term_labels: TermLabels | None = None,
        by: User | None = None,
    ) -> None:
        super().__init__(data, instance=instance, initial=initial, prefix=prefix)
        self.by = by
        term_labels = term_labels or TermLabels()
        for name, vocabulary in FIELDS.get(self._meta.model, {}).items():
            if name in self.fields:
                self.fields[name] = self._term_field(name, term_labels.of(vocabulary))
        self._shape()
        self.prepare()

    def part(self, anchor: str, heading: Label, names: Sequence[str], folded: Sequence[str] = ()) -> FormPart:
        return FormPart(anchor, heading, [self[name] for name in names], [self[name] for name in folded])

    def prepare(self) -> None:
        """Set what a field offers or shows for this row; a subclass does."""

    def _term_field(self, name: str, labels: dict[str, str]) -> forms.Field:
        old = self.fields[name]
        label = old.label or name.replace("_", " ").capitalize()
        several = isinstance(self._meta.model._meta.get_field(name).get_default(), list)
        if several:
            return forms.MultipleChoiceField(
                label=label,
                help_text=old.help_text,
                required=old.required,
                choices=list(labels.items()),
                widget=forms.CheckboxSelectMultiple,
            )
        choices = [("", CHOOSE), *labels.items()]
        return forms.ChoiceField(label=label, help_text=old.help_text, required=old.required, choices=choices)

    def _shape(self) -> None:
        name_empty_choices(self)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = DayInput()
            elif isinstance(field.widget, forms.Textarea):
                field.widget.attrs.setdefault("rows", 4)

    @property
    def values(self) -> dict[str, object]:
        """The fields of the row, for an action."""
        return dict(self.cleaned_data)
