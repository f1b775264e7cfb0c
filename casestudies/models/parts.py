"""Parts of a case study: roles of citizens, factors, objectives, outcomes, survival, actors, links to records."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

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
    """A row that belongs to one case study and is edited with it."""

    case_study = models.ForeignKey(CaseStudy, on_delete=models.PROTECT, verbose_name=_("case study"))
    created_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = OfCaseQuerySet.as_manager()

    class Meta:
        abstract = True


@tracked
class CitizenRole(CasePart):
    """What one group did in one phase, with the influence that was claimed and the influence that was assessed."""

    phase = models.CharField(_("phase"), max_length=13, choices=Phase.choices)
    group = models.SlugField(_("group of actors"), max_length=80)
    part = models.CharField(_("role taken"), max_length=14, choices=Part.choices)
    scale = models.SlugField(_("scale of influence"), max_length=60, blank=True)
    influence_claimed = models.SlugField(_("influence claimed"), max_length=80, blank=True)
    influence_assessed = models.SlugField(_("influence assessed"), max_length=80, blank=True)
    assessed_by = models.CharField(_("assessed by"), max_length=200, blank=True)
    assessed_on = models.DateField(_("assessed"), null=True, blank=True)
    evidence = models.TextField(_("evidence"), blank=True)

    class Meta:
        verbose_name = _("citizen role")
        default_related_name = "roles"
        ordering = ["case_study", "id"]
        constraints = [
            models.UniqueConstraint(
                name="role_is_recorded_once_a_phase",
                violation_error_message=_("This role of this group in this phase is already recorded."),
                fields=["case_study", "phase", "group", "part"],
            ),
            models.CheckConstraint(
                name="role_influence_names_its_scale",
                violation_error_message=_("Choose the scale of the influence."),
                condition=Q(influence_claimed="", influence_assessed="") | ~Q(scale=""),
            ),
            models.CheckConstraint(
                name="role_assessment_says_by_whom",
                violation_error_message=_(
                    "Enter who assessed the influence. Without an assessment, leave assessor and date empty."
                ),
                condition=Q(influence_assessed="", assessed_by="", assessed_on__isnull=True)
                | ~Q(influence_assessed="") & ~Q(assessed_by=""),
            ),
        ]

    def __str__(self) -> str:
        texts = {"phase": self.get_phase_display(), "group": self.group, "role": self.get_part_display().lower()}
        return _("%(phase)s: %(group)s as %(role)s") % texts


@tracked
class Factor(CasePart):
    """Something that drove or hindered the innovation."""

    name = models.CharField(_("factor"), max_length=200)
    level = models.CharField(_("level"), max_length=12, choices=FactorLevel.choices)
    side = models.CharField(_("side"), max_length=12, choices=Side.choices)
    direction = models.CharField(_("direction"), max_length=7, choices=Direction.choices)
    strength = models.PositiveSmallIntegerField(
        _("strength"), null=True, blank=True, choices=[(1, _("1, weak")), (2, _("2, moderate")), (3, _("3, strong"))]
    )
    evidence = models.TextField(_("evidence"), blank=True, help_text=_("The passages that support it."))

    class Meta:
        verbose_name = _("factor")
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
    """An intended result."""

    aim = models.CharField(_("aim"), max_length=13, choices=Aim.choices)
    text = models.TextField(_("intended"))

    class Meta:
        verbose_name = _("objective")
        default_related_name = "objectives"
        ordering = ["case_study", "id"]

    def __str__(self) -> str:
        return self.text[:80]


@tracked
class Outcome(CasePart):
    """An observed result, intended or not."""

    aim = models.CharField(_("aim"), max_length=13, choices=Aim.choices)
    text = models.TextField(_("observed"))
    observed_on = models.DateField(_("observed"), null=True, blank=True)
    objective = models.ForeignKey(
        Objective,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="outcomes",
        help_text=_("The objective that it meets, if any."),
        verbose_name=_("objective"),
    )
    grade = models.CharField(_("evidence grade"), max_length=8, blank=True, choices=Grade.choices)

    class Meta:
        verbose_name = _("outcome")
        default_related_name = "outcomes"
        ordering = ["case_study", "id"]

    def __str__(self) -> str:
        return self.text[:80]


@tracked
class SurvivalObservation(CasePart):
    """Whether the innovation still existed on the day of an observation."""

    observed_on = models.DateField(_("observed"))
    state = models.CharField(_("state"), max_length=7, choices=Survival.choices)
    source = models.CharField(_("source"), max_length=500)

    class Meta:
        verbose_name = _("survival observation")
        default_related_name = "survival"
        ordering = ["case_study", "observed_on", "id"]
        constraints = [
            models.UniqueConstraint(
                name="survival_is_recorded_once_a_day",
                violation_error_message=_("There is already an observation on this day."),
                fields=["case_study", "observed_on"],
            )
        ]

    def __str__(self) -> str:
        return _("%(state)s on %(day)s") % {"state": self.get_state_display(), "day": self.observed_on}


@tracked
class Actor(CasePart):
    """An organisation, or a person under a pseudonym, with a relation to the case."""

    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    pseudonym = models.CharField(
        _("pseudonym"),
        max_length=120,
        blank=True,
        help_text=_("For a person, or an organisation that is not listed. Never a real name."),
    )
    group = models.SlugField(_("group of actors"), max_length=80)
    relation = models.CharField(_("relation to the case"), max_length=200, blank=True)
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("to"), null=True, blank=True)

    class Meta:
        verbose_name = _("actor")
        default_related_name = "actors"
        ordering = ["case_study", "id"]
        constraints = [
            models.CheckConstraint(
                name="actor_is_an_organisation_or_a_pseudonym",
                violation_error_message=_("Choose an organisation or enter a pseudonym, not both."),
                condition=Q(organisation__isnull=False, pseudonym="") | Q(organisation__isnull=True) & ~Q(pseudonym=""),
            ),
            models.CheckConstraint(
                name="actor_leaves_after_joining",
                violation_error_message=_("The actor cannot leave before joining."),
                condition=Q(since__isnull=True) | Q(until__isnull=True) | Q(until__gte=F("since")),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation) if self.organisation_id else self.pseudonym


@tracked
class RecordLink(CasePart):
    """A complaint record or recommendation that is claimed to have affected the case.

    Records live in a partitioned table of a room on the same floor, so the link is the pair by which a record is
    cited, not a foreign key (docs/adr/0051).
    """

    dataset = models.SlugField(_("dataset"), max_length=80)
    reference = models.CharField(_("reference"), max_length=200, help_text=_("The record's reference in its dataset."))
    effect = models.CharField(_("claimed effect"), max_length=9, choices=Effect.choices)
    grade = models.CharField(_("evidence grade"), max_length=8, choices=Grade.choices)
    evidence = models.TextField(_("evidence"), blank=True)

    class Meta:
        verbose_name = _("link to a complaint record")
        default_related_name = "record_links"
        ordering = ["case_study", "id"]
        constraints = [
            models.UniqueConstraint(
                name="record_is_linked_once_to_a_case",
                violation_error_message=_("This record is already linked to the case."),
                fields=["case_study", "dataset", "reference"],
            )
        ]
        indexes = [models.Index(fields=["dataset", "reference"], name="record_link_by_record")]

    # Address of the page of the record, set where the reader has access to it.
    url: str = ""

    def __str__(self) -> str:
        return f"{self.dataset} {self.reference}"
