"""Querysets of exports and saved queries."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from jobs.models import JobState
from jobs.querysets import JobQuerySet

if TYPE_CHECKING:
    from accounts.models import User


class ExportQuerySet(JobQuerySet[Any]):
    """Exports that are ..."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of this person. Nobody else learns of them."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(created_by=user)

    def with_file(self) -> Self:
        """Finished, and their file was not deleted."""
        return self.exclude(file_name="")

    def valid_at(self, moment: datetime) -> Self:
        """Finished, with a file that can be downloaded at this time."""
        return self.with_file().filter(state=JobState.FINISHED, expires_at__gt=moment)

    def waiting_or_valid_at(self, moment: datetime) -> Self:
        return self.filter(Q(state__in=self.model.ACTIVE) | Q(pk__in=self.valid_at(moment).values("pk")))


class SavedQueryQuerySet(QuerySet[Any]):
    """Saved queries that are ..."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Of this person, or shared: whoever has the address of a shared one can open it."""
        return self.filter(is_shared=True) | self.made_by(user)

    def made_by(self, user: "User | AnonymousUser") -> Self:
        """What a list shows: nobody finds those of others there."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(created_by=user)

    def of_list(self, name: str) -> Self:
        """Of the list that has this name in addresses."""
        return self.filter(query__startswith=f"/api/v1/{name}/export/")
