"""How large the body of a page's request may be, known before any of it is read or on disk."""

from collections.abc import Callable
from http import HTTPStatus
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from rest.problems import is_api

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
# Boundaries, names and the other fields of a form with files.
AROUND_FILES = 2**20


def takes_files(largest: Callable[[], int]) -> Callable[[View], View]:
    """Marks a view whose form has files, of up to `largest()` bytes together, for people who are signed in."""

    def mark(view: View) -> View:
        # Decorators around it copy what is here.
        vars(view)["largest_files"] = largest
        return view

    return mark


class BodySizeMiddleware:
    """Refuses a body that is too large with 413, before the check of its CSRF token would store all of it.

    API views have their own limits (`ApiMixin.max_body_bytes`), which hold before their bodies are read.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., object], *_: object) -> HttpResponse | None:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if is_api(request) or (length.isdigit() and int(length) <= _largest(request, view)):
            return None
        return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def _largest(request: HttpRequest, view: Callable[..., object]) -> int:
    largest_files = getattr(view, "largest_files", None)
    if largest_files is None or not request.user.is_authenticated:
        return int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return int(largest_files()) + AROUND_FILES
