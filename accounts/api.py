"""/me/: who am I."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from accounts.models import ApiToken
from accounts.requests import signed_in
from accounts.selectors import who_am_i
from accounts.serializers import MeSerializer
from rest.answers import json_answer
from rest.viewsets import ApiView, no_parameters


class MeView(ApiView):
    """The person who calls, their roles, the scope of their token and the requests that remain."""

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> HttpResponse:
        no_parameters(request)
        person = signed_in(request)
        token = request.auth if isinstance(request.auth, ApiToken) else None
        return json_answer(request, who_am_i(person, token, self.budget))


class BearerScheme(OpenApiAuthenticationExtension):
    """How the OpenAPI document describes tokens."""

    target_class = "accounts.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": _("Create one in My account, or with manage.py create_token."),
        }
