"""Rounds: which units, how many coders each, who codes. Each coder of each unit has an assignment (ADR 0061)."""

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.history import tracked
from accounts.models import Organisation, User
from coding.models.codebooks import CodebookVersion
from coding.models.units import TextUnit
from coding.querysets.rounds import AssignmentQuerySet, RoundCoderQuerySet, RoundQuerySet, RoundUnitQuerySet
from rest.vocabularies import COUNTRY, CutByProgramme, TermKeysField

if TYPE_CHECKING:
    from coding.models.codings import Coding, Submission

# Slots of units that a coder skipped have their place after all others, in the order of their first place.
SKIPPED_FROM = 1_000_000_000
RUNNING = ("open", "paused")


@tracked
class Round(CutByProgramme):
    """A sample of units coded with one version of a codebook."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        OPEN = "open", _("Open")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed")

    class AgreementRule(models.TextChoices):
        """Which units an adjudicator need not look at."""

        ALL_AGREE = "all-agree", _("When all coders agree")
        MAJORITY = "majority", _("When more than half of the coders agree")
        NONE = "none", _("Never: a person decides every unit")

    class StopRule(models.TextChoices):
        COMPLETE = "complete", _("When every unit has its coders")
        COUNT = "count", _("After a number of submissions")

    title = models.CharField(_("title"), max_length=200)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    codebook_version = models.ForeignKey(
        CodebookVersion, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("codebook")
    )
    countries = TermKeysField(_("countries"), vocabulary=COUNTRY)
    instructions = models.TextField(_("instructions"), blank=True, help_text=_("Shown to the coders in their queue."))
    coders_per_unit = models.DecimalField(
        _("coders per unit"),
        max_digits=4,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(1), MaxValueValidator(20)],
        help_text=_("With 1.2, every fifth unit has a second coder."),
    )
    is_blind = models.BooleanField(
        _("blind"),
        default=True,
        help_text=_("Coders cannot see each other's work until the round is closed."),
    )
    stop_rule = models.CharField(_("stop rule"), max_length=8, choices=StopRule.choices, default=StopRule.COMPLETE)
    stop_after = models.PositiveIntegerField(_("number of submissions"), null=True, blank=True)
    lease_minutes = models.PositiveIntegerField(
        _("minutes a unit is reserved for its coder"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(10080)],
        help_text=_("If the coder does not work on it for that long, another coder can get it."),
    )
    take_back_minutes = models.PositiveIntegerField(
        _("minutes in which coders can take back a submission"),
        default=30,
        validators=[MaxValueValidator(10080)],
        help_text=_("After that, a lead coder can reopen it."),
    )
    agreement_rule = models.CharField(
        _("settled without adjudication"),
        max_length=10,
        choices=AgreementRule.choices,
        default=AgreementRule.ALL_AGREE,
    )
    seed = models.PositiveIntegerField(
        _("seed"), default=1, help_text=_("Fixes the random order, so that the draw can be repeated.")
    )
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PLANNED)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reopening_reason = models.TextField(
        _("reason for reopening"), blank=True, help_text=_("Why the round was opened again after it was closed.")
    )
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)

    # Set by `with_progress`.
    unit_count: int
    coder_count: int
    assignments_wanted: int
    assignments_done: int

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(name="round_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="round_times_follow_its_state",
                condition=Q(state="planned", opened_at__isnull=True, closed_at__isnull=True)
                | Q(state__in=["open", "paused"], opened_at__isnull=False, closed_at__isnull=True)
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

    @property
    def is_running(self) -> bool:
        """Started and not closed: open, or paused."""
        return self.state in RUNNING


class RoundUnit(models.Model):
    """A unit in a round. `done` counts submissions, not those skipped; `position` is its random order."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="units")
    unit = models.ForeignKey(TextUnit, on_delete=models.PROTECT, related_name="in_rounds")
    position = models.PositiveIntegerField(default=0)
    coders_wanted = models.PositiveSmallIntegerField(default=1)
    done = models.PositiveSmallIntegerField(default=0)
    skipped = models.PositiveSmallIntegerField(default=0)

    # Set by `reading_room.texts_of`.
    text_state: str
    shown_submissions: "list[Submission]"
    shown_started: "list[Assignment]"
    shown_codings: "list[Coding]"

    objects = RoundUnitQuerySet.as_manager()

    class Meta:
        ordering = ["round", "position", "id"]
        constraints = [
            models.UniqueConstraint(name="round_has_a_unit_once", fields=["round", "unit"]),
            models.CheckConstraint(name="round_unit_wants_a_coder", condition=Q(coders_wanted__gte=1)),
            models.CheckConstraint(
                name="round_unit_has_no_more_coders_than_wanted", condition=Q(done__lte=F("coders_wanted"))
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(unit)s in %(round)s") % {"unit": self.unit, "round": self.round}


@tracked
class RoundCoder(models.Model):
    """A coder of a round, with the largest number of units if there is one.

    `organisation` is the one for which this person codes: once the membership there has ended, nothing of the round is
    visible to the person, even to one who codes for another organisation. A coder who is removed from a round that has
    started keeps the row, so that a lead coder cannot see the work of others in between and then code again.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="coders")
    coder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="coding_rounds")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    quota = models.PositiveIntegerField(
        _("quota"), null=True, blank=True, help_text=_("The largest number of units for this coder.")
    )
    removed_at = models.DateTimeField(null=True, blank=True)

    done: int  # Set by `with_done`.

    objects = RoundCoderQuerySet.as_manager()

    class Meta:
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(name="round_names_a_coder_once", fields=["round", "coder"]),
            models.CheckConstraint(
                name="round_coder_quota_is_positive", condition=Q(quota__isnull=True) | Q(quota__gte=1)
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(coder)s in %(round)s") % {"coder": self.coder, "round": self.round}


class Assignment(models.Model):
    """One unit for one coder, a free slot without one. Reserved until its lease ends.

    `position` is its random place in the queue of the round: each slot of a unit has its own, so the queue does not
    tell which units have several coders. From `SKIPPED_FROM` on are the free slots of units that a coder skipped.
    `version` grows with each change of the coder's codes, memo or flag.
    """

    class Why(models.TextChoices):
        LEASE = "lease", _("You have started it.")
        ASSIGNED = "assigned", _("It was assigned to you.")
        NEARLY = "nearly-complete", _("Other coders have submitted it; it needs another coder.")
        UNDER = "under-covered", _("It needs several coders and has none yet.")
        RANDOM = "random", _("It is next in the random order of the round.")
        POSTPONED = "postponed", _("You postponed it.")
        SKIPPED = "skipped", _("Another coder skipped it.")

    round_unit = models.ForeignKey(RoundUnit, on_delete=models.PROTECT, related_name="assignments")
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="assignments")
    slot = models.PositiveSmallIntegerField(_("slot"))
    position = models.PositiveIntegerField(default=0)
    coder = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="assignments")
    why = models.CharField(_("reason for selection"), max_length=16, blank=True, choices=Why.choices)
    taken_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    is_ahead = models.BooleanField(
        _("loaded ahead"),
        default=False,
        help_text=_("Reserved so that the page could load it while its coder works on another unit; not opened yet."),
    )
    postponed_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    is_flagged = models.BooleanField(_("flagged for the lead coder"), default=False)
    memo = models.TextField(_("memo"), blank=True)
    version = models.PositiveIntegerField(default=0)
    active_seconds = models.PositiveIntegerField(
        _("active seconds"), default=0, help_text=_("Time in which the coder read or coded, without longer pauses.")
    )

    reason_for_reopening: str | None  # Set by `with_reason_for_reopening`.

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(name="assignment_slot_is_unique_in_its_unit", fields=["round_unit", "slot"]),
            models.UniqueConstraint(
                name="coder_has_a_unit_once",
                fields=["round_unit", "coder"],
                condition=Q(coder__isnull=False),
            ),
            models.CheckConstraint(
                name="assignment_is_leased_to_a_coder", condition=Q(leased_until__isnull=True) | Q(coder__isnull=False)
            ),
            models.CheckConstraint(
                name="assignment_lease_ends_after_it_was_taken",
                condition=Q(leased_until__isnull=True) | Q(taken_at__isnull=False, leased_until__gt=F("taken_at")),
            ),
            models.CheckConstraint(
                name="submitted_assignment_has_a_coder_and_no_lease",
                condition=Q(submitted_at__isnull=True) | Q(coder__isnull=False, leased_until__isnull=True),
            ),
            models.CheckConstraint(
                name="postponed_assignment_has_a_coder", condition=Q(postponed_at__isnull=True) | Q(coder__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["coder", "submitted_at"], name="assignment_by_coder"),
            models.Index(fields=["round_unit"], name="open_assignment", condition=Q(submitted_at__isnull=True)),
            models.Index(
                fields=["round", "position"],
                name="free_assignment",
                condition=Q(submitted_at__isnull=True, coder__isnull=True),
            ),
            models.Index(
                fields=["round", "leased_until"],
                name="taken_assignment",
                condition=Q(submitted_at__isnull=True, coder__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return gettext("Slot %(slot)d of %(unit)s") % {"slot": self.slot, "unit": self.round_unit}

    def get_absolute_url(self) -> str:
        return reverse("code-unit", args=[self.pk])

    @property
    def shown_reason(self) -> str:
        """Why the coder got the unit, in words; empty where blindness hides it."""
        why = shown_reason(self.why, self.round_unit.round.is_blind)
        return str(self.Why(why).label) if why else ""


def shown_reason(why: str, is_blind: bool) -> str:
    """The reason for selection as a coder may know it: in a blind round nothing that depends on other coders."""
    return why if not is_blind or why in ("lease", "assigned", "postponed") else ""
