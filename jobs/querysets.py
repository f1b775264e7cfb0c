"""Querysets of jobs."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

if TYPE_CHECKING:
    from jobs.models import Job

J = TypeVar("J", bound="Job")


class ClockNow(models.Func):
    """The time of the database at this moment; Django's Now is the start of the transaction."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


class JobQuerySet(models.QuerySet[J]):
    """Jobs that are ..."""

    def active(self) -> Self:
        """Waiting for a worker, or running."""
        return self.filter(state__in=self.model.ACTIVE)

    def in_job_states(self, states: Collection[str]) -> Self:
        """In one of the states that all kinds of jobs share."""
        return self.filter(state__in=[state for state, shared in self.model.STATES.items() if shared in states])

    def abandoned(self) -> Self:
        """Active, and not held by a worker that renews its lease."""
        return self.active().filter(models.Q(lease_expires_at__isnull=True) | models.Q(lease_expires_at__lt=ClockNow()))


def jobs_of(model: type[J]) -> JobQuerySet[J]:
    """All jobs of a kind, whichever manager its model has."""
    return JobQuerySet(model)
