"""Field notes, their versions and conflicts as the API shows and accepts them."""

from rest_framework import serializers

from casestudies.merging import FIELDS
from casestudies.models import FieldNote, FieldNoteVersion, NoteConflict
from casestudies.serializers.fields import VisibleCaseField, VisibleEventField, slug, username
from rest.serializers import RowSerializer

NOTE_COLUMNS = [*FIELDS, "device", "written_at"]


class FieldNoteSerializer(RowSerializer):
    case_study = slug()
    author = username()
    open_conflicts = serializers.IntegerField(read_only=True)

    class Meta:
        model = FieldNote
        fields = ["uuid", *NOTE_COLUMNS, "author", "version", "sha256", "stored_at", "open_conflicts"]


class FieldNoteWriteSerializer(serializers.ModelSerializer):
    """A whole note. Spaces in `text` and `title` are preserved; `base_version` is absent on the first PUT. A
    device that does not know the case study of a note that exists leaves it out."""

    case_study = VisibleCaseField(required=False)
    event = VisibleEventField(allow_null=True)
    title = serializers.CharField(max_length=250, allow_blank=True, trim_whitespace=False)
    text = serializers.CharField(max_length=1_000_000, allow_blank=True, trim_whitespace=False)
    informants = serializers.ListField(child=serializers.CharField(max_length=120), required=False, max_length=100)
    base_version = serializers.IntegerField(min_value=1, max_value=2_147_483_647, required=False, allow_null=True)
    device = serializers.CharField(max_length=100, required=False, allow_blank=True)
    written_at = serializers.DateTimeField(required=False, allow_null=True)
    amends = serializers.IntegerField(min_value=1, max_value=2**63 - 1, required=False, allow_null=True)
    text_number = serializers.IntegerField(min_value=0, max_value=2_147_483_647, required=False, allow_null=True)

    class Meta:
        model = FieldNote
        fields = [*NOTE_COLUMNS, "base_version", "amends", "text_number"]


class NoteVersionSerializer(RowSerializer):
    case_study = slug()
    author = username()

    class Meta:
        model = FieldNoteVersion
        fields = ["number", "act", *NOTE_COLUMNS, "author", "base_version", "sha256", "stored_at", "reason"]


class NoteConflictSerializer(RowSerializer):
    author = username()
    resolved_by = username()

    class Meta:
        model = NoteConflict
        fields = [
            "id",
            "base_version",
            "theirs_version",
            "mine",
            "differing",
            "sha256",
            "device",
            "written_at",
            "stored_at",
            "author",
            "resolved_at",
            "resolved_by",
            "resolved_version",
        ]


class ResolveSerializer(FieldNoteWriteSerializer):
    """The decision: the conflict, the version of the note that it is based on, and the fields of the result.

    `choose` is `mine` or `theirs`; fields that are sent as well take precedence.
    """

    conflict = serializers.IntegerField(min_value=1)
    base_version = serializers.IntegerField(min_value=1, max_value=2_147_483_647)
    choose = serializers.ChoiceField(choices=["mine", "theirs"], required=False)

    class Meta:
        model = FieldNote
        fields = ["conflict", "base_version", "choose", *NOTE_COLUMNS]

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        for name in NOTE_COLUMNS:
            fields[name].required = False
        return fields
