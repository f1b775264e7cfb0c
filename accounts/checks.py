"""Checks of the settings of sign-in by `manage.py check`."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.translation import gettext as _

from accounts.password_links import mail_is_off
from accounts.roles import Role


@register("accounts")
def roles_of_the_second_factor_exist(**options: object) -> list[CheckMessage]:
    unknown = [role for role in settings.SECOND_FACTOR_ROLES if role not in Role.values]
    if not unknown:
        return []
    message = _("LIPSE_SECOND_FACTOR_ROLES names %(unknown)s; the roles are %(roles)s.")
    facts = {"unknown": ", ".join(unknown), "roles": ", ".join(Role.values)}
    return [Error(message % facts, id="accounts.E001")]


@register("accounts")
def mail_can_be_sent(**options: object) -> list[CheckMessage]:
    """Without an e-mail setting a real site starts, and says that nobody gets a link."""
    if not mail_is_off():
        return []
    return [
        Warning(
            _("LIPSE_EMAIL_URL is empty: invitations and links to reset a password cannot be sent."),
            hint=_("Set it, or set passwords with manage.py create_user NAME ... --password-stdin."),
            id="accounts.W001",
        )
    ]
