"""Rounds: which texts, how many coders each, who codes. Every place of a coder on a text is a seat (ADR 0061)."""

from decimal import Decimal
from typing import Any, ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.history import tracked
from accounts.models import Organisation, User
from coding.models.codebooks import CodebookVersion
from coding.models.units import TextUnit
from coding.querysets.rounds import AssignmentQuerySet, RoundQuerySet, RoundUnitQuerySet


@tracked
class Round(models.Model):
    """A sample of texts coded with one version of a codebook."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    class StopRule(models.TextChoices):
        COMPLETE = "complete", "When every text has its coders"
        COUNT = "count", "After a number of submissions"

    title = models.CharField(max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    codebook_version = models.ForeignKey(CodebookVersion, on_delete=models.PROTECT, related_name="rounds")
    instructions = models.TextField(blank=True, help_text="Shown to the coders above the queue.")
    coders_per_unit = models.DecimalField(
        "coders per text",
        max_digits=4,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text="1.2 gives every fifth text a second coder.",
    )
    is_blind = models.BooleanField(
        "blind", default=True, help_text="Coders do not see each other's work until the round closes."
    )
    stop_rule = models.CharField(max_length=8, choices=StopRule.choices, default=StopRule.COMPLETE)
    stop_after = models.PositiveIntegerField("number of submissions", null=True, blank=True)
    lease_minutes = models.PositiveIntegerField(
        "minutes a text is kept for its coder",
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(10080)],
        help_text="After that, without work on it, another coder may get it.",
    )
    seed = models.PositiveIntegerField(default=1, help_text="Of the random order; shown, so that it can be repeated.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.PLANNED)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects: ClassVar[Any] = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="round_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="round_times_follow_its_state",
                condition=Q(state="planned", opened_at__isnull=True, closed_at__isnull=True)
                | Q(state="open", opened_at__isnull=False, closed_at__isnull=True)
                | Q(state="closed", opened_at__isnull=False, closed_at__gte=F("opened_at")),
            ),
            models.CheckConstraint(
                name="round_has_a_number_iff_it_stops_by_count",
                condition=Q(stop_rule="complete", stop_after__isnull=True) | Q(stop_rule="count", stop_after__gte=1),
            ),
            models.CheckConstraint(
                name="round_has_one_to_twenty_coders_per_unit",
                condition=Q(coders_per_unit__gte=1, coders_per_unit__lte=20),
            ),
            models.CheckConstraint(name="round_lease_lasts", condition=Q(lease_minutes__gte=1)),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("round-detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN


class RoundUnit(models.Model):
    """A text in a round. `done` counts the submissions that cover it; `position` is its place in the random order."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="units")
    unit = models.ForeignKey(TextUnit, on_delete=models.PROTECT, related_name="in_rounds")
    position = models.PositiveIntegerField(default=0)
    coders_wanted = models.PositiveSmallIntegerField(default=1)
    done = models.PositiveSmallIntegerField(default=0)
    skipped = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar[Any] = RoundUnitQuerySet.as_manager()

    class Meta:
        ordering = ["round", "position", "id"]
        constraints = [
            models.UniqueConstraint(name="round_holds_a_text_once", fields=["round", "unit"]),
            models.CheckConstraint(name="round_unit_wants_a_coder", condition=Q(coders_wanted__gte=1)),
            models.CheckConstraint(
                name="round_unit_has_no_more_coders_than_wanted", condition=Q(done__lte=F("coders_wanted"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} in {self.round}"


@tracked
class RoundCoder(models.Model):
    """A person who codes in a round, with an upper limit of texts if one is set."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="coders")
    coder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="coding_rounds")
    quota = models.PositiveIntegerField(null=True, blank=True, help_text="At most this many texts.")

    class Meta:
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(name="round_names_a_coder_once", fields=["round", "coder"]),
            models.CheckConstraint(
                name="round_coder_quota_is_positive", condition=Q(quota__isnull=True) | Q(quota__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coder} in {self.round}"


class Assignment(models.Model):
    """A seat of one coder at one text. Free without a coder; held until its lease ends; done once submitted."""

    class Why(models.TextChoices):
        LEASE = "lease", "You had begun it."
        ASSIGNED = "assigned", "It was assigned to you."
        NEARLY = "nearly-complete", "Others have finished it; yours completes the set."
        UNDER = "under-covered", "It needs several coders and has none yet."
        RANDOM = "random", "It is next in the random order of the round."
        POSTPONED = "postponed", "You had put it off until later."
        SKIPPED = "skipped", "Another coder skipped it."

    round_unit = models.ForeignKey(RoundUnit, on_delete=models.PROTECT, related_name="seats")
    seat = models.PositiveSmallIntegerField()
    coder = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    why = models.CharField(max_length=16, blank=True, choices=Why.choices)
    taken_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    postponed_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    is_flagged = models.BooleanField("flagged for the lead coder", default=False)
    memo = models.TextField(blank=True)

    objects: ClassVar[Any] = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="seat_number_is_unique_at_a_text", fields=["round_unit", "seat"]),
            models.UniqueConstraint(
                name="coder_sits_once_at_a_text", fields=["round_unit", "coder"], condition=Q(coder__isnull=False)
            ),
            models.CheckConstraint(
                name="seat_is_leased_to_somebody", condition=Q(leased_until__isnull=True) | Q(coder__isnull=False)
            ),
            models.CheckConstraint(
                name="seat_lease_ends_after_it_was_taken",
                condition=Q(leased_until__isnull=True) | Q(taken_at__isnull=False, leased_until__gt=F("taken_at")),
            ),
            models.CheckConstraint(
                name="submitted_seat_has_a_coder_and_no_lease",
                condition=Q(submitted_at__isnull=True) | Q(coder__isnull=False, leased_until__isnull=True),
            ),
            models.CheckConstraint(
                name="postponed_seat_has_a_coder", condition=Q(postponed_at__isnull=True) | Q(coder__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["coder", "submitted_at"], name="seat_by_coder"),
            models.Index(fields=["round_unit"], name="open_seat", condition=Q(submitted_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"seat {self.seat} at {self.round_unit}"

    def get_absolute_url(self) -> str:
        return reverse("code-unit", args=[self.pk])
