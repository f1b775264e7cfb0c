"""Who can edit the vocabularies that all partners share."""

from django.contrib.auth.models import AnonymousUser

from accounts.models import User
from accounts.policies import check_role, has_role
from accounts.roles import Role

EDITORS = (Role.LEAD_CODER, Role.ADMIN)


def can_edit_vocabularies(user: User | AnonymousUser) -> bool:
    return has_role(user, *EDITORS)


def check_can_edit_vocabularies(user: User | AnonymousUser) -> None:
    check_role(user, *EDITORS)
