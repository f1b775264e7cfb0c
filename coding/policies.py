"""Who may do what with codebooks, rounds and texts. Who may see them is asked in querysets/."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.policies import has_role, has_role_in, owns_as
from accounts.roles import Role
from coding.models import Assignment, Codebook, Round

Person = User | AnonymousUser


def _check(allowed: bool, sentence: str) -> None:
    if not allowed:
        raise PermissionDenied(sentence)


def can_lead(user: Person) -> bool:
    """Whether the person leads coding anywhere."""
    return has_role(user, Role.LEAD_CODER)


def can_lead_in(user: Person, organisation_id: int) -> bool:
    return has_role_in(user, organisation_id, Role.LEAD_CODER)


def check_can_lead_in(user: Person, organisation_id: int) -> None:
    _check(
        can_lead_in(user, organisation_id),
        "Codebooks and rounds are kept by lead coders of the organisation that owns them.",
    )


def can_edit_codebook(user: Person, codebook: Codebook) -> bool:
    return owns_as(user, codebook, Role.LEAD_CODER)


def check_can_edit_codebook(user: Person, codebook: Codebook) -> None:
    _check(
        can_edit_codebook(user, codebook),
        "A codebook is changed by lead coders of the organisation that owns it.",
    )


def can_lead_round(user: Person, coding_round: Round) -> bool:
    return can_lead_in(user, coding_round.organisation_id)


def check_can_lead_round(user: Person, coding_round: Round) -> None:
    _check(can_lead_round(user, coding_round), "A round is led by lead coders of the organisation that owns it.")


def can_freeze_units_in(user: Person, organisation_id: int) -> bool:
    """Send texts of an organisation to coding."""
    return has_role_in(user, organisation_id, Role.LEAD_CODER, Role.DATA_MANAGER)


def check_can_freeze_units_in(user: Person, organisation_id: int) -> None:
    _check(
        can_freeze_units_in(user, organisation_id),
        "Texts are sent to coding by lead coders and data managers of the organisation they belong to.",
    )


def can_code_anywhere(user: Person) -> bool:
    """Whether the person may take texts at all; in which rounds is asked of the rounds."""
    return has_role(user, Role.CODER, Role.LEAD_CODER)


def check_can_code_anywhere(user: Person) -> None:
    _check(can_code_anywhere(user), "Texts are coded by coders and lead coders.")


def can_code_at(user: Person, seat: Assignment) -> bool:
    return seat.coder_id == user.pk and can_code_anywhere(user)


def check_can_code_at(user: Person, seat: Assignment) -> None:
    _check(can_code_at(user, seat), "Only the coder it was given to codes this text.")
