"""The answer of the change feed."""

from typing import get_args

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from exports.changes import Done


@extend_schema_field({"type": ["string", "integer", "null"]})
class KeyField(serializers.Field):
    """The last part of an address: a number or a text."""


class FeedEntryShape(serializers.Serializer):
    """One change."""

    type = serializers.CharField(help_text=_("The kind of the row, such as `complaint-record`."))
    id = KeyField(help_text=_("The last part of its address. Null: all rows of the dataset, or of the kind."))
    change = serializers.ChoiceField(
        get_args(Done), help_text=_("Store a row that was created or updated; remove one that was deleted or hidden.")
    )
    at = serializers.DateTimeField()
    dataset = serializers.CharField(required=False, help_text=_("Slug of the dataset of a complaint record."))
    row = serializers.DictField(
        required=False, allow_null=True,
        help_text=_("With `include=row`: the row as its list shows it. Null where it has disappeared meanwhile."),
    )  # fmt: skip


class FeedShape(serializers.Serializer):
    """A page of changes."""

    results = FeedEntryShape(many=True)
    next = serializers.URLField(help_text=_("Where to go on, now or in a year. It is never null."))
    more = serializers.BooleanField(help_text=_("Whether there is more now. If not, ask `next` again later."))
