"""What people do on allauth's own pages, recorded in the audit trail."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.signals import social_account_added, social_account_removed
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import Signal, receiver
from django.http import HttpRequest

from accounts import audit
from accounts.middleware import BEGAN, SEEN
from accounts.models import User


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def two_factor_changed(signal: Signal, user: User, authenticator: Authenticator, **_: object) -> None:
    done = {authenticator_added: "added", authenticator_removed: "removed"}.get(signal, "renewed")
    audit.record(f"two-factor.{done}", by=user, target=user, kind=authenticator.get_type_display())


@receiver(social_account_added)
def university_connected(sociallogin: SocialLogin, **_: object) -> None:
    audit.record("university.connected", by=sociallogin.user, target=sociallogin.user)


@receiver(social_account_removed)
def university_disconnected(socialaccount: SocialAccount, **_: object) -> None:
    audit.record("university.disconnected", by=socialaccount.user, target=socialaccount.user)


@receiver(user_logged_in)
def session_began(request: HttpRequest, **_: object) -> None:
    request.session[SEEN] = request.session[BEGAN] = int(time.time())


@receiver(user_logged_out)
def signed_out(user: User | None, **_: object) -> None:
    if isinstance(user, User):
        audit.record("person.signed-out", by=user, target=user)
