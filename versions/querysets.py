"""Questions about many versions of things."""

from typing import Any, Self

from django.db.models import QuerySet


class VersionQuerySet(QuerySet[Any]):
    """Versions of one kind of thing; who may see them is for the room to say (`visible_to`)."""

    def published(self) -> Self:
        return self.filter(status="published")

    def drafts(self) -> Self:
        return self.filter(status="draft")
