"""What the API of coders takes, and what it answers about their work on a unit."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from coding.actions.changes import POSTPONED
from coding.models import (
    Coding,
    Submission,
)

VERSION_HELP = _("The version of the assignment that you were shown. If it has grown since, the answer is 409.")


class PostponeSerializer(serializers.Serializer):
    version = serializers.IntegerField(required=False, min_value=0, help_text=VERSION_HELP)


class AssignmentWriteSerializer(PostponeSerializer):
    memo = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=20_000, required=False)
    is_flagged = serializers.BooleanField(required=False)


class NextSerializer(serializers.Serializer):
    round = serializers.IntegerField(required=False, min_value=1, help_text=_("Only units of this round."))


class CodingWriteSerializer(serializers.Serializer):
    assignment = serializers.IntegerField(min_value=1)
    code = serializers.IntegerField(min_value=1)
    start = serializers.IntegerField(min_value=0, max_value=2_000_000_000, required=False, allow_null=True)
    end = serializers.IntegerField(min_value=1, max_value=2_000_000_000, required=False, allow_null=True)
    certainty = serializers.ChoiceField(choices=Coding.Certainty.choices, required=False, allow_blank=True)
    memo = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    uuid = serializers.UUIDField(
        required=False, help_text=_("Made by the client, so that a repeated POST makes one coding.")
    )


class SubmissionWriteSerializer(PostponeSerializer):
    outcome = serializers.ChoiceField(choices=Submission.Outcome.choices)
    active_seconds = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=2_000_000_000,
        help_text=_("Time in which the coder read or coded. At most the time since the unit was taken is stored."),
    )


class ApplySerializer(serializers.Serializer):
    uuid = serializers.UUIDField()
    code = serializers.IntegerField(min_value=1)
    start = serializers.IntegerField(min_value=0, max_value=2_000_000_000, required=False, allow_null=True)
    end = serializers.IntegerField(min_value=1, max_value=2_000_000_000, required=False, allow_null=True)


class MemoSerializer(serializers.Serializer):
    now = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=20_000)
    was = serializers.CharField(allow_blank=True, trim_whitespace=False, max_length=20_000)


class ChangeSerializer(serializers.Serializer):
    """One of its members: a coding to apply, the UUID of one to retract, the memo, or the flag."""

    apply = ApplySerializer(required=False)
    retract = serializers.UUIDField(required=False)
    memo = MemoSerializer(required=False)
    is_flagged = serializers.BooleanField(required=False)


class ChangesSerializer(serializers.Serializer):
    person = serializers.CharField(
        required=False, max_length=150, help_text=_("Username of the coder; 409 if somebody else is signed in.")
    )
    version = serializers.IntegerField(required=False, min_value=0, help_text=VERSION_HELP)
    changes = serializers.ListField(child=ChangeSerializer(), required=False, max_length=500)
    outcome = serializers.ChoiceField(
        required=False,
        choices=[*Submission.Outcome.choices, (POSTPONED, _("Postponed"))],
        help_text=_("Submits or postpones the unit after the changes."),
    )
    active_seconds = serializers.IntegerField(required=False, min_value=0, max_value=2_000_000_000)
    next = serializers.BooleanField(required=False, help_text=_("Lease the next unit of the round and answer with it."))


class StateCodingSerializer(serializers.Serializer):
    uuid = serializers.UUIDField()
    code = serializers.IntegerField()
    start = serializers.IntegerField(allow_null=True)
    end = serializers.IntegerField(allow_null=True)
    memo = serializers.CharField()


class AheadSerializer(serializers.Serializer):
    """The unit that comes after the one in progress."""

    next: Any = serializers.DictField(
        required=False, help_text=_("The next unit as the coding page shows it, or null.")
    )


class WorkStateSerializer(AheadSerializer):
    """A coder's work on one unit as it is stored."""

    version = serializers.IntegerField()
    memo = serializers.CharField()
    is_flagged = serializers.BooleanField()
    active_seconds = serializers.IntegerField()
    codings = StateCodingSerializer(many=True)


class ReasonSerializer(serializers.Serializer):
    reason = serializers.CharField(max_length=2_000, help_text=_("Why it is opened again."))
