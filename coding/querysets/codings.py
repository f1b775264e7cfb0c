"""Codings, submissions and adjudications that a person may see. In blind rounds the work of others is left out here."""

from typing import TYPE_CHECKING, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

from coding.querysets.leads import led_by

if TYPE_CHECKING:
    from accounts.models import User

Row = TypeVar("Row", bound=Model)


def seen_by(user: "User") -> Q:
    """A condition on rows with `coder` and `round_unit`: the coders' work that this person may see.

    People always see their own work. Coders and lead coders of a round see the work of others when the round is closed
    or not blind. In a blind round that is not closed, only lead coders who never coded in it see the work of others.
    """
    others = Q(round_unit__round__state="closed") | Q(round_unit__round__is_blind=False)
    is_coder = Q(round_unit__round__in=user.coding_rounds.active().values("round"))
    is_lead = Q(round_unit__round__organisation__in=led_by(user))
    was_coder = Q(round_unit__round__in=user.coding_rounds.values("round"))
    return Q(coder=user) & (is_coder | is_lead) | others & (is_coder | is_lead) | is_lead & ~was_coder


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
        """For the lead coders of the round who are not blind in it; for its coders once the round is closed and the
        unit is settled."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        released = Q(state="settled", round_unit__round__state="closed")
        is_coder = Q(round_unit__round__in=user.coding_rounds.active().values("round"))
        is_lead = Q(round_unit__round__organisation__in=led_by(user)) & ~kept_from(user)
        return self.filter(is_lead | released & is_coder)
