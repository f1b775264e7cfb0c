"""One attempt at a job, from its present state until it finishes, waits or stops. Safe to call twice."""

import errno
import logging

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import translation

from jobs.kinds import Kind
from jobs.lease import Lease, claim, kept_alive
from jobs.models import JobState
from jobs.problems import Cancelled, Failed, LostLease, Postponed, Refused
from jobs.querysets import J, jobs_of
from rest import replica
from standards.translation import Sentence
from standards.translation import gettext as _

logger = logging.getLogger(__name__)

_DISK_FULL = "53100"  # the code of PostgreSQL


def run(kind: Kind[J], job_id: int) -> bool:
    """Work on a job until it finishes or needs a person; False if another worker holds it or there is nothing to do.

    Database errors that may not occur again are logged and raised; the reconciler starts the job again.
    """
    lease = claim(kind.model, job_id)
    if lease is None:
        return False
    job = kind.get(job_id)
    try:
        _check_attempts(kind, job)
        with kept_alive(lease):
            kind.begin(job, lease)
            kind.work(job, lease)
    except Failed as problem:
        kind.end(job, lease, JobState.FAILED, problem)
    except Refused as problem:
        kind.end(job, lease, JobState.REFUSED, problem)
    except Postponed:
        return True
    except LostLease:
        logger.warning("%s was taken over", lease.signature)
    except (Cancelled, DatabaseError, InterfaceError, OSError) as error:
        _stopped(kind, job, lease, error)
    if job.created_by_id is not None:
        # Who is shown that it is done reads what it made.
        replica.remember_write(replica.caller_of(job.created_by_id))
    return True


def _check_attempts(kind: Kind[J], job: J) -> None:
    """Raise Failed after several interrupted attempts: another one would be interrupted, too, so a person has to
    look."""
    if job.attempts > settings.JOB_ATTEMPTS:
        text = _(
            "This work stopped unexpectedly %(times)s times at the stage “%(stage)s”. %(consequence)s The worker's log "
            "has the reason. Start it again after the cause is removed."
        )
        facts = {"times": settings.JOB_ATTEMPTS, "stage": _stage(job), "consequence": kind.consequence(job)}
        raise Failed("failed_repeatedly", text % facts)


def _stage(job: J) -> Sentence:
    """What the job was doing, as a sentence that can be translated later: catalogues know labels by their English
    text."""
    with translation.override(None):
        return _(job.progress_label)


def _stopped(kind: Kind[J], job: J, lease: Lease, error: Exception) -> None:
    """A person cancelled, or the database failed. An interrupted statement may also be the request of a person."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    cancelled = isinstance(error, Cancelled) or (
        jobs_of(kind.model).filter(pk=job.pk, fence=lease.fence, cancel_requested=True).exists()
    )
    if _is_disk_full(error):
        logger.error("%s failed: the disk is full", lease.signature)
        kind.end(job, lease, JobState.FAILED, _disk_full(kind, job, error))
    elif cancelled:
        kind.end(job, lease, JobState.CANCELLED, None)
    else:
        logger.error("%s broke off: %s", lease.signature, type(error).__name__)
        lease.let_go()
        raise error


def _is_disk_full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return getattr(error.__cause__, "pgcode", None) == _DISK_FULL


def _disk_full(kind: Kind[J], job: J, error: Exception) -> Failed:
    if isinstance(error, OSError):
        text = _("The disk where this program keeps its files is full. %(consequence)s %(advice)s")
    else:
        text = _("The disk where the database keeps its data is full. %(consequence)s %(advice)s")
    advice = _("What this work had written was removed. Free some space, then start it again.")
    return Failed("disk_full", text % {"consequence": kind.consequence(job), "advice": advice})
