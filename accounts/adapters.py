"""How sign-in differs from allauth's: nobody signs up, and each sign-in is recorded in the audit trail."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.stagekit import clear_login
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import audit
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """People are created by administrators."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: object) -> HttpResponse | None:
        """Refuse a deactivated account, whether by password, reset link or university sign-in."""
        if isinstance(user, User) and not user.may_sign_in:
            clear_login(request)
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **kwargs: object) -> HttpResponse:
        audit.record("person.signed-in", by=user if isinstance(user, User) else None, target=user)
        return super().post_login(request, user, **kwargs)

    def authentication_failed(self, request: HttpRequest, **credentials: object) -> None:
        super().authentication_failed(request, **credentials)
        login = credentials.get("username") or credentials.get("email") or ""
        tried = User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login)).first() if login else None
        audit.record("sign-in.failed", by=None, target=tried)

    def set_password(self, user: AbstractBaseUser, password: str) -> None:
        super().set_password(user, password)
        if isinstance(user, User) and user.pk:
            audit.record("password.set", by=user, target=user)


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
