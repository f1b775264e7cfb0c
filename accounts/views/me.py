"""My account: who I am here, where I am signed in, my keys to the API."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions
from accounts.browsers import described
from accounts.forms import TokenForm
from accounts.models import ApiToken
from accounts.selectors import sessions_of


def _context(request: HttpRequest, **more: Any) -> dict[str, Any]:
    person = request.user
    return {
        "memberships": person.memberships.select_related("organisation").order_by("organisation__name"),
        "sessions": [
            (session, described(session.user_agent), session.session_key == request.session.session_key)
            for session in sessions_of(person)
        ],
        "tokens": person.api_tokens.order_by("-created_at")[:100],
        "has_second_factor": Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists(),
        "has_university": bool(settings.SOCIALACCOUNT_PROVIDERS),
        "token_form": TokenForm(),
        **more,
    }


@login_required
@require_GET
def my_account(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/my_account.html", _context(request))


@never_cache
@login_required
@require_http_methods(["POST"])
def token_create(request: HttpRequest) -> HttpResponse:
    """Answers with the page itself, for the secret is shown this once and kept nowhere."""
    form = TokenForm(request.POST)
    secret = None
    if form.is_valid():
        try:
            _, secret = actions.create_token(person=request.user, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
    if secret is None:
        return render(request, "accounts/my_account.html", _context(request, token_form=form), status=422)
    api = request.build_absolute_uri("/api/v1/")
    return render(request, "accounts/my_account.html", _context(request, secret=secret, api=api), status=201)


@login_required
@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    actions.revoke_token(token=token, by=request.user)
    messages.success(request, f"“{token.label}” opens nothing any more.")
    return redirect("my-account")


@login_required
@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    if session.session_key == request.session.session_key:
        messages.error(request, "This is the browser you are using; to leave it, sign out.")
    else:
        actions.end_session(session=session, by=request.user)
        messages.success(request, f"Signed out of {described(session.user_agent)}.")
    return redirect("my-account")


@login_required
@require_POST
def sessions_end(request: HttpRequest) -> HttpResponse:
    ended = actions.end_other_sessions(person=request.user, by=request.user, keep=request.session.session_key)
    messages.success(request, f"Signed out of {ended} other browser{'' if ended == 1 else 's'}.")
    return redirect("my-account")
