"""The sample of a round beyond its units: alike units, the search for them, and who may draw the same sample."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from coding.models.rounds import Round, RoundUnit
from coding.models.units import TextUnit
from coding.querysets.samples import AlikeUnitQuerySet
from jobs.models import Job, JobState


class AlikeUnit(models.Model):
    """A unit whose text is like that of a unit of the round, the first one of their campaign.

    With `is_coded_once` the first unit stands for this one, which has no place of its own in the round; without it
    both are coded.
    """

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="alike_units")
    round_unit = models.ForeignKey(RoundUnit, on_delete=models.CASCADE, related_name="alike")
    unit = models.ForeignKey(TextUnit, on_delete=models.PROTECT, related_name="alike_in")
    similarity = models.FloatField(
        _("similarity"),
        help_text=_("Sequences of five words that both texts have, divided by those that either has."),
    )
    is_coded_once = models.BooleanField(_("coded once"), default=False)

    objects = AlikeUnitQuerySet.as_manager()

    class Meta:
        ordering = ["round_unit_id", "-similarity", "id"]
        constraints = [
            models.UniqueConstraint(name="round_has_an_alike_unit_once", fields=["round", "unit"]),
            models.CheckConstraint(
                name="alike_unit_has_a_similarity", condition=Q(similarity__gt=0, similarity__lte=1)
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(unit)s, alike to %(first)s") % {"unit": self.unit, "first": self.round_unit.unit}


class AlikeSearch(Job):
    """A search for alike texts among the units of a planned round. The newest one of a round counts."""

    class Stage(models.TextChoices):
        NONE = "", gettext_lazy("Not started")
        SEARCHING = "searching", gettext_lazy("Comparing the texts")

    KIND = "alike-search"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="alike_searches")
    stage = models.CharField(max_length=12, choices=Stage.choices, blank=True, default=Stage.NONE)

    class Meta(Job.Meta):
        ordering = ["-id"]
        constraints = [
            *Job.Meta.constraints,
            models.UniqueConstraint(
                name="round_has_one_running_search",
                fields=["round"],
                condition=Q(state__in=[JobState.WAITING, JobState.RUNNING]),
            ),
        ]


class RoundShare(models.Model):
    """Lead coders of another organisation can draw the same records as this round, among those that they may read,
    and see the agreement of its coders with theirs when both rounds are closed."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="shares")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    shared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["round", "id"]
        constraints = [
            models.UniqueConstraint(name="round_is_shared_once_with_an_organisation", fields=["round", "organisation"])
        ]

    def __str__(self) -> str:
        return gettext("%(round)s, shared with %(organisation)s") % {
            "round": self.round,
            "organisation": self.organisation,
        }
