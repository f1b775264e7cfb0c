"""Who may do what with codebooks, rounds and units. Who may see them is decided in querysets/."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.policies import has_role, has_role_in, owns_as
from accounts.roles import Role
from coding.models import Adjudication, Assignment, Codebook, Round, Submission
from rest.prepared import Prepared

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Person = User | AnonymousUser
_codes_at = Prepared(
    lambda person, unit: person.coding_rounds.active().filter(round__units=unit).order_by().values_list("pk")
)
_NOT_ADJUDICATOR = gettext_lazy(
    "Only lead coders of the organisation that owns a round can adjudicate, and not while they code in it blindly."
)


def _check(allowed: bool, sentence: "str | _StrPromise") -> None:
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
        _("Only lead coders of an organisation can create its codebooks and rounds."),
    )


def can_edit_codebook(user: Person, codebook: Codebook) -> bool:
    return owns_as(user, codebook, Role.LEAD_CODER)


def check_can_edit_codebook(user: Person, codebook: Codebook) -> None:
    _check(
        can_edit_codebook(user, codebook),
        _("Only lead coders of the organisation that owns a codebook can edit it."),
    )


def can_lead_round(user: Person, coding_round: Round) -> bool:
    return can_lead_in(user, coding_round.organisation_id)


def check_can_lead_round(user: Person, coding_round: Round) -> None:
    _check(
        can_lead_round(user, coding_round),
        _("Only lead coders of the organisation that owns a round can do this."),
    )


def check_can_compare_with(user: Person, coding_round: Round) -> None:
    """To draw the records of another round again, and to compare agreement with it."""
    _check(
        Round.objects.comparable_by(user).filter(pk=coding_round.pk).exists(),
        _("This round is not shared with an organisation whose coding you lead."),
    )


def can_freeze_units_in(user: Person, organisation_id: int) -> bool:
    """Whether the person may send texts of an organisation to coding."""
    return has_role_in(user, organisation_id, Role.LEAD_CODER, Role.DATA_MANAGER)


def check_can_freeze_units_in(user: Person, organisation_id: int) -> None:
    _check(
        can_freeze_units_in(user, organisation_id),
        _("Only lead coders and data managers of the organisation that owns a text can send it to coding."),
    )


def can_code_anywhere(user: Person) -> bool:
    """Whether the person may code units at all; the rounds say in which of them."""
    return has_role(user, Role.CODER, Role.LEAD_CODER)


def check_can_code_anywhere(user: Person) -> None:
    _check(can_code_anywhere(user), _("Only coders and lead coders can code units."))


def can_code_at(user: Person, assignment: Assignment) -> bool:
    """The coder to whom the unit is assigned, while that person codes in its round."""
    if not isinstance(user, User) or assignment.coder_id != user.pk:
        return False
    return bool(_codes_at(user, assignment.round_unit_id))


def check_can_code_at(user: Person, assignment: Assignment) -> None:
    _check(can_code_at(user, assignment), _("Only the coder to whom this unit is assigned can code it."))


def can_take_back(user: Person, submission: Submission) -> bool:
    """The coder who submitted the unit, while that person codes in its round."""
    if not isinstance(user, User) or submission.coder_id != user.pk:
        return False
    return bool(_codes_at(user, submission.round_unit_id))


def check_can_take_back(user: Person, submission: Submission) -> None:
    _check(can_take_back(user, submission), _("Only the coder who submitted a unit can take it back."))


def is_blind_to(user: Person, coding_round: Round) -> bool:
    """Whether the person codes in a blind round that is not closed, and so sees nothing of what others do in it."""
    if not isinstance(user, User) or not coding_round.is_blind or coding_round.state == Round.State.CLOSED:
        return False
    return user.coding_rounds.filter(round=coding_round).exists()


def check_can_adjudicate_in(user: Person, coding_round: Round) -> None:
    _check(can_lead_round(user, coding_round) and not is_blind_to(user, coding_round), _NOT_ADJUDICATOR)


def can_adjudicate(user: Person, adjudication: Adjudication) -> bool:
    """Lead coders of the round's organisation; who codes in a blind round too, only after it was closed."""
    return Adjudication.objects.adjudicated_by(user).filter(pk=adjudication.pk).exists()


def check_can_adjudicate(user: Person, adjudication: Adjudication) -> None:
    _check(can_adjudicate(user, adjudication), _NOT_ADJUDICATOR)
