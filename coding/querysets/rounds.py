"""Rounds, their units and assignments that a person may see."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Aggregate, Count, Exists, F, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.querysets import MembershipQuerySet, rows_along
from accounts.roles import Role
from coding.querysets.codings import SubmissionQuerySet
from coding.querysets.leads import led_by

if TYPE_CHECKING:
    from accounts.models import User

Row = TypeVar("Row", bound=Model)


CODERS = (Role.CODER, Role.LEAD_CODER)


class RoundCoderQuerySet(QuerySet[Row]):
    """Coders of rounds."""

    def active(self) -> Self:
        """Coders who still have that role at the organisation for which they code."""
        memberships = rows_along("coder__memberships", self.model, MembershipQuerySet).active().with_role(*CODERS)
        return self.filter(Exists(memberships.filter(user=OuterRef("coder"), organisation=OuterRef("organisation"))))


class RoundQuerySet(QuerySet[Row]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Rounds that this person leads, and started rounds in which this person codes."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        mine = self.filter(coders__in=user.coding_rounds.active()).exclude(state="planned")
        return self.filter(Q(organisation__in=led_by(user)) | Q(pk__in=mine.values("pk")))

    def led_by(self, user: "User | AnonymousUser") -> Self:
        return self.filter(organisation__in=led_by(user))

    def comparable_by(self, user: "User | AnonymousUser") -> Self:
        """Rounds whose sample and agreement this person may compare with an own round: visible ones, and those shared
        with an organisation whose coding this person leads."""
        shared = self.filter(shares__organisation__in=led_by(user))
        return self.filter(
            Q(pk__in=self.visible_to(user).order_by().values("pk")) | Q(pk__in=shared.order_by().values("pk"))
        )

    def open_to(self, user: "User | AnonymousUser") -> Self:
        """Open rounds in which this person codes, oldest first."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(state="open", coders__in=user.coding_rounds.active()).order_by("opened_at", "id")

    def with_progress(self) -> Self:
        """`unit_count`, `assignments_wanted`, `assignments_done` and `coder_count`."""
        units = rows_along("units", self.model, RoundUnitQuerySet).filter(round=OuterRef("pk"))
        coders = rows_along("coders", self.model, QuerySet).filter(round=OuterRef("pk"))

        def one(rows: QuerySet[Model], measure: Aggregate) -> Coalesce:
            return Coalesce(
                Subquery(rows.order_by().values("round").annotate(n=measure).values("n"), output_field=IntegerField()),
                0,
            )

        return self.annotate(
            unit_count=one(units, Count("pk")),
            assignments_wanted=one(units, Sum("coders_wanted")),
            assignments_done=one(units, Sum("done")),
            coder_count=one(coders, Count("pk")),
        )


class RoundUnitQuerySet(QuerySet[Row]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Units of rounds that this person leads, and units assigned to this person."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        mine = self.assigned_to(user)
        return self.filter(Q(round__organisation__in=led_by(user)) | Q(pk__in=mine.values("pk")))

    def assigned_to(self, user: "User | AnonymousUser") -> Self:
        """Units assigned to this person in a round that has started."""
        if isinstance(user, AnonymousUser):
            return self.none()
        return self.filter(assignments__coder=user, round__coders__in=user.coding_rounds.active()).exclude(
            round__state="planned"
        )


class AssignmentQuerySet(QuerySet[Row]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """A person's own assignments, in rounds where this person still codes."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(coder=user, round_unit__round__coders__in=user.coding_rounds.active()).exclude(
            round_unit__round__state="planned"
        )

    def with_outcome(self) -> Self:
        """`outcome` of the standing submission, None before submitting."""
        made = rows_along("submissions", self.model, SubmissionQuerySet).standing().filter(assignment=OuterRef("pk"))
        return self.annotate(outcome=Subquery(made.values("outcome")[:1]))

    def open(self) -> Self:
        """Not submitted, in rounds that are open."""
        return self.filter(submitted_at__isnull=True, round_unit__round__state="open")

    def started(self) -> Self:
        """Taken, not submitted and not postponed: what its coder works on."""
        return self.open().filter(leased_until__isnull=False, postponed_at__isnull=True)

    def in_order_of_work(self) -> Self:
        """Started ones first, then assigned ones, then postponed ones."""
        return self.order_by(F("postponed_at").asc(nulls_first=True), F("leased_until").asc(nulls_last=True), "id")
