"""Addresses that no view should see: with a NUL in them, or too long to be written as one."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from rest.problems import is_api, problem_response

FORM = "application/x-www-form-urlencoded"


class AddressMiddleware:
    """Refuses a NUL, which PostgreSQL cannot compare, once for every address: 404 in the path, 400 in the query.

    A cookie with one in it was not set by this site and is not read.

    A list whose parameters are longer than an address can be asked for by POST below /api/, with the header
    `X-HTTP-Method-Override: GET` and the parameters as a form in the body. It is a GET in every other respect.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        if is_api(request) and request.method == "POST" and "X-HTTP-Method-Override" in request.headers:
            refused = _read_parameters_from_body(request)
            if refused is not None:
                return refused
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> None:
        """Called inside Django's handling of errors, so that the refusal has the form of every other."""
        if "\0" in request.path_info:
            raise Http404
        if b"\0" in unquote_to_bytes(request.META.get("QUERY_STRING", "")):
            raise BadRequest(_("The address has a NUL character in it. Remove it."))


def _read_parameters_from_body(request: HttpRequest) -> HttpResponse | None:
    """Make the request the GET it stands for; a problem document where it is none."""
    if request.headers["X-HTTP-Method-Override"].upper() != "GET":
        message = _("Only GET can be sent as a POST.")
        return problem_response(HTTPStatus.METHOD_NOT_ALLOWED, message, headers={"Allow": "GET, POST"})
    if request.content_type != FORM:
        message = _("Send the parameters as %(type)s.") % {"type": FORM}
        return problem_response(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)
    parts = [request.META.get("QUERY_STRING", ""), request.body.decode("latin-1")]
    request.META.update(
        REQUEST_METHOD="GET", QUERY_STRING="&".join(filter(None, parts)), CONTENT_LENGTH="0", CONTENT_TYPE=""
    )
    request.method = "GET"
    return None
