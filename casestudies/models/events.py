"""Co-creation events, participation, contributions and the decisions on them."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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
    """A meeting, online platform or other occasion at which citizens contribute."""

    case_study = models.ForeignKey(CaseStudy, on_delete=models.PROTECT, verbose_name=_("case study"))
    title = models.CharField(_("title"), max_length=250)
    series = models.CharField(
        _("series"),
        max_length=200,
        blank=True,
        help_text=_("Name of the series, where there are several meetings of one kind."),
    )
    status = models.CharField(_("status"), max_length=9, choices=EventStatus.choices, default=EventStatus.PLANNED)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Amsterdam")
    place = models.ForeignKey(
        Place, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("place")
    )
    venue = models.CharField(_("venue"), max_length=250, blank=True, help_text=_("Room, address or web address."))
    mode = models.CharField(_("mode"), max_length=9, blank=True, choices=Mode.choices)
    format = models.SlugField(_("format"), max_length=80, blank=True)
    purpose = models.TextField(_("purpose"), blank=True)
    phase = models.CharField(_("phase"), max_length=13, blank=True, choices=Phase.choices)
    remit_question = models.TextField(
        _("remit question"), blank=True, help_text=_("The question that participants were asked to answer.")
    )
    influence_claimed = models.SlugField(_("influence claimed"), max_length=80, blank=True)
    influence_assessed = models.SlugField(_("influence assessed"), max_length=80, blank=True)
    influence_evidence = models.TextField(_("influence evidence"), blank=True)
    openness = models.CharField(_("open to"), max_length=13, blank=True, choices=Openness.choices)
    selection = models.CharField(_("recruited by"), max_length=17, blank=True, choices=Selection.choices)
    invited = models.PositiveIntegerField(_("invited"), null=True, blank=True)
    accepted = models.PositiveIntegerField(_("accepted"), null=True, blank=True)
    attended = models.PositiveIntegerField(_("attended"), null=True, blank=True)
    incentive = models.CharField(_("incentive"), max_length=200, blank=True)
    hours_together = models.DecimalField(
        _("hours together"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("Hours that participants worked together, without breaks."),
    )
    commissioned = models.BooleanField(_("commissioned by a public authority"), null=True, blank=True)
    facilitation = models.CharField(_("facilitation"), max_length=12, blank=True, choices=Facilitation.choices)
    languages = key_list(_("languages"))
    interaction_methods = key_list(_("interaction methods"))
    decision_methods = key_list(_("decision methods"))
    voting_rule = models.CharField(_("voting rule"), max_length=200, blank=True)
    inputs_shown = models.TextField(_("inputs shown"), blank=True, help_text=_("Information shown to participants."))
    recorder = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorder")
    )
    source = models.CharField(_("source"), max_length=500, blank=True)
    confidence = models.CharField(_("confidence"), max_length=6, blank=True, choices=Confidence.choices)
    follow_up = models.TextField(_("follow up"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("co-creation event")
        default_related_name = "events"
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(name="event_has_a_title", condition=~Q(title="")),
            models.CheckConstraint(
                name="event_ends_after_it_starts",
                violation_error_message=_("The event ends before it starts."),
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
            ),
            models.CheckConstraint(
                name="event_attendance_is_recorded_of_held_events",
                violation_error_message=_(
                    "Attendance is recorded for events that were held. Change the status or leave the field empty."
                ),
                condition=Q(attended__isnull=True) | Q(status=EventStatus.HELD),
            ),
            models.CheckConstraint(
                name="event_accepted_were_invited",
                violation_error_message=_("More people accepted than were invited."),
                condition=Q(invited__isnull=True) | Q(accepted__isnull=True) | Q(accepted__lte=F("invited")),
            ),
            models.CheckConstraint(
                name="event_voting_rule_needs_voting",
                violation_error_message=_("A voting rule needs the decision method “Voting”."),
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
    """Number of people of one group, sector and band that took part. Never a name."""

    event = models.ForeignKey(CoCreationEvent, on_delete=models.PROTECT, verbose_name=_("event"))
    group = models.SlugField(_("group of actors"), max_length=80)
    sector = models.CharField(_("sector"), max_length=120, blank=True)
    band = models.CharField(_("band"), max_length=120, blank=True, help_text=_("For example an age band."))
    people = models.PositiveIntegerField(_("people"))
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = OfCaseQuerySet.as_manager()
    case_study_path = "event__case_study"

    class Meta:
        default_related_name = "participation"
        verbose_name = _("participation")
        verbose_name_plural = _("participation")
        ordering = ["event", "id"]
        constraints = [
            models.UniqueConstraint(
                name="participation_is_recorded_once",
                violation_error_message=_("Participation of this group, sector and band is already recorded."),
                fields=["event", "group", "sector", "band"],
            )
        ]

    def __str__(self) -> str:
        return _("%(number)d of %(group)s") % {"number": self.people, "group": self.group}


@tracked
class Contribution(models.Model):
    """What a citizen or group contributed, at an event or on a platform, and the decision on it."""

    case_study = models.ForeignKey(CaseStudy, on_delete=models.PROTECT, verbose_name=_("case study"))
    event = models.ForeignKey(CoCreationEvent, null=True, blank=True, on_delete=models.PROTECT, verbose_name=_("event"))
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    kind = models.SlugField(_("kind"), max_length=80)
    text = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=8, default="en")
    group = models.SlugField(_("contributed by"), max_length=80)
    pseudonym = models.CharField(
        _("pseudonym"), max_length=120, blank=True, help_text=_("Of the person or group. Never a real name.")
    )
    platform = models.CharField(
        _("platform"), max_length=200, blank=True, help_text=_("Where it was contributed, if not at an event.")
    )
    put_in_on = models.DateField(_("contributed on"), null=True, blank=True)
    decision = models.CharField(_("decision"), max_length=8, blank=True, choices=Decision.choices)
    decided_on = models.DateField(_("decided"), null=True, blank=True)
    response = models.TextField(_("response of the public body"), blank=True)
    what_changed = models.TextField(_("what changed"), blank=True)
    outcome = models.ForeignKey(
        Outcome,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        help_text=_("The outcome that it led to, if any."),
        verbose_name=_("outcome"),
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        default_related_name = "contributions"
        ordering = ["case_study", "id"]
        constraints = [
            models.CheckConstraint(name="contribution_has_a_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="contribution_response_follows_a_decision",
                violation_error_message=_("Choose a decision: a response, date, change or outcome needs one."),
                condition=~Q(decision="")
                | Q(decided_on__isnull=True, response="", what_changed="", outcome__isnull=True),
            ),
            models.CheckConstraint(
                name="contribution_without_reply_has_no_response",
                violation_error_message=_("“No reply” has no response. Empty the response or choose another decision."),
                condition=~Q(decision=Decision.NO_REPLY) | Q(response=""),
            ),
            models.CheckConstraint(
                name="contribution_does_not_answer_itself", condition=Q(parent__isnull=True) | ~Q(parent=F("id"))
            ),
            models.CheckConstraint(name="contribution_versions_count_from_one", condition=Q(version__gte=1)),
        ]
        indexes = [models.Index(fields=["decision"], name="contribution_by_decision")]

    # Level within its thread, set where a thread is shown.
    depth: int = 0

    def __str__(self) -> str:
        return self.text[:80]

    def get_absolute_url(self) -> str:
        return reverse("contribution-detail", args=[self.pk])
