"""Querysets of versions."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.db.models import QuerySet

if TYPE_CHECKING:
    from versions.models import Version

V = TypeVar("V", bound="Version")


class VersionQuerySet(QuerySet[V]):
    """Versions of one kind of thing; each room defines who may see them (`visible_to`)."""

    def published(self) -> Self:
        return self.filter(status="published")

    def drafts(self) -> Self:
        return self.filter(status="draft")
