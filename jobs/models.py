"""What every kind of job has: state, progress, worker, and the reason why it stopped."""

from collections.abc import Mapping
from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from standards.sentences import SentenceField

_MINUTES_FROM = 100  # seconds; less is shown in seconds
_STATES_WITH_ERROR = ["refused", "failed"]


class JobState(models.TextChoices):
    """The states of every job. Refused: it cannot run with its input. Failed: it stopped after repeated attempts, and
    can be retried."""

    WAITING = "waiting", gettext_lazy("Waiting")
    RUNNING = "running", gettext_lazy("Running")
    FINISHED = "finished", gettext_lazy("Finished")
    CANCELLED = "cancelled", gettext_lazy("Cancelled")
    REFUSED = "refused", gettext_lazy("Refused")
    FAILED = "failed", gettext_lazy("Failed")


class Job(models.Model):
    """A worker holds a job by a lease. `fence` grows with each lease, and writes with an older fence fail.

    A kind with its own states overrides `state`, `ACTIVE` and `STATES`, which maps each of them to a state of all jobs
    (`job_state`). The API shows that one for every kind.
    """

    KIND: ClassVar[str] = ""
    ACTIVE: ClassVar[tuple[str, ...]] = (JobState.WAITING, JobState.RUNNING)
    STATES: ClassVar[Mapping[str, JobState]] = {state.value: state for state in JobState}

    state = models.CharField(max_length=12, choices=JobState.choices, default=JobState.WAITING)
    stage = models.CharField(max_length=12, choices=[("", gettext_lazy("Not started"))], blank=True, default="")
    stage_started_at = models.DateTimeField(null=True)
    progress_done = models.BigIntegerField(default=0)
    progress_total = models.BigIntegerField(
        default=0, help_text=gettext_lazy("Of the present stage; 0 if it is not known.")
    )
    cancel_requested = models.BooleanField(default=False)
    lease_owner = models.UUIDField(null=True)
    lease_expires_at = models.DateTimeField(null=True)
    fence = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    furthest = models.PositiveIntegerField(
        default=0, help_text=gettext_lazy("The furthest step that any attempt has reached.")
    )
    error_code = models.CharField(max_length=60, blank=True)
    error_message = SentenceField(blank=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(class)s_lease_has_owner_and_end",
                condition=Q(lease_owner__isnull=True, lease_expires_at__isnull=True)
                | Q(lease_owner__isnull=False, lease_expires_at__isnull=False),
            ),
            models.CheckConstraint(
                name="%(class)s_has_error_iff_it_failed",
                condition=Q(state__in=_STATES_WITH_ERROR) & ~Q(error_code="")
                | ~Q(state__in=_STATES_WITH_ERROR) & Q(error_code=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.KIND} {self.pk}"

    @property
    def job_state(self) -> JobState:
        """Its state among those that all kinds share."""
        return self.STATES[self.state]

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def duration(self) -> timedelta | None:
        """From its start to its end, or to now."""
        return None if self.started_at is None else (self.finished_at or timezone.now()) - self.started_at

    @property
    def seconds(self) -> float | None:
        return None if self.duration is None else round(self.duration.total_seconds(), 2)

    @property
    def percent(self) -> int | None:
        """How much of the present stage is done; None if it is not known."""
        return min(100, self.progress_done * 100 // self.progress_total) if self.progress_total else None

    @property
    def rate(self) -> float | None:
        """Rows per second in the present stage; None before the first one."""
        if self.stage_started_at is None or not self.progress_done:
            return None
        return self.progress_done / max((timezone.now() - self.stage_started_at).total_seconds(), 0.001)

    @property
    def seconds_left(self) -> int | None:
        """Of the present stage, at its rate so far."""
        rate = self.rate
        return (
            int(max(0, self.progress_total - self.progress_done) / rate) + 1 if rate and self.progress_total else None
        )

    @property
    def time_left(self) -> str:
        """The same for people; empty if it is not known."""
        left = self.seconds_left
        if left is None:
            return ""
        if left < _MINUTES_FROM:
            return _("%(number)s s") % {"number": left}
        return _("%(number)s min") % {"number": round(left / 60)}

    @property
    def progress_label(self) -> str:
        """What the job is doing now."""
        return self.get_stage_display() if self.stage else self.get_state_display()

    @property
    def progress_text(self) -> str:
        """How far the present stage is, its rate and the time left, if they are known."""
        return " · ".join(part for part in (self._count(), self._rate(), self._left(), self._so_far()) if part)

    def _count(self) -> str:
        done, total = _number(self.progress_done), _number(self.progress_total)
        if self.cancel_requested:
            return _("Stopping. The work of this job will be discarded.")
        if self.progress_total:
            return ngettext("%(done)s of %(total)s row", "%(done)s of %(total)s rows", self.progress_total) % {
                "done": done, "total": total,
            }  # fmt: skip
        if self.progress_done:
            return ngettext("%(done)s row", "%(done)s rows", self.progress_done) % {"done": done}
        return "" if self.lease_owner else _("Waiting for a worker")

    def _rate(self) -> str:
        if self.rate is None or self.cancel_requested:
            return ""
        rate = round(self.rate)
        return ngettext("%(number)s row a second", "%(number)s rows a second", rate) % {"number": _number(rate)}

    def _left(self) -> str:
        if not self.time_left or self.cancel_requested:
            return ""
        return _("about %(time)s left in this step") % {"time": self.time_left}

    def _so_far(self) -> str:
        return _("%(number)s s in total") % {"number": _number(round(self.seconds))} if self.seconds else ""


def _number(value: int) -> str:
    return number_format(value, force_grouping=True)
