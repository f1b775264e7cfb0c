"""What a restore does to a database before it becomes that of the site."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts import audit, journal
from accounts.models import ApiToken, User


@dataclass
class Replay:
    """How many rows of the restored database the journal changed."""

    tokens: int = 0
    closed: int = 0
    reopened: int = 0

    def __add__(self, other: "Replay") -> "Replay":
        return Replay(self.tokens + other.tokens, self.closed + other.closed, self.reopened + other.reopened)


@transaction.atomic
def replay_journal() -> Replay:
    """Revoke and close again what the journal names; the last entry of a thing counts.

    The whole journal is used, whatever the clock said: entries that are older than the backup change nothing. Each
    change is recorded in the audit trail.
    """
    last = {(entry.action.partition(".")[0], entry.key): entry for entry in journal.entries()}
    done = Replay()
    for entry in last.values():
        if entry.action == journal.TOKEN_REVOKED:
            done.tokens += _revoke(entry.key, datetime.fromisoformat(entry.at))
        elif entry.action == journal.CLOSED:
            done.closed += _activate(entry.key, False)
        elif entry.action == journal.REOPENED:
            done.reopened += _activate(entry.key, True)
    return done


def _revoke(digest: str, at: datetime) -> int:
    token = ApiToken.objects.filter(digest=digest, revoked_at__isnull=True).first()
    if token is None:
        return 0
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    audit.record("token.revoked", by=None, target=token, from_journal=True)
    return 1


def _activate(key: str, is_active: bool) -> int:
    number, _slash, joined = key.partition("/")
    created = datetime.fromisoformat(joined)
    person = User.objects.filter(pk=number, date_joined=created, is_active=not is_active).first()
    if person is None:
        return 0
    person.is_active = is_active
    person.save(update_fields=["is_active"])
    if not is_active:
        ApiToken.objects.filter(user=person, revoked_at__isnull=True).update(revoked_at=timezone.now())
    action = "person.reactivated" if is_active else "person.deactivated"
    audit.record(action, by=None, target=person, from_journal=True)
    return 1
