"""Figures of agreement that a worker computed, kept for the state of the data that they are of."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coding.models.rounds import Round
from jobs.models import Job


class AgreementComputation(Job):
    """The agreement of a large round for one question, such as `level=leaf&coefficient=fleiss-kappa`."""

    class Stage(models.TextChoices):
        NONE = "", _("Not started")
        READING = "reading", _("Reading submissions")
        COMPUTING = "computing", _("Computing figures and intervals")

    KIND = "agreement"

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="agreement_computations")
    query = models.CharField(max_length=300)
    data_version = models.CharField(max_length=40)
    stage = models.CharField(max_length=12, choices=Stage.choices, blank=True, default=Stage.NONE)
    result = models.JSONField(null=True)

    class Meta(Job.Meta):
        ordering = ["-id"]
        constraints = [
            *Job.Meta.constraints,
            models.UniqueConstraint(
                name="agreement_is_computed_once_for_a_state_of_the_data", fields=["round", "query", "data_version"]
            ),
            models.CheckConstraint(
                name="agreement_has_a_result_iff_finished",
                condition=Q(state="finished", result__isnull=False) | ~Q(state="finished") & Q(result__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round}: {self.query}"
