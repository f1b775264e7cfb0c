"""Codings and submissions. Rows are only ever added: retracting a code is a row of its own."""

import uuid
from datetime import timedelta

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from coding.models.codebooks import Code
from coding.models.rounds import Assignment, RoundUnit
from coding.querysets.codings import CodingQuerySet, SubmissionQuerySet
from versions.triggers import append_only, refuse

_SUBMITTED = (
    "EXISTS (SELECT 1 FROM coding_submission s WHERE s.round_unit_id = NEW.round_unit_id AND s.coder_id = NEW.coder_id "
    "AND NOT EXISTS (SELECT 1 FROM coding_submissionwithdrawal w WHERE w.submission_id = s.id))"
)
_WRONG_CODE = (
    "NOT EXISTS (SELECT 1 FROM coding_code c JOIN coding_round r ON r.codebook_version_id = c.version_id "
    "JOIN coding_roundunit ru ON ru.round_id = r.id "
    "WHERE c.id = NEW.code_id AND ru.id = NEW.round_unit_id AND c.is_codable)"
)
_OUTSIDE = (
    'NEW."end" > (SELECT char_length(t.text) FROM coding_textunit t JOIN coding_roundunit ru ON ru.unit_id = t.id '
    "WHERE ru.id = NEW.round_unit_id)"
)
_FOREIGN_RETRACTION = (
    "NEW.retracts_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM coding_coding o WHERE o.id = NEW.retracts_id "
    "AND o.retracts_id IS NULL AND o.coder_id = NEW.coder_id AND o.round_unit_id = NEW.round_unit_id "
    "AND o.code_id = NEW.code_id)"
)


class Coding(models.Model):
    """A code that one coder applied to a passage or to the whole unit; or, with `retracts`, its retraction.

    Offsets count code points of the frozen text, start inclusive, end exclusive; both empty means the whole unit.
    """

    class Certainty(models.TextChoices):
        CERTAIN = "certain", _("Certain")
        PROBABLE = "probable", _("Probable")
        DOUBTFUL = "doubtful", _("Doubtful")

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    round_unit = models.ForeignKey(RoundUnit, on_delete=models.PROTECT, related_name="codings")
    coder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="codings")
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="codings")
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    certainty = models.CharField(_("certainty"), max_length=8, blank=True, choices=Certainty.choices)
    memo = models.TextField(_("memo"), blank=True)
    retracts = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="retracted_by"
    )
    made_at = models.DateTimeField(default=timezone.now)

    objects = CodingQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="coding_passage_is_not_empty",
                condition=Q(start__isnull=True, end__isnull=True)
                | Q(start__isnull=False, end__isnull=False, end__gt=F("start")),
            ),
            models.CheckConstraint(
                name="coding_has_a_known_certainty",
                condition=Q(certainty__in=["", "certain", "probable", "doubtful"]),
            ),
        ]
        indexes = [models.Index(fields=["round_unit", "coder"], name="coding_by_unit_and_coder")]
        triggers = [
            append_only("coding_is_append_only", erasable=("memo",)),
            refuse(
                "coding_ends_with_its_submission",
                _SUBMITTED,
                "the unit is submitted and its codings are final",
                operation=pgtrigger.Insert,
            ),
            refuse(
                "coding_uses_a_code_of_its_round",
                _WRONG_CODE,
                "the code is a heading or of another codebook version",
                operation=pgtrigger.Insert,
            ),
            refuse(
                "coding_passage_is_within_its_text",
                _OUTSIDE,
                "the passage ends after the text",
                operation=pgtrigger.Insert,
            ),
            refuse(
                "coding_retracts_one_of_its_own_kind",
                _FOREIGN_RETRACTION,
                "it retracts a coding of another coder, unit or code",
                operation=pgtrigger.Insert,
            ),
        ]

    def __str__(self) -> str:
        if self.start is None:
            return gettext("%(code)s on the whole unit") % {"code": self.code}
        return gettext("%(code)s on characters %(start)d to %(end)d") % {
            "code": self.code,
            "start": self.start,
            "end": self.end,
        }


class Submission(models.Model):
    """What one coder submitted for one unit. Its codings are those not retracted at that time.

    A submission never changes. One that is taken back or reopened has a `SubmissionWithdrawal`, and the coder submits
    the unit again as the next `number`.
    """

    class Outcome(models.TextChoices):
        CODED = "coded", _("Coded")
        NONE_APPLIES = "none-applies", _("None applies")
        UNSURE = "unsure", _("Unsure")
        SKIPPED = "skipped", _("Skipped")

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="submissions")
    round_unit = models.ForeignKey(RoundUnit, on_delete=models.PROTECT, related_name="submissions")
    coder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField(_("number"), default=1)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome.choices)
    codings = models.PositiveIntegerField(_("number of codings"))
    is_flagged = models.BooleanField(_("flagged for the lead coder"), default=False)
    memo = models.TextField(_("memo"), blank=True)
    seconds = models.PositiveIntegerField(
        _("seconds"), null=True, blank=True, help_text=_("From taking the unit to submitting it.")
    )
    active_seconds = models.PositiveIntegerField(
        _("active seconds"),
        null=True,
        blank=True,
        help_text=_("Time in which the coder read or coded, without longer pauses."),
    )
    submitted_at = models.DateTimeField(default=timezone.now)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="submission_number_is_unique", fields=["round_unit", "coder", "number"]),
            models.CheckConstraint(
                name="submission_outcome_fits_its_codings",
                condition=Q(outcome="coded", codings__gte=1)
                | Q(outcome__in=["none-applies", "skipped"], codings=0)
                | Q(outcome="unsure"),
            ),
        ]
        indexes = [models.Index(fields=["coder", "-submitted_at"], name="submission_by_coder")]
        triggers = [
            append_only("submission_is_immutable", erasable=("memo",)),
            refuse(
                "submission_matches_its_assignment",
                "NOT EXISTS (SELECT 1 FROM coding_assignment a WHERE a.id = NEW.assignment_id "
                "AND a.round_unit_id = NEW.round_unit_id AND a.coder_id = NEW.coder_id)",
                "the assignment is of another unit or coder",
                operation=pgtrigger.Insert,
            ),
            refuse(
                "coder_submits_a_unit_once",
                _SUBMITTED,
                "this coder has submitted the unit",
                operation=pgtrigger.Insert,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.round_unit}"

    @property
    def is_in_time(self) -> bool:
        """Whether the minutes in which the coder can take it back are not over."""
        minutes = timedelta(minutes=self.round_unit.round.take_back_minutes)
        return timezone.now() < self.submitted_at + minutes


class SubmissionWithdrawal(models.Model):
    """A submission that its coder took back, or that a lead coder reopened with a reason."""

    class Kind(models.TextChoices):
        TAKEN_BACK = "taken-back", _("Taken back by the coder")
        REOPENED = "reopened", _("Reopened by a lead coder")

    submission = models.OneToOneField(Submission, on_delete=models.PROTECT, related_name="withdrawal")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    reason = models.TextField(_("reason"), blank=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="reopened_submission_has_a_reason", condition=Q(kind="taken-back") | ~Q(reason="")
            ),
        ]
        triggers = [append_only("withdrawal_is_append_only", erasable=("reason",))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.submission}"
