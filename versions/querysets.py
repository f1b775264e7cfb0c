"""Querysets of versions."""

from typing import Any, Self

from django.db.models import QuerySet


class VersionQuerySet(QuerySet[Any]):
    """Versions of one kind of thing; each room defines who may see them (`visible_to`)."""

    def published(self) -> Self:
        return self.filter(status="published")

    def drafts(self) -> Self:
        return self.filter(status="draft")
