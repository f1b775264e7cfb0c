"""How sign-in differs from allauth's: nobody signs up, attempts are counted so that nobody can be kept out
(docs/adr/0095), and each sign-in is recorded in the audit trail."""

import base64
import logging
import secrets

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import audit
from accounts.devices import device_of, remember_device
from accounts.models import User
from accounts.sealing import CannotBeOpened, seal, unseal
from accounts.second_factor import has_second_factor
from rest.addresses import client_address

logger = logging.getLogger(__name__)
# Failed attempts: of one address, for one account, and in a browser that is known for it.
_BY_ADDRESS, _FOR_ACCOUNT, _IN_KNOWN_BROWSER = "10/m/ip", "5/5m/key", "20/5m/key"


class AccountAdapter(DefaultAccountAdapter):
    """People are created by administrators."""

    _is_backed_off = False

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """Count the attempt. Too many for an account refuse it, except in a browser that is known for it and where a
        second factor follows the right password."""
        person = _named_by(credentials)
        device = device_of(request, person) if person is not None else ""
        if device:
            used = self._count(request, _IN_KNOWN_BROWSER, device)
        else:
            used = self._count_both(request, self._get_login_attempts_cache_key(request, **credentials))
            if not used and self._count(request, _BY_ADDRESS, "", dry_run=True):
                self._is_backed_off = person is not None and has_second_factor(person)
        self._login_failed_rl_usage = used
        if not used and not self._is_backed_off:
            raise self.validation_error("too_many_login_attempts")

    def _count_both(self, request: HttpRequest, key: str) -> ratelimit.RateLimitUsage | None:
        """Of the address and of the account. allauth takes both back when the password was right."""
        address = self._count(request, _BY_ADDRESS, "")
        account = self._count(request, _FOR_ACCOUNT, key) if address else None
        return ratelimit.RateLimitUsage(usage=[*address.usage, *account.usage]) if address and account else None

    @staticmethod
    def _count(request: HttpRequest, rate: str, key: str, *, dry_run: bool = False) -> ratelimit.RateLimitUsage | None:
        """None where the rate is used up."""
        config = {"login_failed": rate}
        return ratelimit.consume(
            request, app="accounts", action="login_failed", config=config, key=key, dry_run=dry_run
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: object) -> str:
        """One for an account, by whichever of its names."""
        person = _named_by(credentials)
        return f"account:{person.pk}" if person is not None else f"login:{_login_of(credentials).lower()}"

    def _delete_login_attempts_cached_email(self, request: HttpRequest, **credentials: object) -> None:
        key = self._get_login_attempts_cache_key(request, **credentials)
        config = {"login_failed": _FOR_ACCOUNT}
        ratelimit.clear(request, app="accounts", action="login_failed", config=config, key=key)

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: object) -> HttpResponse | None:
        """Refuse a deactivated account, whether by password, reset link or university sign-in."""
        if isinstance(user, User) and not user.may_sign_in:
            clear_login(request)
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: object) -> HttpResponse:
        audit.record("person.signed-in", by=user if isinstance(user, User) else None, target=user)
        response = super().post_login(request, user, **kwargs)
        if isinstance(user, User):
            remember_device(request, response, user)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        super().authentication_failed(request, **credentials)
        audit.record("sign-in.failed", by=None, target=_named_by(credentials))
        if self._is_backed_off:
            raise self.validation_error("too_many_login_attempts")

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        super().set_password(user, password)
        if isinstance(user, User) and user.pk:
            audit.record("password.set", by=user, target=user)


def _login_of(credentials: dict[str, object]) -> str:
    return str(credentials.get("username") or credentials.get("email") or "")


def _named_by(credentials: dict[str, object]) -> User | None:
    """The account of a sign-in name or e-mail address."""
    login = _login_of(credentials)
    return User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login)).first() if login else None


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of second factors are encrypted in the database."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Where LIPSE_SECRET_KEY is another one than at the time, a secret that nobody knows: no code is right."""
        try:
            return unseal(encrypted_text)
        except CannotBeOpened:
            logger.warning("A second factor was encrypted with another LIPSE_SECRET_KEY.")
            return base64.b32encode(secrets.token_bytes(20)).decode()


class UniversityAdapter(DefaultSocialAccountAdapter):
    """University sign-in opens the account that an administrator made for the same verified e-mail address."""

    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Only by an address the university says it has checked: `true`, where some write the word "false"."""
        claims = _claims(login)
        return claims.get("email_verified") in (True, "true") and super().can_authenticate_by_email(login, email)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Signed token and user information must speak of the same person (OpenID Connect Core 5.3.2)."""
        data = sociallogin.account.extra_data
        subjects = {part["sub"] for part in (data.get("id_token"), data.get("userinfo")) if part and "sub" in part}
        if len(subjects) != 1:
            raise ImmediateHttpResponse(render(request, "socialaccount/authentication_error.html", status=401))

    def on_authentication_error(self, request: HttpRequest, provider: object, *args: object, **kwargs: object) -> None:
        audit.record("sign-in.failed", by=None, by_way_of="university")

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False


def _claims(login: SocialLogin) -> dict[str, object]:
    """What the university says of the person; user information goes before the token, as in allauth."""
    data = login.account.extra_data
    return data.get("userinfo") or data.get("id_token") or {}
