"""Rounds, their texts and seats. Membership is asked here: an object of another round is not found."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from coding.querysets.codebooks import led_by

if TYPE_CHECKING:
    from accounts.models import User


class RoundQuerySet(QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Rounds this person leads, and started rounds in which this person codes."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        mine = self.filter(coders__coder=user).exclude(state="planned")
        return self.filter(Q(organisation__in=led_by(user)) | Q(pk__in=mine.values("pk")))

    def led_by(self, user: "User | AnonymousUser") -> Self:
        return self.filter(organisation__in=led_by(user))

    def open_to(self, user: "User | AnonymousUser") -> Self:
        """Open rounds in which this person codes, oldest first."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(state="open", coders__coder=user).order_by("opened_at", "id")

    def with_progress(self) -> Self:
        """`unit_count`, `seats_wanted`, `seats_done` and `coder_count`."""
        units = self.model.units.rel.related_model.objects.filter(round=OuterRef("pk")).order_by().values("round")
        coders = self.model.coders.rel.related_model.objects.filter(round=OuterRef("pk")).order_by().values("round")

        def one(rows: QuerySet[Any], measure: Any) -> Coalesce:
            return Coalesce(Subquery(rows.annotate(n=measure).values("n"), output_field=IntegerField()), 0)

        return self.annotate(
            unit_count=one(units, Count("pk")),
            seats_wanted=one(units, Sum("coders_wanted")),
            seats_done=one(units, Sum("done")),
            coder_count=one(coders, Count("pk")),
        )


class RoundUnitQuerySet(QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Texts of rounds this person leads, and those this person sits or sat at."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        mine = self.seated(user)
        return self.filter(Q(round__organisation__in=led_by(user)) | Q(pk__in=mine.values("pk")))

    def seated(self, user: "User | AnonymousUser") -> Self:
        """Those where this person has a seat in a round that has started."""
        return self.filter(seats__coder=user, round__coders__coder=user).exclude(round__state="planned")


class AssignmentQuerySet(QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """One's own seats, in rounds one still belongs to. Who else sits where is nobody's business but the lead's."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(coder=user, round_unit__round__coders__coder=user).exclude(
            round_unit__round__state="planned"
        )

    def open(self) -> Self:
        """Not handed in, in rounds that are open."""
        return self.filter(submitted_at__isnull=True, round_unit__round__state="open")

    def begun(self) -> Self:
        """Taken, not handed in and not put off: what its coder goes on with."""
        return self.open().filter(leased_until__isnull=False, postponed_at__isnull=True)

    def in_order_of_work(self) -> Self:
        """Begun ones first, then assigned ones, then those put off."""
        return self.order_by(F("postponed_at").asc(nulls_first=True), F("leased_until").asc(nulls_last=True), "id")
