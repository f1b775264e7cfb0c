"""Frozen texts that a person may see."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from coding.querysets.codebooks import led_by

if TYPE_CHECKING:
    from accounts.models import User


class TextUnitQuerySet(QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Those of organisations whose coding this person leads, and those this person sits or sat at."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        seats = self.model.in_rounds.rel.related_model.objects.seated(user)
        return self.filter(Q(organisation__in=led_by(user)) | Q(pk__in=seats.values("unit")))

    def led_by(self, user: "User | AnonymousUser") -> Self:
        """Those a lead coder may draw into a round: the round's coders will read them."""
        return self.filter(organisation__in=led_by(user))

    def outside(self, round_id: int) -> Self:
        """Not in this round yet."""
        return self.exclude(in_rounds__round=round_id)
