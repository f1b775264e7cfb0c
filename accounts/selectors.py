"""What pages and API show about a person."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.roles import Role
from rest.limits import Budget


def sessions_of(person: User) -> QuerySet[UserSession]:
    """The person's current sessions, the latest used first."""
    living = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return UserSession.objects.filter(user=person, session_key__in=living).order_by("-last_seen_at", "-pk")


def who_am_i(user: User, token: ApiToken | None, budget: Budget | None) -> dict[str, object]:
    """The person, their roles, the scope of their credentials and the requests that remain."""
    memberships = user.memberships.select_related("organisation").order_by("organisation__slug")
    return {
        "username": user.username,
        "name": user.name,
        "email": user.email,
        "roles": sorted(user.roles, key=Role.values.index),
        "memberships": [{"organisation": m.organisation.slug, "roles": m.roles} for m in memberships],
        "authentication": "token" if token else "session",
        "scope": token.scope if token else ApiToken.Scope.WRITE,
        "token_expires_at": token.expires_at if token else None,
        "rate": budget
        and {
            "limit": budget.policy.requests,
            "remaining": budget.remaining,
            "window_seconds": budget.policy.seconds,
            "resets_in_seconds": budget.resets_in,
        },
    }
