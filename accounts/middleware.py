"""What holds for every request of a signed-in person, and how sign-in answers when a service does not."""

import time
from collections.abc import Callable, Mapping, Sequence

import redis
import requests
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from kombu.exceptions import OperationalError

from accounts.second_factor import NEEDED, lacks_second_factor
from accounts.written_by import SAFE, OtherPerson, is_of_another, writer_of
from rest import replica
from rest.problems import is_api, problem_response

Answer = Callable[[HttpRequest], HttpResponseBase]
# When a session was last used and when it began, as names in the session; seconds since 1970.
SEEN, BEGAN = "seen", "began"
# The time of use is written at most this often.
USE_PRECISION_SECONDS = 60
# Pages that a person without the second factor needs to set it up, or to leave.
_WITHOUT_FACTOR = ("account_reauthenticate", "account_logout", "account_login", "healthz", "readyz")

# The counter of failed attempts, the broker that takes mail to the worker; the university.
_PAGES: list[tuple[type[Exception], str]] = [
    (redis.RedisError, "accounts/paused.html"),
    (OperationalError, "accounts/paused.html"),
    (requests.RequestException, "socialaccount/no_answer.html"),
]


def is_signed_in(request: HttpRequest) -> bool:
    """Whether the request is a person's, by session or token. Answers of middleware before sign-in have no user."""
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated


class PersonalAnswersAreNotStored:
    """`Cache-Control: no-store` on all that a signed-in person is shown, and on the pages of signing in.

    An answer that never changes and says so (`immutable`) is kept by the browser: the codes of a published codebook.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if "immutable" in response.get("Cache-Control", ""):
            return response
        if is_signed_in(request) or request.path.startswith("/accounts/"):
            response["Cache-Control"] = "no-store"
        return response


class WritesAreReadAtOnce:
    """Where there is a replica: whoever sent a write reads nothing older than it from when it is answered."""

    def __init__(self, get_response: Answer) -> None:
        if not replica.is_configured():
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.method not in ("GET", "HEAD", "OPTIONS") and is_signed_in(request) and request.user.pk is not None:
            replica.remember_write(replica.caller_of(request.user.pk))
        return response


class SessionsEnd:
    """Sign out a browser that nobody has used for SESSION_IDLE_SECONDS, or that signed in SESSION_COOKIE_AGE ago."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._judge(request)
        return self.get_response(request)

    def _judge(self, request: HttpRequest) -> None:
        now, session = int(time.time()), request.session
        seen, began = session.get(SEEN, now), session.get(BEGAN, now)
        if now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
            logout(request)
        elif SEEN not in session or BEGAN not in session or now - seen >= USE_PRECISION_SECONDS:
            session[SEEN], session[BEGAN] = now, began


class WrittenByWhoIsSignedIn:
    """A page that outlives its session names the person whose work it sends, in the header `X-Written-By`.

    Work of one person is never stored as another's: on a shared device the next person may be signed in (409). Where
    nobody is signed in the answer is 401, for pages too, so that a script is not led to the page of signing in. Tokens
    of the API are checked where they are read.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in SAFE or not writer_of(request) or "Authorization" in request.headers:
            return self.get_response(request)
        if not request.user.is_authenticated:
            return problem_response(401, _("Sign in again. Nothing was stored."), code="not_authenticated")
        if is_of_another(request, request.user):
            return problem_response(409, OtherPerson.default_detail, code=OtherPerson.default_code)
        return self.get_response(request)


class SecondFactorComesFirst:
    """Who holds a role of SECOND_FACTOR_ROLES and has no second factor is led to set it up before anything else."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: object, _args: Sequence[object], _kwargs: Mapping[str, object]
    ) -> HttpResponse | None:
        name = (request.resolver_match.url_name if request.resolver_match else "") or ""
        if name.startswith("mfa_") or name in _WITHOUT_FACTOR or not lacks_second_factor(request.user):
            return None
        if is_api(request):
            return problem_response(403, NEEDED, code="second_factor_needed")
        return redirect("mfa_activate_totp")


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
