"""Sign-in answers 503 with an explanation when a service it needs does not answer; it never signs in unchecked."""

from collections.abc import Callable

import redis
import requests
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# The counter of failed attempts; the university.
_PAGES: list[tuple[type[Exception], str]] = [
    (redis.RedisError, "accounts/paused.html"),
    (requests.RequestException, "socialaccount/no_answer.html"),
]


class SignInNeedsItsServices:
    """Nobody signs in while the counter of failed attempts, or the university, does not answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not request.path.startswith("/accounts/"):
            return None
        page = next((page for kind, page in _PAGES if isinstance(exception, kind)), None)
        return render(request, page, status=503) if page else None
