"""Codings, submissions and adjudications. Blindness is here: what a person may not see is not in the rows."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from coding.querysets.codebooks import led_by

if TYPE_CHECKING:
    from accounts.models import User


def seen_by(user: "User | AnonymousUser") -> Q:
    """Rows (with `coder` and `round_unit`) of coders' work that this person may see.

    One's own work always. The work of others: once the round is closed, or while it runs in the open, for its coders
    and leads; in a blind round that is open only for leads who do not code in it themselves.
    """
    others = Q(round_unit__round__state="closed") | Q(round_unit__round__is_blind=False)
    belongs = Q(round_unit__round__in=user.coding_rounds.values("round"))  # type: ignore[union-attr]
    leads = Q(round_unit__round__organisation__in=led_by(user))
    return Q(coder=user) & (belongs | leads) | others & (belongs | leads) | leads & ~belongs


class CodersWorkQuerySet(QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """See `seen_by`."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        return self.filter(seen_by(user))


class CodingQuerySet(CodersWorkQuerySet):
    def standing(self) -> Self:
        """Codings that were not taken back."""
        return self.filter(retracts__isnull=True, retracted_by__isnull=True)

    def at(self, round_unit_id: int, coder_id: int) -> Self:
        """One coder's rows on one text, oldest first."""
        return self.filter(round_unit=round_unit_id, coder=coder_id).order_by("id")


class SubmissionQuerySet(CodersWorkQuerySet):
    def covering(self) -> Self:
        """Those that count as work done on the text; a skipped one sends it to somebody else."""
        return self.exclude(outcome="skipped")


class AdjudicationQuerySet(QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """For the leads of the round; for its coders once it is closed and the text is settled."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        released = Q(state="settled", round_unit__round__state="closed")
        belongs = Q(round_unit__round__in=user.coding_rounds.values("round"))
        return self.filter(Q(round_unit__round__organisation__in=led_by(user)) | released & belongs)
