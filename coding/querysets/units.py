"""Units that a person may see."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from accounts.querysets import rows_along
from coding.querysets.leads import led_by
from coding.querysets.rounds import RoundUnitQuerySet
from coding.querysets.samples import AlikeUnitQuerySet

if TYPE_CHECKING:
    from accounts.models import User

Row = TypeVar("Row", bound=Model)


class TextUnitQuerySet(QuerySet[Row]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Units of organisations whose coding this person leads, and units that this person may see in a round."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        in_rounds = rows_along("in_rounds", self.model, RoundUnitQuerySet).visible_to(user)
        return self.filter(Q(organisation__in=led_by(user)) | Q(pk__in=in_rounds.values("unit")))

    def led_by(self, user: "User | AnonymousUser") -> Self:
        """Units that a lead coder may add to a round."""
        return self.filter(organisation__in=led_by(user))

    def inside(self, round_id: int) -> Self:
        """Units of this round, also those that another unit of it stands for."""
        return self.filter(self._in_round(round_id))

    def outside(self, round_id: int) -> Self:
        """Units that are not in this round."""
        return self.exclude(self._in_round(round_id))

    def _in_round(self, round_id: int) -> Q:
        own = rows_along("in_rounds", self.model, RoundUnitQuerySet).filter(round=round_id)
        alike = rows_along("alike_in", self.model, AlikeUnitQuerySet).filter(round=round_id).coded_once()
        return Q(pk__in=own.values("unit")) | Q(pk__in=alike.values("unit"))

    def unused(self) -> Self:
        """Units of no round: nothing depends on them."""
        return self.filter(in_rounds__isnull=True, alike_in__isnull=True)
