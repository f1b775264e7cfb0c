"""Who can sign in by password or session: active accounts; fictional people only in debug mode."""

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.models import User
from rest.prepared import Prepared

_person = Prepared(lambda pk: User.objects.filter(pk=pk))


class SignInBackend(AuthenticationBackend):
    """allauth's sign-in by name or e-mail. Django asks this at sign-in and again for each request of a session."""

    def user_can_authenticate(self, user: AbstractBaseUser | None) -> bool:
        return isinstance(user, User) and user.may_sign_in

    def get_user(self, user_id: int) -> User | None:
        """The person of a session, for each of its requests: as Django's, with the SQL built once (docs/adr/0119)."""
        person: User | None = _person.first(user_id)
        return person if self.user_can_authenticate(person) else None
