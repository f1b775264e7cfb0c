"""Querysets of versions and of erasures."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils import timezone

from accounts.roles import Role

if TYPE_CHECKING:
    from accounts.models import User
    from versions.models import Erasure, Version

# Roles that erase what their organisation owns, see what was erased, and undo it.
ERASES = (Role.DATA_MANAGER, Role.ADMIN)

V = TypeVar("V", bound="Version")


class VersionQuerySet(QuerySet[V]):
    """Versions of one kind of thing; each room defines who may see them (`visible_to`)."""

    def published(self) -> Self:
        return self.filter(status="published")

    def drafts(self) -> Self:
        return self.filter(status="draft")


class ErasureQuerySet(QuerySet["Erasure"]):
    """Erasures."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Erasures of the organisations where the person may erase."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(organisation__in=user.organisations_as(*ERASES))

    def in_force(self) -> Self:
        """Erasures that were not undone."""
        return self.filter(undone_at__isnull=True)

    def final(self) -> Self:
        """Erasures that can no longer be undone."""
        return self.in_force().filter(final_at__lte=timezone.now())
