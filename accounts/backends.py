"""Who can sign in by password or session: active accounts; fictional people only in debug mode."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User


class SignInBackend(AuthenticationBackend):
    """allauth's sign-in by name or e-mail. Django asks this at sign-in and again for each request of a session."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return isinstance(user, User) and user.may_sign_in
