"""Questions about many jobs."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from jobs.models import Job

J = TypeVar("J", bound="Job")


class ClockNow(models.Func):
    """The database's clock at this very moment; Django's Now is that of the transaction's start."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


class JobQuerySet(models.QuerySet[J]):
    """Jobs that are ..."""

    def active(self) -> Self:
        """Queued or running."""
        return self.filter(state__in=self.model.ACTIVE)

    def abandoned(self) -> Self:
        """Active, but held by no worker that still renews its lease."""
        return self.active().filter(models.Q(lease_expires_at__isnull=True) | models.Q(lease_expires_at__lt=ClockNow()))


def jobs_of(model: type[J]) -> JobQuerySet[J]:
    """All jobs of a kind, whichever manager its model has."""
    return JobQuerySet(model)
