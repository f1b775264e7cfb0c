"""Who has to have a second factor, and has none."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.policies import has_role

NEEDED = _("Your role needs two-factor authentication. Set it up in My account first.")


def has_second_factor(person: User) -> bool:
    return Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists()


def lacks_second_factor(user: User | AnonymousUser) -> bool:
    """Whether the person holds a role of SECOND_FACTOR_ROLES and has not set up a second factor."""
    roles = settings.SECOND_FACTOR_ROLES
    if not roles or not isinstance(user, User):
        return False
    return has_role(user, *roles) and not has_second_factor(user)
