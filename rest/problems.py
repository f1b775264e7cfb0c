"""Errors of the API as RFC 9457 problem documents, in one form for every address below /api/."""

import errno
import sys
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
import redis
from django.core.exceptions import NON_FIELD_ERRORS, BadRequest, PermissionDenied, ValidationError
from django.core.exceptions import RequestDataTooBig as DjangoRequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import csrf, defaults
from rest_framework import exceptions
from rest_framework.views import set_rollback

from rest.refusals import Refusal
from rest.time_limits import unanswered, was_cancelled

CONTENT_TYPE = "application/problem+json"
Errors = list[dict[str, str]]
NO_ACCESS = _("You do not have access to do this.")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
_NO_SERVICE = (OperationalError, InterfaceError, redis.RedisError)
# Titles of statuses, by RFC 9110. Those that are not here keep their English phrase.
TITLES: dict[int, str | Promise] = {
    HTTPStatus.BAD_REQUEST: _("Bad request"),
    HTTPStatus.UNAUTHORIZED: _("Not signed in"),
    HTTPStatus.FORBIDDEN: _("No access"),
    HTTPStatus.NOT_FOUND: _("Not found"),
    HTTPStatus.METHOD_NOT_ALLOWED: _("Method not allowed"),
    HTTPStatus.NOT_ACCEPTABLE: _("Not acceptable"),
    HTTPStatus.CONFLICT: _("Conflict"),
    HTTPStatus.GONE: _("No longer available"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: _("Too large"),
    HTTPStatus.REQUEST_URI_TOO_LONG: _("Address too long"),
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: _("No such bytes"),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: _("Unsupported media type"),
    HTTPStatus.TOO_MANY_REQUESTS: _("Too many requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: _("Server error"),
    HTTPStatus.SERVICE_UNAVAILABLE: _("Service unavailable"),
    HTTPStatus.GATEWAY_TIMEOUT: _("Takes too long"),
}


class Conflict(Exception):
    """The target has changed since the caller read it. Extra members (`base`, `theirs` ...) go into the document."""

    status = HTTPStatus.CONFLICT
    code = "conflict"

    def __init__(self, detail: str, *, code: str | None = None, **extra: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.extra = extra
        self.headers: dict[str, str] = {}


class TooLarge(Conflict):
    """The request, or its answer, is larger than this address handles."""

    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    code = "too_large"


class Gone(Conflict):
    """What was here is not available any more; the sentence says why, and what to do."""

    status = HTTPStatus.GONE
    code = "no_longer_available"


def problem_response(
    status: int,
    detail: str | Promise = "",
    *,
    code: str = "",
    errors: Iterable[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    **extra: object,
) -> HttpResponse:
    """A problem document: `type, title, status, detail, errors [{field, code, message}]` and any extra members."""
    phrase = HTTPStatus(status).phrase
    code = code or phrase.lower().replace(" ", "_")
    body = {
        "type": f"urn:lipse:problem:{code}",
        "title": str(TITLES.get(status, phrase)),
        "status": int(status),
        "detail": str(detail) or str(TITLES.get(status, phrase)),
        "errors": list(errors),
        **extra,
    }
    return HttpResponse(
        orjson.dumps(body, default=str), status=int(status), content_type=CONTENT_TYPE, headers=dict(headers or {})
    )


def errors_of(error: ValidationError) -> Errors:
    """Django's ValidationError as a flat list; an error of no field has an empty field name."""
    found: Errors = []
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for field, problems in by_field.items():
        name = "" if field == NON_FIELD_ERRORS else field
        for problem in problems:
            found += [
                {"field": name, "code": problem.code or "invalid", "message": str(message)}
                for message in problem.messages
            ]
    return found


def _errors_of_drf(detail: object, field: str = "") -> Errors:
    """DRF nests its messages by field and by item; a path of names and positions, joined by dots, is the field."""
    if isinstance(detail, Mapping):
        return [e for name, inner in detail.items() for e in _errors_of_drf(inner, _joined(field, name))]
    if isinstance(detail, list):
        is_nested = any(isinstance(inner, Mapping) for inner in detail)
        names = [_joined(field, str(i)) if is_nested else field for i in range(len(detail))]
        return [e for name, inner in zip(names, detail, strict=True) for e in _errors_of_drf(inner, name)]
    return [{"field": field, "code": str(getattr(detail, "code", "invalid")), "message": str(detail)}]


def _joined(parent: str, name: str) -> str:
    if name == "non_field_errors":
        return parent
    return f"{parent}.{name}" if parent else str(name)


def _sentence(errors: Errors) -> str:
    return " ".join(f"{e['field']}: {e['message']}" if e["field"] else e["message"] for e in errors[:3])


def _from_validation(errors: Errors) -> HttpResponse:
    code = errors[0]["code"] if len(errors) == 1 else "invalid"
    return problem_response(HTTPStatus.BAD_REQUEST, _sentence(errors), code=code, errors=errors)


def _from_api_exception(exc: exceptions.APIException) -> HttpResponse:
    headers = {}
    # DRF's views and throttles write these on the exception.
    auth_header, wait = getattr(exc, "auth_header", None), getattr(exc, "wait", None)
    if auth_header:
        headers["WWW-Authenticate"] = auth_header
    if wait is not None:
        headers["Retry-After"] = str(int(wait))
    if isinstance(exc, exceptions.ValidationError):
        return _from_validation(_errors_of_drf(exc.detail))
    code = exc.get_codes()
    return problem_response(
        exc.status_code, str(exc.detail), code=code if isinstance(code, str) else "error", headers=headers
    )


_PLAIN: list[tuple[type[Exception], int, str, str | Promise]] = [
    (DjangoRequestDataTooBig, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", _("The request body is too large.")),
    (Http404, HTTPStatus.NOT_FOUND, "not_found", _("Not found, or you do not have access.")),
    (PermissionDenied, HTTPStatus.FORBIDDEN, "permission_denied", NO_ACCESS),
    (BadRequest, HTTPStatus.BAD_REQUEST, "bad_request", _("This request cannot be read.")),
]
TOOK_TOO_LONG = _("This takes longer than a request may take, and was stopped. Nothing was saved. Ask for less: add "
                  "filters, choose fewer fields or smaller pages.")  # fmt: skip
# The sentence of these is written for the caller.
_SAYS_WHY = (PermissionDenied, BadRequest)


def response_for(exc: Exception) -> HttpResponse | None:
    """The problem document of an exception that is a refusal; None for one that is a bug."""
    if isinstance(exc, Conflict):
        return problem_response(exc.status, exc.detail, code=exc.code, headers=exc.headers, **exc.extra)
    if isinstance(exc, ValidationError):
        return _from_validation(errors_of(exc))
    if isinstance(exc, Refusal):
        return _from_validation([{"field": "", "code": exc.code, "message": exc.message}])
    if isinstance(exc, exceptions.APIException):
        return _from_api_exception(exc)
    for kind, status, code, sentence in _PLAIN:
        if isinstance(exc, kind):
            reason = str(exc) if kind in _SAYS_WHY else ""
            return problem_response(status, reason or sentence, code=code)
    return None


def exception_handler(exc: Exception, context: Mapping[str, object]) -> HttpResponse | None:
    """DRF's hook: refusals become problem documents, bugs go on to Django and its 500."""
    check_was_judged(exc)
    response = _took_too_long() if was_cancelled(exc) else response_for(exc)
    if response is not None:
        set_rollback()
    return response


def check_was_judged(refusal: Exception) -> None:
    """Raise the error of a question that the database left open while a refusal was made: nothing is known."""
    error = unanswered()
    if error is not None and isinstance(refusal, ValidationError | exceptions.ValidationError):
        raise error from refusal


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """handler404: a problem document below /api/, the page everywhere else."""
    if is_api(request):
        return problem_response(
            HTTPStatus.NOT_FOUND, gettext("Nothing is at %(path)s.") % {"path": request.path}, code="not_found"
        )
    return defaults.page_not_found(request, exception or Http404())


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500, likewise; 503 when the database or the broker does not answer, 504 when a statement took longer than
    its time limit, 507 when the disk is full."""
    error = sys.exc_info()[1]
    if was_cancelled(error):
        return _took_too_long() if is_api(request) else _page_of_504()
    if isinstance(error, _NO_SERVICE):
        return _no_service(request)
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        return _no_room(request)
    if is_api(request):
        return problem_response(
            HTTPStatus.INTERNAL_SERVER_ERROR,
            gettext("An error occurred on the server. It was logged."),
            code="server_error",
        )
    return defaults.server_error(request)


def _no_service(request: HttpRequest) -> HttpResponse:
    """Without anything that would ask the database again, such as who is signed in."""
    headers = {"Retry-After": "10"}
    if is_api(request):
        message = _("The database or the message broker does not answer. Nothing was saved. Try again in a minute.")
        return problem_response(HTTPStatus.SERVICE_UNAVAILABLE, message, headers=headers)
    return HttpResponse(render_to_string("503.html"), status=HTTPStatus.SERVICE_UNAVAILABLE, headers=headers)


def _took_too_long() -> HttpResponse:
    return problem_response(HTTPStatus.GATEWAY_TIMEOUT, TOOK_TOO_LONG, code="took_too_long")


def _page_of_504() -> HttpResponse:
    return HttpResponse(render_to_string("504.html"), status=HTTPStatus.GATEWAY_TIMEOUT)


def _no_room(request: HttpRequest) -> HttpResponse:
    if is_api(request):
        message = _("The disk of the server is full. Nothing was saved. Tell the operators of this site.")
        return problem_response(HTTPStatus.INSUFFICIENT_STORAGE, message, code="disk_full")
    return HttpResponse(render_to_string("507.html"), status=HTTPStatus.INSUFFICIENT_STORAGE)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400, likewise."""
    if is_api(request):
        return response_for(exception) or problem_response(HTTPStatus.BAD_REQUEST, code="bad_request")
    return defaults.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403, likewise."""
    if is_api(request):
        return problem_response(HTTPStatus.FORBIDDEN, str(exception) or NO_ACCESS, code="permission_denied")
    return defaults.permission_denied(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """CSRF_FAILURE_VIEW, likewise: a form or a script of a page sent no token, or one of an earlier session."""
    if is_api(request):
        return problem_response(HTTPStatus.FORBIDDEN, f"CSRF: {reason}", code="csrf_failed")
    return csrf.csrf_failure(request, reason)
