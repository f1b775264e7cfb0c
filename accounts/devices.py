"""Browsers in which a person signed in before: a signed cookie that names accounts.

It opens nothing. Attempts with it count against the browser, not against the account, so that whoever tries passwords
from elsewhere cannot keep its person out.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import User

_SALT = "accounts.devices"
_KEPT_SECONDS = 365 * 86_400
_MOST_PEOPLE = 5


def device_of(request: HttpRequest, person: User) -> str:
    """The name of this browser for the person; empty where the person has not signed in here before."""
    return _people(request).get(str(person.pk), "")


def remember_device(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Set the cookie by which this browser is known for the person, and for the last ones before."""
    people = _people(request)
    name = people.pop(str(person.pk), "") or secrets.token_urlsafe(16)
    kept = dict(list(people.items())[-(_MOST_PEOPLE - 1) :]) | {str(person.pk): name}
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(kept, salt=_SALT),
        max_age=_KEPT_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _people(request: HttpRequest) -> dict[str, str]:
    """Account number to the name of this browser for it."""
    value = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    try:
        people: dict[str, str] = signing.loads(value, salt=_SALT, max_age=_KEPT_SECONDS)
    except signing.BadSignature:
        return {}
    return people
