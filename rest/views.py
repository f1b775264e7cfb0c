"""The OpenAPI document and its pages."""

from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from rest.answers import json_answer
from rest.elsewhere import site_of
from rest.examples import Call, in_each
from rest.reference import Operation, groups_of
from rest.schema import document, published
from rest.viewsets import ApiView, no_parameters


class SchemaView(ApiView):
    """This document: OpenAPI 3.1 of every address of the API."""

    @extend_schema(responses={200: {"type": "object"}})
    def get(self, request: Request) -> HttpResponse:
        no_parameters(request)
        return json_answer(request, published())


@cache
def _groups() -> dict[str, list[Operation]]:
    return groups_of(document())


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """How to start with the API, and its groups of addresses."""
    first = Call("GET", request.build_absolute_uri("/api/v1/case-studies/?page_size=10"))
    return render(request, "rest/docs.html", {"groups": _groups(), "examples": in_each(first)})


@require_GET
def docs_group(request: HttpRequest, group: str) -> HttpResponse:
    """The operations of one group: parameters, answers and examples to copy."""
    if group not in _groups():
        raise Http404
    site = site_of(request)
    operations = [(operation, operation.examples(site)) for operation in _groups()[group]]
    return render(request, "rest/docs_group.html", {"group": group, "operations": operations})
