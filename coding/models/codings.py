"""What coders said. Nothing is changed or taken away: retracting a code is a row of its own."""

import uuid
from typing import Any, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from coding.models.codebooks import Code
from coding.models.rounds import Assignment, RoundUnit
from coding.querysets.codings import CodingQuerySet, SubmissionQuerySet
from versions.triggers import append_only, refuse

_SUBMITTED = (
    "EXISTS (SELECT 1 FROM coding_submission s WHERE s.round_unit_id = NEW.round_unit_id AND s.coder_id = NEW.coder_id)"
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
    """A code on a passage or on the whole text, by one coder; or, with `retracts`, the word that one is taken back.

    Offsets count code points of the frozen text, start inclusive, end exclusive; both empty means the whole text.
    """

    class Certainty(models.TextChoices):
        CERTAIN = "certain", "Certain"
        PROBABLE = "probable", "Probable"
        DOUBTFUL = "doubtful", "Doubtful"

    uuid = models.UUIDField(unique=True, default=uuid.uuid4)
    round_unit = models.ForeignKey(RoundUnit, on_delete=models.PROTECT, related_name="codings")
    coder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="codings")
    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="codings")
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    certainty = models.CharField(max_length=8, blank=True, choices=Certainty.choices)
    memo = models.TextField(blank=True)
    retracts = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="retracted_by"
    )
    made_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = CodingQuerySet.as_manager()

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
            append_only("coding_is_append_only"),
            refuse(
                "coding_ends_with_its_submission",
                _SUBMITTED,
                "this set is submitted and does not change",
                operation=pgtrigger.Insert,
            ),
            refuse(
                "coding_uses_a_code_of_its_round",
                _WRONG_CODE,
                "the code is a heading or of another codebook version",
                operation=pgtrigger.Insert,
            ),
            refuse(
                "coding_passage_lies_in_its_text",
                _OUTSIDE,
                "the passage ends after the text",
                operation=pgtrigger.Insert,
            ),
            refuse(
                "coding_retracts_one_of_its_own_kind",
                _FOREIGN_RETRACTION,
                "it takes back a coding of another coder, text or code",
                operation=pgtrigger.Insert,
            ),
        ]

    def __str__(self) -> str:
        where = "whole text" if self.start is None else f"{self.start}-{self.end}"
        return f"{self.code} on {where}"


class Submission(models.Model):
    """The finished set of one coder for one text. Its codings are those that stood when it was handed in."""

    class Outcome(models.TextChoices):
        CODED = "coded", "Coded"
        NONE_APPLIES = "none-applies", "Nothing applies"
        UNSURE = "unsure", "Unsure"
        SKIPPED = "skipped", "Skipped"

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="submission")
    round_unit = models.ForeignKey(RoundUnit, on_delete=models.PROTECT, related_name="submissions")
    coder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="submissions")
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    codings = models.PositiveIntegerField("number of codings")
    is_flagged = models.BooleanField(default=False)
    memo = models.TextField(blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True, help_text="From taking the text to handing it in.")
    submitted_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="coder_submits_a_text_once", fields=["round_unit", "coder"]),
            models.CheckConstraint(
                name="submission_outcome_fits_its_codings",
                condition=Q(outcome="coded", codings__gte=1)
                | Q(outcome__in=["none-applies", "skipped"], codings=0)
                | Q(outcome="unsure"),
            ),
        ]
        indexes = [models.Index(fields=["coder", "-submitted_at"], name="submission_by_coder")]
        triggers = [
            append_only("submission_is_immutable"),
            refuse(
                "submission_is_of_the_seat_it_names",
                "NOT EXISTS (SELECT 1 FROM coding_assignment a WHERE a.id = NEW.assignment_id "
                "AND a.round_unit_id = NEW.round_unit_id AND a.coder_id = NEW.coder_id)",
                "the seat is of another text or coder",
                operation=pgtrigger.Insert,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.round_unit}"
