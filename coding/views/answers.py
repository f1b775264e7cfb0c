"""How this room's pages answer: forms again with 422, actions with 303."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.models import Organisation, User
from coding.querysets.codebooks import led_by


class SignedInRequest(HttpRequest):
    """The request of a page behind `login_required`."""

    user: User


UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY


def see_other(to: Any, *args: Any) -> HttpResponse:
    response = redirect(to, *args)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def add_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """The rule's word on the form's field, or above the form where the form has no such field."""
    by_field = error.error_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.error_list}
    for name, problems in by_field.items():
        form.add_error(name if name in form.fields else None, problems)


def try_action(form: forms.BaseForm, act: Callable[[], Any]) -> Any:
    """Run the action on a valid form; what the rule refuses goes on the form. None when nothing was done."""
    if not form.is_valid():
        return None
    try:
        return act()
    except ValidationError as error:
        add_errors(form, error)
        return None


def form_page(request: SignedInRequest, template: str, form: forms.BaseForm, **context: Any) -> HttpResponse:
    status = UNPROCESSABLE if form.is_bound and form.errors else HTTPStatus.OK
    return render(request, template, {"form": form, **context}, status=status)


def act_or_say(request: SignedInRequest, act: Callable[[], Any], done: str) -> bool:
    """Run an action of a button; tell what it did, or why not."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    if done:
        messages.success(request, done)
    return True


def led_organisations(user: User) -> Any:
    return Organisation.objects.filter(pk__in=led_by(user))
