"""Requests of people who are signed in."""

from uuid import UUID

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails
from rest_framework.request import Request

from accounts.models import User
from rest.viewsets import check_signed_in


class SignedInRequest(HttpRequest):
    """The request of a view behind `login_required`."""

    user: User
    htmx: HtmxDetails


def signed_in(request: Request) -> User:
    """The person who calls the API; 401 where nobody is signed in."""
    check_signed_in(request)
    if not isinstance(request.user, User):
        raise TypeError("People of this site sign in as User.")
    return request.user


def device_named_by(request: HttpRequest | Request) -> UUID | None:
    """The browser that sent the request, from the header `X-Device`; None where it names none."""
    try:
        return UUID(request.headers.get("X-Device", ""))
    except ValueError:
        return None
