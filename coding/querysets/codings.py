"""Codings, submissions and adjudications that a person may see. In blind rounds the work of others is left out here."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, IntegerField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from accounts.querysets import rows_along
from coding.querysets.leads import led_by

if TYPE_CHECKING:
    from accounts.models import User

Row = TypeVar("Row", bound=Model)


def sees_others(user: "User", rounds: str = "round_unit__round") -> Q:
    """A condition on rows of rounds: this person may see what the other coders of the round do.

    Coders and lead coders of a round may when it is closed or not blind. In a blind round that is not closed only lead
    coders who never coded in it may. `rounds` is the path from the row to its round.
    """
    open_to_all = Q(**{f"{rounds}__state": "closed"}) | Q(**{f"{rounds}__is_blind": False})
    is_coder = Q(**{f"{rounds}__in": user.coding_rounds.active().values("round")})
    is_lead = Q(**{f"{rounds}__organisation__in": led_by(user)})
    was_coder = Q(**{f"{rounds}__in": user.coding_rounds.values("round")})
    return open_to_all & (is_coder | is_lead) | is_lead & ~was_coder


def seen_by(user: "User") -> Q:
    """A condition on rows with `coder` and `round_unit`: the coders' work that this person may see.

    People always see their own work; `sees_others` says who sees that of others.
    """
    is_coder = Q(round_unit__round__in=user.coding_rounds.active().values("round"))
    is_lead = Q(round_unit__round__organisation__in=led_by(user))
    return Q(coder=user) & (is_coder | is_lead) | sees_others(user)


def kept_from(user: "User") -> Q:
    """A condition on rows with `round_unit`: in a blind round, not closed, in which this person codes or has coded."""
    return Q(
        round_unit__round__in=user.coding_rounds.filter(round__is_blind=True)
        .exclude(round__state="closed")
        .values("round")
    )


class CodersWorkQuerySet(QuerySet[Row]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """See `seen_by`."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(seen_by(user))


class CodingQuerySet(CodersWorkQuerySet[Row]):
    def standing(self) -> Self:
        """Codings that were not retracted."""
        return self.filter(retracts__isnull=True, retracted_by__isnull=True)

    def with_submitted(self) -> Self:
        """`is_submitted`: whether a submission of the coder and unit stands."""
        made = rows_along("round_unit__submissions", self.model, SubmissionQuerySet).standing()
        return self.annotate(
            is_submitted=Exists(made.filter(round_unit=OuterRef("round_unit"), coder=OuterRef("coder")))
        )

    def submitted(self) -> Self:
        """Codings of units that their coder submitted."""
        return self.with_submitted().filter(is_submitted=True)

    def drafts(self) -> Self:
        """Codings of units that their coder has not submitted, or that were taken back or reopened since."""
        return self.with_submitted().filter(is_submitted=False)

    def at(self, round_unit_id: int, coder_id: int) -> Self:
        """One coder's rows on one unit of a round, oldest first."""
        return self.filter(round_unit=round_unit_id, coder=coder_id).order_by("id")


class SubmissionQuerySet(CodersWorkQuerySet[Row]):
    def standing(self) -> Self:
        """Submissions that were neither taken back nor reopened: at most one of a coder and unit."""
        return self.filter(withdrawal__isnull=True)

    def covering(self) -> Self:
        """Submissions that count towards the coders of a unit; a skipped unit goes to another coder."""
        return self.filter(withdrawal__isnull=True).exclude(outcome="skipped")


class AdjudicationQuerySet(QuerySet[Row]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """For the lead coders of the round; for its coders once the round is closed and the unit is settled.

        Lead coders who code in a blind round themselves see what the others did only after it was closed.
        """
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(self._adjudicated_by(user) | self._released_to(user))

    def adjudicated_by(self, user: "User | AnonymousUser") -> Self:
        """Those that this person may decide."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(self._adjudicated_by(user))

    def released_to(self, user: "User") -> Self:
        """Settled units of closed rounds that this person coded: those with corrections for the person."""
        made = rows_along("round_unit__submissions", self.model, SubmissionQuerySet).covering()
        own = made.filter(round_unit=OuterRef("round_unit"), coder=user)
        return self.filter(self._released_to(user), Exists(own)).final()

    def _adjudicated_by(self, user: "User") -> Q:
        return Q(round_unit__round__organisation__in=led_by(user)) & ~kept_from(user)

    def _released_to(self, user: "User") -> Q:
        released = Q(state="settled", round_unit__round__state="closed")
        return released & Q(round_unit__round__in=user.coding_rounds.active().values("round"))

    def with_changes(self) -> Self:
        """`changes`: how many submissions and withdrawals the unit has. It only grows."""
        made = rows_along("round_unit__submissions", self.model, QuerySet).filter(round_unit=OuterRef("round_unit"))
        taken = rows_along("round_unit__submissions__withdrawal", self.model, QuerySet)
        taken = taken.filter(submission__round_unit=OuterRef("round_unit"))
        return self.annotate(changes=_count(made, "round_unit") + _count(taken, "submission__round_unit"))

    def final(self) -> Self:
        """Settled ones; of those settled by rule only where nothing was submitted or withdrawn since."""
        return self.with_changes().filter(Q(state="settled") & (Q(basis="person") | Q(compared=F("changes"))))

    def of_complete_units(self) -> Self:
        """Those of units that all their coders submitted, or whose round is closed."""
        is_complete = Q(round_unit__done__gte=F("round_unit__coders_wanted"))
        return self.filter(is_complete | Q(round_unit__round__state="closed"))

    def with_record(self) -> Self:
        """`is_by_a_coder`: whether the person who settled it had coded the unit too."""
        made = rows_along("round_unit__submissions", self.model, SubmissionQuerySet).standing()
        own = made.filter(round_unit=OuterRef("round_unit"), coder=OuterRef("settled_by"))
        return self.annotate(is_by_a_coder=Exists(own))

    def with_decisions(self) -> Self:
        """`decision_rows`: the decisions that hold, as JSON, in the order of the text."""
        standing = rows_along("decisions", self.model, DecisionQuerySet).standing().filter(adjudication=OuterRef("pk"))
        row = JSONObject(
            code="code",
            code_key="code__key",
            start="start",
            end="end",
            verdict="verdict",
            reason="reason",
            is_by_rule=Q(made_by__isnull=True),
            made_at="made_at",
        )
        in_order = standing.order_by(F("start").asc(nulls_first=True), "end", "code", "id")
        return self.annotate(decision_rows=ArraySubquery(in_order.values(row=row)))


class DecisionQuerySet(QuerySet[Row]):
    def newest(self) -> Self:
        """The newest decision on each code and passage."""
        return self.filter(replaced_by__isnull=True)

    def with_choice(self) -> Self:
        """`was_chosen`: whether a coder had chosen what the decision is about."""
        about = rows_along("about", self.model, CodingQuerySet).filter(decisions=OuterRef("pk"))
        return self.annotate(was_chosen=Exists(about))

    def standing(self) -> Self:
        """What is decided: the newest decision on each code and passage, unless it opened it again."""
        return self.newest().exclude(verdict="undecided")


def _count(rows: QuerySet[Model], by: str) -> Coalesce:
    counted = rows.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
