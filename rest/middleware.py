"""What every answer of the site has in common, whichever room gave it."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.core.exceptions import BadRequest, MiddlewareNotUsed, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from rest import problems
from rest.bodies import largest_body
from rest.lists import with_whole_lists
from rest.time_limits import SAFE, hold_to, kind_of

FORM = "application/x-www-form-urlencoded"


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


class PageOfAnAction:
    """An address for a button alone, opened as a page says so.

    It happens by Back and after signing in again; Django's own answer is an empty page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not isinstance(response, HttpResponseNotAllowed) or problems.is_api(request):
            return response
        page = render(request, "405.html", status=response.status_code)
        page["Allow"] = response["Allow"]
        return page


class AddressMiddleware:
    """Refuses a NUL, which PostgreSQL cannot compare, once for every address: 404 in the path, 400 in the query.

    A cookie with one in it was not set by this site and is not read.

    A list whose parameters are longer than an address can be asked for by POST below /api/, with the header
    `X-HTTP-Method-Override: GET` and the parameters as a form in the body. It is a GET in every other respect.

    A parameter that takes a list and is repeated becomes one list, so that whatever reads addresses loses none of it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        if problems.is_api(request) and request.method == "POST" and "X-HTTP-Method-Override" in request.headers:
            refused = _read_parameters_from_body(request)
            if refused is not None:
                return refused
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Called inside Django's handling of errors, so that the refusal has the form of every other."""
        if "\0" in request.path_info:
            raise Http404
        if b"\0" not in unquote_to_bytes(request.META.get("QUERY_STRING", "")):
            request.GET = with_whole_lists(request.GET)
            return None
        message = _("The address has a NUL character in it. Remove it.")
        if not problems.is_api(request):
            raise BadRequest(message)
        named = [name for name, values in request.GET.lists() if "\0" in "".join([name, *values])]
        error = ValidationError(message, code="null_characters_not_allowed")
        return problems.response_for(ValidationError(dict.fromkeys(named, error)))


class TimeLimitMiddleware:
    """Holds the statements of a request to the time limit of its kind; of its method, until the view is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        hold_to("page" if request.method in SAFE else "write")
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., object], *_: object) -> None:
        hold_to(kind_of(request, view))


def _read_parameters_from_body(request: HttpRequest) -> HttpResponse | None:
    """Make the request the GET it stands for; a problem document where it is none."""
    if request.headers["X-HTTP-Method-Override"].upper() != "GET":
        message = _("Only GET can be sent as a POST.")
        return problems.problem_response(HTTPStatus.METHOD_NOT_ALLOWED, message, headers={"Allow": "GET, POST"})
    if request.content_type != FORM:
        message = _("Send the parameters as %(type)s.") % {"type": FORM}
        return problems.problem_response(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, message)
    parts = [request.META.get("QUERY_STRING", ""), request.body.decode("latin-1")]
    request.META.update(
        REQUEST_METHOD="GET", QUERY_STRING="&".join(filter(None, parts)), CONTENT_LENGTH="0", CONTENT_TYPE=""
    )
    request.method = "GET"
    return None


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
        if problems.is_api(request) or (length.isdecimal() and int(length) <= largest_body(request, view)):
            return None
        return render(request, "413.html", status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
