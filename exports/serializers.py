"""The answers of the change feed, and exports."""

from typing import get_args

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from exports.changes import Done
from exports.models import Export
from exports.writers import TITLES
from jobs.models import JobState
from rest.serializers import ComputedField, RowSerializer


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


def _error(code: str, message: str) -> dict[str, str] | None:
    return {"code": code, "message": str(message)} if code else None


def _file(pk: int, state: str, file_name: str) -> str | None:
    return f"/api/v1/exports/{pk}/file/" if state == JobState.FINISHED and file_name else None


class ErrorShape(serializers.Serializer):
    code = serializers.CharField()
    message = serializers.CharField()


class ExportSerializer(RowSerializer):
    """An export. `file`, `rows`, `size`, `sha256` and times are null or empty until the state is `finished`."""

    file = ComputedField(
        serializers.CharField(allow_null=True, help_text=_("The address of the file; null without one.")),
        sources=("id", "state", "file_name"), compute=_file,
    )  # fmt: skip
    error = ComputedField(ErrorShape(allow_null=True), sources=("error_code", "error_message"), compute=_error)

    class Meta:
        model = Export
        fields = ["id", "query", "format", "state", "stage", "progress_done", "progress_total", "file", "rows", "size",
                  "sha256", "error", "created_at", "started_at", "finished_at", "made_at", "expires_at"]  # fmt: skip


class ExportWriteSerializer(serializers.Serializer):
    """A list, and the format of the file."""

    query = serializers.CharField(
        max_length=20_000,
        help_text=_("The address of a list or of its export, with filters: `/api/v1/complaint-records/?country=NL`."),
    )
    format = serializers.ChoiceField(list(TITLES.items()))
