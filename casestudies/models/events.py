"""Co-creation events, who took part, what they put in and what became of it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.history import tracked
from accounts.models import User
from casestudies.models.cases import CaseStudy, key_list
from casestudies.models.choices import (
    Confidence,
    Decision,
    EventStatus,
    Facilitation,
    Mode,
    Openness,
    Phase,
    Selection,
)
from casestudies.models.parts import Outcome
from casestudies.querysets import ContributionQuerySet, EventQuerySet, OfCaseQuerySet
from registry.models import Place


@tracked
class CoCreationEvent(models.Model):
    """A meeting, a platform or another occasion at which citizens put something in."""

    case_study = models.ForeignKey(CaseStudy, on_delete=models.PROTECT)
    title = models.CharField(max_length=250)
    series = models.CharField(max_length=200, blank=True, help_text="What several meetings of one kind are called.")
    status = models.CharField(max_length=9, choices=EventStatus.choices, default=EventStatus.PLANNED)
    starts_at = models.DateTimeField("starts")
    ends_at = models.DateTimeField("ends", null=True, blank=True)
    time_zone = models.CharField(max_length=50, default="Europe/Amsterdam")
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    venue = models.CharField(max_length=250, blank=True, help_text="The room, the address or the web address.")
    mode = models.CharField(max_length=9, blank=True, choices=Mode.choices)
    format = models.SlugField(max_length=80, blank=True)
    purpose = models.TextField(blank=True)
    phase = models.CharField(max_length=13, blank=True, choices=Phase.choices)
    remit_question = models.TextField(blank=True, help_text="The question the participants were given.")
    influence_claimed = models.SlugField(max_length=80, blank=True)
    influence_assessed = models.SlugField(max_length=80, blank=True)
    influence_evidence = models.TextField(blank=True)
    openness = models.CharField("open to", max_length=13, blank=True, choices=Openness.choices)
    selection = models.CharField("recruited by", max_length=17, blank=True, choices=Selection.choices)
    invited = models.PositiveIntegerField(null=True, blank=True)
    accepted = models.PositiveIntegerField(null=True, blank=True)
    attended = models.PositiveIntegerField(null=True, blank=True)
    incentive = models.CharField(max_length=200, blank=True)
    hours_together = models.DecimalField(
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        help_text="Hours the participants worked together, breaks left out.",
    )
    commissioned = models.BooleanField("commissioned by a public authority", null=True, blank=True)
    facilitation = models.CharField(max_length=12, blank=True, choices=Facilitation.choices)
    languages = key_list("languages")
    interaction_methods = key_list("interaction methods")
    decision_methods = key_list("decision methods")
    voting_rule = models.CharField(max_length=200, blank=True)
    inputs_shown = models.TextField(blank=True, help_text="What the participants were shown.")
    recorder = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=500, blank=True)
    confidence = models.CharField(max_length=6, blank=True, choices=Confidence.choices)
    follow_up = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "co-creation event"
        default_related_name = "events"
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(name="event_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="event_ends_after_it_starts",
                violation_error_message="The event ends before it starts.",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
            ),
            models.CheckConstraint(
                name="event_attendance_is_told_of_held_events",
                violation_error_message="Attendance is told of events that were held; change the status or empty it.",
                condition=Q(attended__isnull=True) | Q(status=EventStatus.HELD),
            ),
            models.CheckConstraint(
                name="event_accepted_were_invited",
                violation_error_message="More accepted than were invited.",
                condition=Q(invited__isnull=True) | Q(accepted__isnull=True) | Q(accepted__lte=F("invited")),
            ),
            models.CheckConstraint(
                name="event_voting_rule_needs_voting",
                violation_error_message="A voting rule goes with the decision method voting.",
                condition=Q(voting_rule="") | Q(decision_methods__contains=["voting"]),
            ),
            models.CheckConstraint(name="event_versions_count_from_one", condition=Q(version__gte=1)),
        ]
        indexes = [models.Index(fields=["case_study", "starts_at"], name="event_by_case_and_time")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("event-detail", args=[self.pk])


@tracked
class Participation(models.Model):
    """How many people of one role, sector and band took part. Never a name."""

    event = models.ForeignKey(CoCreationEvent, on_delete=models.PROTECT)
    group = models.SlugField("group of actors", max_length=80)
    sector = models.CharField(max_length=120, blank=True)
    band = models.CharField(max_length=120, blank=True, help_text="For example an age band.")
    people = models.PositiveIntegerField()
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = OfCaseQuerySet.as_manager()
    case_study_path = "event__case_study"

    class Meta:
        default_related_name = "participation"
        verbose_name_plural = "participation"
        ordering = ["event", "id"]
        constraints = [
            models.UniqueConstraint(
                name="participation_is_counted_once",
                violation_error_message="This group, sector and band is counted already.",
                fields=["event", "group", "sector", "band"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.people} of {self.group}"


@tracked
class Contribution(models.Model):
    """What a citizen or group put in, at an event or on a platform, and what became of it."""

    case_study = models.ForeignKey(CaseStudy, on_delete=models.PROTECT)
    event = models.ForeignKey(CoCreationEvent, null=True, blank=True, on_delete=models.PROTECT)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    kind = models.SlugField(max_length=80)
    text = models.TextField()
    language = models.CharField(max_length=8, default="en")
    group = models.SlugField("put in by", max_length=80)
    pseudonym = models.CharField(max_length=120, blank=True, help_text="Of whoever put it in. Never a real name.")
    platform = models.CharField(max_length=200, blank=True, help_text="Where, if not at an event.")
    put_in_on = models.DateField("put in", null=True, blank=True)
    decision = models.CharField(max_length=8, blank=True, choices=Decision.choices)
    decided_on = models.DateField("decided", null=True, blank=True)
    response = models.TextField("response of the public body", blank=True)
    what_changed = models.TextField(blank=True)
    outcome = models.ForeignKey(
        Outcome, null=True, blank=True, on_delete=models.PROTECT, help_text="The outcome it led to, if one."
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = ContributionQuerySet.as_manager()

    class Meta:
        default_related_name = "contributions"
        ordering = ["case_study", "id"]
        constraints = [
            models.CheckConstraint(name="contribution_says_something", condition=~Q(text="")),
            models.CheckConstraint(
                name="contribution_fate_follows_a_decision",
                violation_error_message="Response, date, change and outcome need a decision.",
                condition=~Q(decision="")
                | Q(decided_on__isnull=True, response="", what_changed="", outcome__isnull=True),
            ),
            models.CheckConstraint(
                name="contribution_without_reply_has_no_response",
                violation_error_message="No reply means no response; empty the response or choose another decision.",
                condition=~Q(decision=Decision.NO_REPLY) | Q(response=""),
            ),
            models.CheckConstraint(
                name="contribution_does_not_answer_itself", condition=Q(parent__isnull=True) | ~Q(parent=F("id"))
            ),
            models.CheckConstraint(name="contribution_versions_count_from_one", condition=Q(version__gte=1)),
        ]
        indexes = [models.Index(fields=["decision"], name="contribution_by_decision")]

    # How far down its thread it stands, set where a thread is shown.
    depth: int = 0

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return reverse("contribution-detail", args=[self.pk])
