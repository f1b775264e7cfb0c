"""Rounds, their units and assignments that a person may see."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Aggregate, Count, Exists, F, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.querysets import MembershipQuerySet, rows_along
from accounts.roles import Role
from coding.querysets.codings import SubmissionQuerySet, sees_others
from coding.querysets.leads import led_by

if TYPE_CHECKING:
    from accounts.models import User

Row = TypeVar("Row", bound=Model)


CODERS = (Role.CODER, Role.LEAD_CODER)


def _number(rows: QuerySet[Model], by: str, measure: Aggregate) -> Coalesce:
    """A measure of the rows of a subquery, all of which have one value of `by`; 0 without rows."""
    measured = rows.order_by().values(by).annotate(n=measure).values("n")
    return Coalesce(Subquery(measured, output_field=IntegerField()), 0)


class RoundCoderQuerySet(QuerySet[Row]):
    """Coders of rounds."""

    def remaining(self) -> Self:
        """Coders who were not removed from their round."""
        return self.filter(removed_at__isnull=True)

    def active(self) -> Self:
        """Coders who were not removed and still have that role at the organisation for which they code."""
        memberships = rows_along("coder__memberships", self.model, MembershipQuerySet).active().with_role(*CODERS)
        holds = Exists(memberships.filter(user=OuterRef("coder"), organisation=OuterRef("organisation")))
        return self.remaining().filter(holds)

    def with_done(self) -> Self:
        """`done`: how many units of the round the coder submitted, without those skipped."""
        made = rows_along("coder__submissions", self.model, SubmissionQuerySet).covering()
        made = made.filter(round_unit__round=OuterRef("round"), coder=OuterRef("coder"))
        return self.annotate(done=_number(made, "coder", Count("pk")))

    def with_quota_left(self) -> Self:
        """Coders who have no quota, or have not reached it."""
        return self.with_done().filter(Q(quota__isnull=True) | Q(quota__gt=F("done")))


class RoundQuerySet(QuerySet[Row]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Rounds that this person leads, and started rounds in which this person codes."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        mine = self.filter(coders__in=user.coding_rounds.active()).exclude(state="planned")
        return self.filter(Q(organisation__in=led_by(user)) | Q(pk__in=mine.values("pk")))

    def led_by(self, user: "User | AnonymousUser") -> Self:
        return self.filter(organisation__in=led_by(user))

    def with_agreement_visible_to(self, user: "User | AnonymousUser") -> Self:
        """Rounds in which this person may compare the coders (docs/adr/0106).

        In a blind round that is not closed: its lead coders, but none who was ever chosen to code in it or has
        submitted in it. In other rounds: its lead coders and coders.
        """
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        seen = self.visible_to(user)
        chosen = user.coding_rounds.values("round")
        submitted = user.submissions.values("round_unit__round")
        is_blind = Q(is_blind=True) & ~Q(state="closed")
        codes = Q(pk__in=chosen) | Q(pk__in=submitted)
        return self.filter(pk__in=seen.values("pk")).exclude(is_blind & (codes | ~Q(organisation__in=led_by(user))))

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

    def kept_from(self, user: "User") -> Self:
        """Blind rounds, not closed, in which this person codes or has coded: what is counted there is not shown."""
        return self.filter(is_blind=True, coders__coder=user).exclude(state="closed")

    def with_progress(self) -> Self:
        """`unit_count`, `assignments_wanted`, `assignments_done` and `coder_count`.

        These sums over all units are shown to coders of blind rounds too: they tell nothing of any unit or code.
        """
        units = rows_along("units", self.model, RoundUnitQuerySet).filter(round=OuterRef("pk"))
        coders = rows_along("coders", self.model, RoundCoderQuerySet).remaining().filter(round=OuterRef("pk"))
        return self.annotate(
            unit_count=_number(units, "round", Count("pk")),
            assignments_wanted=_number(units, "round", Sum("coders_wanted")),
            assignments_done=_number(units, "round", Sum("done")),
            coder_count=_number(coders, "round", Count("pk")),
        )


class RoundUnitQuerySet(QuerySet[Row]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Units of rounds that this person leads, units assigned to this person, and all units of the started rounds in
        which this person codes and may see the work of others."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        mine = self.assigned_to(user)
        read = sees_others(user, "round") & ~Q(round__state="planned")
        return self.filter(Q(round__organisation__in=led_by(user)) | Q(pk__in=mine.values("pk")) | read)

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

    def readable_by(self, user: "User | AnonymousUser") -> Self:
        """A person's own assignments, and those of the rounds that this person leads, where the lead coder may see the
        work of others."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        own = Q(coder=user, round__in=user.coding_rounds.active().values("round")) & ~Q(round__state="planned")
        return self.filter(own | Q(round__organisation__in=led_by(user)) & sees_others(user, "round"))

    def with_outcome(self) -> Self:
        """`outcome` of the standing submission, None before submitting."""
        made = rows_along("submissions", self.model, SubmissionQuerySet).standing().filter(assignment=OuterRef("pk"))
        return self.annotate(outcome=Subquery(made.values("outcome")[:1]))

    def with_reason_for_reopening(self) -> Self:
        """`reason_for_reopening`: why a lead coder reopened the last submission of it, None where none was."""
        reopened = rows_along("submissions", self.model, SubmissionQuerySet).filter(withdrawal__kind="reopened")
        reopened = reopened.filter(assignment=OuterRef("pk"), coder=OuterRef("coder")).order_by("-withdrawal__id")
        return self.annotate(reason_for_reopening=Subquery(reopened.values("withdrawal__reason")[:1]))

    def free(self) -> Self:
        """Slots that no coder has."""
        return self.filter(submitted_at__isnull=True, coder__isnull=True)

    def held(self) -> Self:
        """Assigned to a coder or started, and not submitted."""
        return self.filter(submitted_at__isnull=True, coder__isnull=False)

    def lapsed(self) -> Self:
        """Started, not submitted, and no longer reserved: the coder has not worked on them since the lease ended."""
        return self.held().filter(leased_until__lte=timezone.now())

    def open(self) -> Self:
        """Not submitted, in rounds that are open."""
        return self.filter(submitted_at__isnull=True, round_unit__round__state="open")

    def started(self) -> Self:
        """Taken, not submitted and not postponed: what its coder works on."""
        return self.open().filter(leased_until__isnull=False, postponed_at__isnull=True, is_ahead=False)

    def ahead(self) -> Self:
        """Loaded ahead for their coders and not opened yet."""
        return self.open().filter(is_ahead=True)

    def opened(self) -> Self:
        """Without those that a page only loaded ahead."""
        return self.filter(is_ahead=False)

    def in_order_of_work(self) -> Self:
        """Started ones first, then assigned ones, then postponed ones."""
        return self.order_by(F("postponed_at").asc(nulls_first=True), F("leased_until").asc(nulls_last=True), "id")
