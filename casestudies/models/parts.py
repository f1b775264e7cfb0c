"""What is said about a case, in rows: who took which part, what helped, what was meant and what came of it."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from accounts.history import tracked
from accounts.models import Organisation, User
from casestudies.models.cases import CaseStudy
from casestudies.models.choices import (
    Aim,
    Direction,
    Effect,
    FactorLevel,
    Grade,
    Part,
    Phase,
    Side,
    Survival,
)
from casestudies.querysets import OfCaseQuerySet


class CasePart(models.Model):
    """A row that belongs to one case and changes with it."""

    case_study = models.ForeignKey(CaseStudy, on_delete=models.PROTECT)
    created_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[Any] = OfCaseQuerySet.as_manager()

    class Meta:
        abstract = True


@tracked
class CitizenRole(CasePart):
    """What one group did in one phase, with the influence it was said to have and was found to have."""

    phase = models.CharField(max_length=13, choices=Phase.choices)
    group = models.SlugField("group of actors", max_length=80)
    part = models.CharField("part taken", max_length=14, choices=Part.choices)
    scale = models.SlugField("scale of influence", max_length=60, blank=True)
    influence_claimed = models.SlugField(max_length=80, blank=True)
    influence_assessed = models.SlugField(max_length=80, blank=True)
    assessed_by = models.CharField(max_length=200, blank=True)
    assessed_on = models.DateField("assessed", null=True, blank=True)
    evidence = models.TextField(blank=True)

    class Meta:
        default_related_name = "roles"
        ordering = ["case_study", "id"]
        constraints = [
            models.UniqueConstraint(
                name="role_is_told_once_a_phase",
                violation_error_message="This part of this group in this phase is recorded already.",
                fields=["case_study", "phase", "group", "part"],
            ),
            models.CheckConstraint(
                name="role_influence_names_its_scale",
                violation_error_message="Choose the scale the influence is read on.",
                condition=Q(influence_claimed="", influence_assessed="") | ~Q(scale=""),
            ),
            models.CheckConstraint(
                name="role_assessment_says_by_whom",
                violation_error_message="Say who assessed the influence; without one, leave assessor and date empty.",
                condition=Q(influence_assessed="", assessed_by="", assessed_on__isnull=True)
                | ~Q(influence_assessed="") & ~Q(assessed_by=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_phase_display()}: {self.group} as {self.get_part_display().lower()}"


@tracked
class Factor(CasePart):
    """Something that drove or hindered the innovation."""

    name = models.CharField("factor", max_length=200)
    level = models.CharField(max_length=12, choices=FactorLevel.choices)
    side = models.CharField(max_length=12, choices=Side.choices)
    direction = models.CharField(max_length=7, choices=Direction.choices)
    strength = models.PositiveSmallIntegerField(
        null=True, blank=True, choices=[(1, "1, weak"), (2, "2, moderate"), (3, "3, strong")]
    )
    evidence = models.TextField(blank=True, help_text="The passages that show it.")

    class Meta:
        default_related_name = "factors"
        ordering = ["case_study", "level", "id"]
        constraints = [
            models.CheckConstraint(
                name="factor_strength_is_one_to_three",
                condition=Q(strength__isnull=True) | Q(strength__range=(1, 3)),
            )
        ]

    def __str__(self) -> str:
        return self.name


@tracked
class Objective(CasePart):
    """What was intended."""

    aim = models.CharField(max_length=13, choices=Aim.choices)
    text = models.TextField("intended")

    class Meta:
        default_related_name = "objectives"
        ordering = ["case_study", "id"]

    def __str__(self) -> str:
        return self.text[:80]


@tracked
class Outcome(CasePart):
    """What was observed, whether or not anyone intended it."""

    aim = models.CharField(max_length=13, choices=Aim.choices)
    text = models.TextField("observed")
    observed_on = models.DateField("observed", null=True, blank=True)
    objective = models.ForeignKey(
        Objective,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="outcomes",
        help_text="The objective it answers, if one.",
    )
    grade = models.CharField("evidence grade", max_length=8, blank=True, choices=Grade.choices)

    class Meta:
        default_related_name = "outcomes"
        ordering = ["case_study", "id"]

    def __str__(self) -> str:
        return self.text[:80]


@tracked
class SurvivalObservation(CasePart):
    """Whether the innovation was still there when somebody looked."""

    observed_on = models.DateField("observed")
    state = models.CharField(max_length=7, choices=Survival.choices)
    source = models.CharField(max_length=500)

    class Meta:
        default_related_name = "survival"
        ordering = ["case_study", "observed_on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="survival_is_told_once_a_day",
                violation_error_message="There is an observation of this day already.",
                fields=["case_study", "observed_on"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} on {self.observed_on}"


@tracked
class Actor(CasePart):
    """An organisation, or a person under a pseudonym, with a relation to the case."""

    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pseudonym = models.CharField(
        max_length=120, blank=True, help_text="For a person, or an organisation that is not listed. Never a real name."
    )
    group = models.SlugField("group of actors", max_length=80)
    relation = models.CharField("relation to the case", max_length=200, blank=True)
    since = models.DateField("from", null=True, blank=True)
    until = models.DateField("to", null=True, blank=True)

    class Meta:
        default_related_name = "actors"
        ordering = ["case_study", "id"]
        constraints = [
            models.CheckConstraint(
                name="actor_is_an_organisation_or_a_pseudonym",
                violation_error_message="Choose an organisation or write a pseudonym: one of the two.",
                condition=Q(organisation__isnull=False, pseudonym="") | Q(organisation__isnull=True) & ~Q(pseudonym=""),
            ),
            models.CheckConstraint(
                name="actor_leaves_after_joining",
                violation_error_message="The actor leaves before joining.",
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation) if self.organisation_id else self.pseudonym


@tracked
class RecordLink(CasePart):
    """A complaint record or recommendation that is claimed to have touched the case.

    Records live in a partitioned table of a room on the same floor, so the link is the pair by which a record is
    cited, not a foreign key (docs/adr/0051).
    """

    dataset = models.SlugField(max_length=80)
    reference = models.CharField(max_length=200, help_text="The record's reference in its dataset.")
    effect = models.CharField("claimed effect", max_length=9, choices=Effect.choices)
    grade = models.CharField("evidence grade", max_length=8, choices=Grade.choices)
    evidence = models.TextField(blank=True)

    class Meta:
        default_related_name = "record_links"
        ordering = ["case_study", "id"]
        constraints = [
            models.UniqueConstraint(
                name="record_is_linked_once_to_a_case",
                violation_error_message="This record is linked to the case already.",
                fields=["case_study", "dataset", "reference"],
            )
        ]
        indexes = [models.Index(fields=["dataset", "reference"], name="record_link_by_record")]

    def __str__(self) -> str:
        return f"{self.dataset} {self.reference}"
