"""The empty choice of a list, the same in every form."""

from typing import Any, cast

from django import forms
from django.db.models.fields import BLANK_CHOICE_DASH
from django.utils.translation import gettext_lazy as _

CHOOSE = _("Choose ...")
_DASHES = BLANK_CHOICE_DASH[0][1]


def name_empty_choices(form: forms.BaseForm) -> None:
    """Words in place of Django's dashes; a field that names its empty choice keeps the name."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField):
            if field.empty_label == _DASHES:
                field.empty_label = CHOOSE
        elif isinstance(field, forms.ChoiceField):
            choices = cast(list[tuple[Any, Any]], list(cast(Any, field.choices)))
            if any(label == _DASHES for _value, label in choices):
                field.choices = [(value, CHOOSE if label == _DASHES else label) for value, label in choices]
