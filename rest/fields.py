"""Form fields of query parameters: one spelling each, errors that say what to write."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters.fields import BaseCSVField
from django_filters.widgets import BaseCSVWidget

from rest.lists import members
from rest.search import CannotSearch, read

LARGEST_BIGINT = 2**63 - 1
# More than anybody writes, and few enough that a request has a bounded cost.
LONGEST_SEARCH = 500
MOST_MEMBERS = 10_000
_TRUTH = {"true": True, "1": True, "false": False, "0": False}


class TruthField(forms.Field):
    """`true` or `false`; any other value is an error and not ignored."""

    widget = forms.Select(choices=[("", _("Any")), ("true", _("Yes")), ("false", _("No"))])

    def to_python(self, value: object) -> bool | None:
        if value in self.empty_values:
            return None
        if isinstance(value, bool):
            return value
        if str(value).lower() not in _TRUTH:
            raise ValidationError(gettext("Enter true or false."), code="invalid")
        return _TRUTH[str(value).lower()]


class SearchField(forms.CharField):
    """The words of a search. A search that cannot be done as it is written is an error with a sentence."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": LONGEST_SEARCH, **options})

    def clean(self, value: object) -> str:
        text = str(super().clean(value))
        try:
            read(text)
        except CannotSearch as error:
            raise ValidationError(str(error), code="cannot_search") from error
        return text


class ListWidget(BaseCSVWidget):
    def value_from_datadict(self, data: Mapping[str, object], files: object, name: str) -> object:
        return data.get(name)


class ListField(BaseCSVField):
    """Members separated by commas, mixed with the field of one member."""

    base_widget_class = ListWidget

    def clean(self, value: str | None) -> list[object] | None:
        if value is None:
            return None
        try:
            found = members(value)
        except ValueError as error:
            message = gettext("Put a member with a comma or a quotation mark in double quotes, and double those in it.")
            raise ValidationError(message, code="bad_list") from error
        if len(found) > MOST_MEMBERS:
            message = gettext("A list can have up to %(most)d members. Ask in parts.") % {"most": MOST_MEMBERS}
            raise ValidationError(message, code="too_many_members")
        if not all(member.strip() for member in found):
            raise ValidationError(
                gettext("A member of the list is empty. For rows without a value use __isnull=true."),
                code="empty_member",
            )
        return list(super().clean(found))


class WholeNumberField(forms.IntegerField):
    """A whole number that fits the database."""

    default_validators = [MinValueValidator(-LARGEST_BIGINT), MaxValueValidator(LARGEST_BIGINT)]


class DayField(forms.DateField):
    """A date as 2026-11-24, in every language."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("Enter the date as YYYY-MM-DD.")}
    input_formats = ["%Y-%m-%d"]


class MomentField(forms.Field):
    """A time as 2026-11-24T10:00:00Z; without a zone it is UTC, without a time it is midnight."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"})

    def to_python(self, value: object) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            # A plus sign that was not encoded arrives as a space.
            moment = parse_datetime(str(value).replace(" ", "+") if "T" in str(value) else str(value))
        except ValueError:
            moment = None
        if moment is None or not 1 < moment.year < 9999:
            raise ValidationError(gettext("Enter the time as YYYY-MM-DDThh:mm:ssZ."), code="invalid")
        # In UTC: Python accepts offsets (+21:25) that PostgreSQL refuses.
        return make_aware(moment) if is_naive(moment) else moment.astimezone(UTC)
