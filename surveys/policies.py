"""Who may create questionnaires, run fieldwork and see responses."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts import policies
from accounts.models import User
from accounts.roles import AccessLevel, Role
from surveys.models import Questionnaire

MAKERS = (Role.FIELDWORKER, Role.LEAD_CODER, Role.DATA_MANAGER)


def can_make_questionnaires(user: User | AnonymousUser) -> bool:
    """In at least one organisation."""
    return policies.has_role(user, *MAKERS)


def check_can_make_questionnaire_at(user: User | AnonymousUser, organisation_id: int) -> None:
    policies.check_role(user, *MAKERS)
    if not policies.has_role_in(user, organisation_id, *MAKERS):
        raise PermissionDenied(
            _("Only fieldworkers, lead coders and data managers can create questionnaires for an organisation.")
        )


def can_edit_questionnaire(user: User | AnonymousUser, questionnaire: Questionnaire) -> bool:
    """Edit its draft, publish it, run its fieldwork, enter responses."""
    return policies.owns_as(user, questionnaire, *MAKERS)


def check_can_edit_questionnaire(user: User | AnonymousUser, questionnaire: Questionnaire) -> None:
    if not can_edit_questionnaire(user, questionnaire):
        raise PermissionDenied(
            _("Only fieldworkers, lead coders and data managers of the owner can change this questionnaire.")
        )


def can_see_responses(user: User | AnonymousUser, questionnaire: Questionnaire) -> bool:
    """The owning organisation, and organisations it is shared with by name. One query at most."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if questionnaire.organisation_id in user.organisation_ids:
        return True
    return (
        questionnaire.access == AccessLevel.RESTRICTED
        and questionnaire.shared_with.filter(pk__in=user.organisation_ids).exists()
    )
