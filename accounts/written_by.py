"""The header `X-Written-By`: the number of the person whose work a request stores, as the page knew it."""

from http import HTTPStatus

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.request import Request

SAFE = ("GET", "HEAD", "OPTIONS")


class OtherPerson(APIException):
    """Somebody else is signed in than the request names."""

    status_code = HTTPStatus.CONFLICT
    default_code = "other_person"
    default_detail = _("Somebody else is signed in than who wrote this. Nothing was stored.")


def writer_of(request: HttpRequest | Request) -> str:
    """The number of the person that the request names; empty where it names nobody."""
    return request.headers.get("X-Written-By", "").strip()


def is_of_another(request: HttpRequest | Request, person: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether the request would change something and names another person than `person`."""
    return request.method not in SAFE and writer_of(request) not in ("", str(person.pk))
