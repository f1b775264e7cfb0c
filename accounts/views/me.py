"""My account: memberships, sessions and API tokens."""

from http import HTTPStatus

from allauth.account.decorators import reauthentication_required
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts import actions
from accounts.browsers import browser_and_system
from accounts.forms import TokenForm
from accounts.models import ApiToken
from accounts.requests import SignedInRequest
from accounts.second_factor import has_second_factor
from accounts.selectors import sessions_of
from rest.examples import Call, in_each
from rest.forms import UNPROCESSABLE, posted, press, see_other, submit


@require_GET
def session_now(request: HttpRequest) -> HttpResponse:
    """Who is signed in at the moment, null for nobody, and a CSRF token: for pages that outlive their session."""
    person = request.user.get_username() if request.user.is_authenticated else None
    return JsonResponse({"person": person, "token": get_token(request)}, headers={"Cache-Control": "no-store"})


@require_GET
def signed_out(request: HttpRequest) -> HttpResponse:
    """What follows signing out: says what stays on this device. Its script takes the key from there."""
    if request.user.is_authenticated:
        return see_other("home")
    return render(request, "accounts/signed_out.html")


@require_GET
@login_required
def signed_in_again(request: SignedInRequest) -> HttpResponse:
    """Where a person arrives who signed in again for a page that is still open in another tab."""
    return render(request, "accounts/signed_in_again.html")


def _context(request: SignedInRequest, **more: object) -> dict[str, object]:
    person = request.user
    return {
        "memberships": person.memberships.select_related("organisation").order_by("organisation__name"),
        "sessions": [
            (session, _described(session.user_agent), session.session_key == request.session.session_key)
            for session in sessions_of(person)
        ],
        "devices": person.devices.with_received().order_by("-pk")[:100],
        "tokens": person.api_tokens.order_by("-created_at")[:100],
        "has_second_factor": has_second_factor(person),
        "has_university": bool(settings.SOCIALACCOUNT_PROVIDERS),
        "token_form": TokenForm(),
        **more,
    }


def _described(user_agent: str) -> str:
    """Browser and system in words; the first 60 characters of a header that is not recognised."""
    browser, system = browser_and_system(user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or user_agent[:60] or _("An unknown browser")


@require_GET
@login_required
def my_account(request: SignedInRequest) -> HttpResponse:
    return render(request, "accounts/my_account.html", _context(request))


def _is_for_writing(request: HttpRequest) -> bool:
    return request.POST.get("scope") == ApiToken.Scope.WRITE


@require_POST
@login_required
@reauthentication_required(enabled=_is_for_writing)
def token_create(request: SignedInRequest) -> HttpResponse:
    """Answers with the page itself, because the secret is shown only once and never stored.

    A token for writing asks for the password first, unless that was given in the last minutes.
    """
    form = TokenForm(posted(request))
    done = submit(
        request,
        form,
        lambda: actions.create_token(person=request.user, by=request.user, **form.cleaned_data),
    )
    if not done:
        context = _context(request, token_form=form)
        return render(request, "accounts/my_account.html", context, status=UNPROCESSABLE)
    _token, secret = done.result
    first = request.build_absolute_uri(f"{reverse('api-complaint-record-list')}?finding=upheld&page_size=10")
    context = _context(request, secret=secret, calls=in_each(Call("GET", first)))
    return render(request, "accounts/my_account.html", context, status=HTTPStatus.CREATED)


@require_POST
@login_required
def token_revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    press(
        request,
        lambda: actions.revoke_token(token=token, by=request.user),
        _("“%(token)s” was revoked.") % {"token": token.label},
    )
    return see_other("my-account")


@require_POST
@login_required
def session_end(request: SignedInRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.session_key == request.session.session_key:
        messages.error(request, _("This is the browser you are using. To leave it, sign out."))
        return see_other("my-account")
    press(
        request,
        lambda: actions.end_session(session=session, by=request.user),
        _("Signed out of %(browser)s.") % {"browser": _described(session.user_agent)},
    )
    return see_other("my-account")


@require_POST
@login_required
def sessions_end(request: SignedInRequest) -> HttpResponse:
    press(
        request,
        lambda: actions.end_other_sessions(person=request.user, by=request.user, keep=request.session.session_key),
        lambda ended: (
            ngettext("Signed out of %(number)d other browser.", "Signed out of %(number)d other browsers.", ended)
            % {"number": ended}
        ),
    )
    return see_other("my-account")
