"""The coders of a round: adding and removing them, and their quotas."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from coding.actions.passing_on import pass_on_all
from coding.actions.running_rounds import locked_round
from coding.models import Round, RoundCoder
from coding.querysets.rounds import CODERS

NOT_CLOSED = (Round.State.PLANNED, Round.State.OPEN, Round.State.PAUSED)


def check_is_coder(person: User, *, field: str) -> None:
    """Only coders and lead coders of an organisation can code in a round."""
    if not person.organisations_as(*CODERS):
        not_a_coder = ValidationError(_("%(person)s is not a coder."), code="not_a_coder", params={"person": person})
        raise ValidationError({field: not_a_coder})


def codes_for(person: User, coding_round: Round) -> int:
    """The organisation of the round where the person is a coder there, else the person's own."""
    own = person.organisations_as(*CODERS)
    return coding_round.organisation_id if coding_round.organisation_id in own else min(own)


@transaction.atomic
def add_coders(*, coding_round: Round, coders: Iterable[User], by: User) -> int:
    """Add coders to a round that is not closed, or removed coders again; returns how many were added."""
    edited = locked_round(coding_round, by, *NOT_CLOSED)
    added = 0
    for person in coders:
        check_is_coder(person, field="coders")
        member, is_new = RoundCoder.objects.get_or_create(
            round=edited, coder=person, defaults={"organisation_id": codes_for(person, edited)}
        )
        if is_new or member.removed_at is not None:
            member.removed_at, member.organisation_id = None, codes_for(person, edited)
            member.save()
            audit.record("coder.added", by=by, target=edited, coder=person.pk)
            added += 1
    return added


@transaction.atomic
def set_quota(*, coding_round: Round, coder: User, quota: int | None, by: User) -> RoundCoder:
    """Set the largest number of units for a coder; None for no limit. What the coder holds can still be submitted."""
    edited = locked_round(coding_round, by, *NOT_CLOSED)
    member: RoundCoder = edited.coders.remaining().select_for_update().get(coder=coder)
    member.quota = quota
    member.full_clean()
    member.save()
    audit.record("coder.edited", by=by, target=edited, coder=coder.pk, quota=quota)
    return member


@transaction.atomic
def remove_coder(*, coding_round: Round, coder: User, by: User) -> int:
    """Remove a coder. The submissions stay; what is not submitted goes to the queue. Returns how many units that is."""
    edited = locked_round(coding_round, by, *NOT_CLOSED)
    member: RoundCoder = edited.coders.remaining().select_for_update().get(coder=coder)
    audit.record("coder.removed", by=by, target=edited, coder=coder.pk)
    if edited.state == Round.State.PLANNED:
        member.delete()
        return 0
    member.removed_at = timezone.now()
    member.save()
    return pass_on_all(coding_round=edited, coder=coder, by=by)
