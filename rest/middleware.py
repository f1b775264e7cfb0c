"""What every answer of the site has in common, whichever room gave it."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from rest import problems


class NotFoundInDebugMode:
    """In debug mode too, an address at which nothing is answers with the page of the site.

    Django would list all addresses of the site instead. Innermost, so that a missing final slash is added first.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.DEBUG:
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            resolve(request.path_info)
        except Resolver404 as unknown:
            return problems.not_found(request, unknown)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return problems.not_found(request, exception) if isinstance(exception, Http404) else None
