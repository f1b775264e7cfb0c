"""Alike units of rounds."""

from collections import defaultdict
from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet

from coding.querysets.leads import led_by

if TYPE_CHECKING:
    from accounts.models import User

Row = TypeVar("Row", bound=Model)


class AlikeUnitQuerySet(QuerySet[Row]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Alike units of rounds that this person leads."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(round__organisation__in=led_by(user))

    def coded_once(self) -> Self:
        """Units without a place of their own: another unit of the round stands for them."""
        return self.filter(is_coded_once=True)

    def stands_for(self, round_id: int) -> dict[int, list[int]]:
        """Unit id of each unit of the round that stands for others, with the ids of those; not the unit itself."""
        found: dict[int, list[int]] = defaultdict(list)
        rows = self.filter(round=round_id).coded_once().order_by("round_unit__unit_id", "unit_id")
        for first, unit in rows.values_list("round_unit__unit", "unit"):
            found[first].append(unit)
        return dict(found)
