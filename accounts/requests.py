"""The request of a page that only people who are signed in may open."""

from django.http import HttpRequest

from accounts.models import User


class SignedInRequest(HttpRequest):
    """The request of a view behind `login_required`."""

    user: User
