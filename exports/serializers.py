"""The answers of the change feed, and exports."""

from collections.abc import Mapping
from typing import get_args

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from exports.changes import Done
from exports.citing import Cited
from exports.models import Export
from exports.writers import TITLES
from jobs.models import JobState
from rest.serializers import Column, ComputedField, RowReader, RowSerializer


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


class ExportReader(RowReader):
    """Reads exports with their citations, which name the address of the site."""

    def __init__(self, columns: Mapping[str, Column], site: str) -> None:
        super().__init__(columns)
        self.site = site

    def as_dict(self, values: tuple[object, ...]) -> dict[str, object]:
        row = super().as_dict(values)
        if isinstance(cited := row.get("citation"), Cited):
            row["citation"] = cited.sentence(self.site)
        return row


class ExportErrorShape(serializers.Serializer):
    code = serializers.CharField(help_text=_("The kind of error, which does not change between versions."))
    message = serializers.CharField(help_text=_("A sentence for people."))


class ExportSerializer(RowSerializer):
    """An export. `file`, `rows`, `size`, `sha256` and times are null or empty until the state is `finished`."""

    file = ComputedField(
        serializers.CharField(allow_null=True, help_text=_("The address of the file; null without one.")),
        sources=("id", "state", "file_name"), compute=_file,
    )  # fmt: skip
    citation = ComputedField(
        serializers.CharField(help_text=_("How to cite the file, as a sentence: its rows, their number and checksum.")),
        sources=("words", "query", "format", "rows", "made_at", "sha256"), compute=Cited,
    )  # fmt: skip
    error = ComputedField(ExportErrorShape(allow_null=True), sources=("error_code", "error_message"), compute=_error)

    class Meta:
        model = Export
        fields = ["id", "query", "format", "state", "stage", "progress_done", "progress_total", "file", "rows", "size",
                  "sha256", "citation", "error", "created_at", "started_at", "finished_at", "made_at",
                  "expires_at"]  # fmt: skip


class ExportWriteSerializer(serializers.Serializer):
    """A list, and the format of the file."""

    query = serializers.CharField(
        max_length=20_000,
        help_text=_("The address of a list or of its export, with filters: `/api/v1/complaint-records/?country=NL`."),
    )
    format = serializers.ChoiceField(list(TITLES.items()))


class LabelShape(serializers.Serializer):
    value = serializers.CharField(help_text=_("As it stands in the column."))
    label = serializers.CharField(help_text=_("What it means."))  # type: ignore[assignment]


class MissingShape(serializers.Serializer):
    code = serializers.CharField(help_text=_("What stands in place of a value."))
    label = serializers.CharField(help_text=_("Why there is no value."))  # type: ignore[assignment]


class CodebookColumnShape(serializers.Serializer):
    """A column of an export."""

    name = serializers.CharField(help_text=_("The name of the column."))
    label = serializers.CharField(help_text=_("What it contains."))  # type: ignore[assignment]
    type = serializers.CharField(help_text=_("The type of its values, in every format."))
    unit = serializers.CharField(help_text=_("The unit of measurement, or empty."))
    labels = LabelShape(many=True, help_text=_("Labels of coded values."))
    missing = MissingShape(many=True, help_text=_("Kinds of missing."))


class SourceValueShape(serializers.Serializer):
    """What a value of an imported file became."""

    column = serializers.CharField(help_text=_("The column of the export."))
    source = serializers.CharField(help_text=_("Dataset and import."))  # type: ignore[assignment]
    word = serializers.CharField(help_text=_("The value as in the source."))
    value = serializers.CharField(help_text=_("What it became; empty for no value."))
    rows = serializers.IntegerField(help_text=_("Rows of the file that have it, also those that were not loaded."))


class CodebookShape(serializers.Serializer):
    """The codebook of an export. `rows`, `sha256` and `made_at` are of its file, where there is one."""

    title = serializers.CharField(help_text=_("What it describes."))
    query = serializers.CharField(help_text=_("The address that returns the rows."))
    citation = serializers.CharField(
        help_text=_("How to cite the file or, without one, the query with its number of rows now.")
    )
    rows = serializers.IntegerField(allow_null=True, help_text=_("Rows of the file."))
    sha256 = serializers.CharField(help_text=_("SHA-256 of the file, or empty."))
    made_at = serializers.DateTimeField(allow_null=True, help_text=_("When the rows were read."))
    notes = serializers.ListField(
        child=serializers.CharField(), help_text=_("What a reader of counts must know besides: their total, rounding.")
    )
    columns = CodebookColumnShape(many=True, help_text=_("The columns, in their order."))
    source_values = SourceValueShape(many=True, help_text=_("What values of imported files became."))
