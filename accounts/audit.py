"""The one way to write to the audit trail."""

from collections.abc import Iterable
from functools import partial

import structlog
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import Model

from accounts.models import AuditEvent, User
from rest import replica

# Acts that take access or texts from nobody. After any other nobody reads an earlier state from a replica.
_TAKES_NOTHING = frozenset(
    {
        "added", "amended", "annotated", "applied", "compared", "completed", "conflicted", "created", "failed",
        "leased", "loaded", "opened", "postponed", "received", "recorded", "requested", "saved", "signed-in",
        "signed-out", "started", "submitted",
    }
)  # fmt: skip


def record(
    action: str, *, by: User | AnonymousUser | None, target: Model | None = None, **details: object
) -> AuditEvent:
    """Record who did what to which target, inside the caller's transaction.

    `action` is `noun.participle`, such as "case-study.approved". `details` takes ids, counts and labels of settings,
    never narrative text or personal data. `by=None` is the system itself.
    """
    if replica.is_configured() and action.rpartition(".")[2] not in _TAKES_NOTHING:
        transaction.on_commit(partial(replica.remember_write, replica.EVERYONE))
    return AuditEvent.objects.create(
        action=action,
        actor=by if isinstance(by, User) else None,
        target_type=target._meta.label_lower if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        request_id=_request_id(),
        details=details,
    )


def record_reads(action: str, *, by: User | AnonymousUser | None, of: type[Model], keys: Iterable[object]) -> None:
    """Record that the person was shown these rows of a table, by primary key: one event each, one statement."""
    with replica.on_primary():
        AuditEvent.objects.bulk_create(
            AuditEvent(
                action=action,
                actor=by if isinstance(by, User) else None,
                target_type=of._meta.label_lower,
                target_id=str(key),
                request_id=_request_id(),
            )
            for key in dict.fromkeys(keys)
        )


def _request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
