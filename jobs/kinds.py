"""The registered kinds of jobs, each with the code that does its work. Rooms register theirs when Django is ready."""

import re
from typing import Generic

from django.utils import timezone

from jobs.lease import Lease
from jobs.models import JobState
from jobs.problems import Stopped
from jobs.querysets import J, jobs_of
from standards.translation import gettext as _

# With two numbers of 19 digits it is the name of a connection, of which PostgreSQL keeps 63 bytes.
_NAME = re.compile(r"[a-z][a-z-]{0,15}")
_kinds: "dict[str, Kind]" = {}


class Kind(Generic[J]):
    """One kind of job. Only `model` and `work` are required (see the docstring of `jobs`)."""

    model: type[J]
    time_limit: int | None = None  # seconds for one attempt; None: the limit of all tasks

    def get(self, job_id: int) -> J:
        """The job with everything that `work` needs."""
        return jobs_of(self.model).get(pk=job_id)

    def begin(self, job: J, lease: Lease) -> None:
        """Update the row of the job when an attempt begins."""
        lease.write(state=JobState.RUNNING, started_at=job.started_at or timezone.now())

    def work(self, job: J, lease: Lease) -> None:
        """Do the remaining work and call `lease.finish()`. Raises Refused, Failed or Postponed."""
        raise NotImplementedError

    def end(self, job: J, lease: Lease, state: str, problem: Stopped | None) -> None:
        """Close a job without a result: refused, failed or cancelled (`problem` is None)."""
        code, message = (problem.code, problem.message) if problem else ("", "")
        lease.end(state=state, error_code=code, error_message=message)

    def tidy(self) -> None:
        """Remove what jobs of this kind left behind. Called regularly."""

    def consequence(self, job: J) -> str:
        """The sentence that says what an unfinished job has left; normally nothing."""
        return _("Nothing was kept.")


def register(kind: Kind) -> None:
    """Make a kind known to workers and to the reconciler."""
    name = kind.model.KIND
    if not _NAME.fullmatch(name):
        raise ValueError(f"A job kind is named by at most 16 small letters and hyphens, not {name!r}.")
    if type(_kinds.get(name, kind)) is not type(kind):
        raise ValueError(f"There are two job kinds {name!r}.")
    _kinds[name] = kind


def kind_named(name: str) -> Kind:
    """Raises KeyError for a kind that no room registered."""
    return _kinds[name]


def all_kinds() -> list[Kind]:
    return list(_kinds.values())
