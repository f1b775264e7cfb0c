"""The token in a link to choose a password. None is stored: each is a signature over what it may be used once for."""

from django.contrib.auth.tokens import PasswordResetTokenGenerator

from accounts import journal
from accounts.models import User


class ResetTokenGenerator(PasswordResetTokenGenerator):
    """Django's, over password, last sign-in and address of the person, and void after a restore of the site.

    A restore of an older backup brings back the password from before, and with it every link that was used since.
    """

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{journal.last_restore()}"
