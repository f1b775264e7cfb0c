"""Who may make questionnaires, take them to the field and see what respondents said."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

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
        raise PermissionDenied("You can make questionnaires only for an organisation where you have such a role.")


def can_edit_questionnaire(user: User | AnonymousUser, questionnaire: Questionnaire) -> bool:
    """Change its draft, publish, take it to the field, enter responses."""
    return policies.owns_as(user, questionnaire, *MAKERS)


def check_can_edit_questionnaire(user: User | AnonymousUser, questionnaire: Questionnaire) -> None:
    if not can_edit_questionnaire(user, questionnaire):
        raise PermissionDenied(
            "This needs the role fieldworker, lead coder or data manager in the organisation that owns it."
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
