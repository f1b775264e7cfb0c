"""How a page asks an action and shows its refusal."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, QueryDict

from accounts.models import User
from rest.problems import Conflict

Result = TypeVar("Result")


class SignedIn(HttpRequest):
    """The request of a page behind `login_required`."""

    user: User


def ask(form: forms.BaseForm, action: Callable[[], Result]) -> Result | None:
    """What the action gives, or None with the reasons on the form. What was typed stays in the form."""
    try:
        return action()
    except ValidationError as error:
        _show(form, error)
    except Conflict as conflict:
        _show_stale(form, conflict)
    return None


def given(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the body of a POST, be it empty; nothing for a GET."""
    return request.POST if request.method == "POST" else None


def sent(request: HttpRequest, form: forms.BaseForm, action: Callable[[], Result]) -> Result | None:
    """What the action gives for a form that was sent and is whole; else None."""
    return ask(form, action) if request.method == "POST" and form.is_valid() else None


def _show(form: forms.BaseForm, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, problems in error.error_dict.items():
        form.add_error(name if name in form.fields and name != NON_FIELD_ERRORS else None, problems)


def _show_stale(form: forms.BaseForm, conflict: Conflict) -> None:
    """Say what the other person made of each field, and let the next save go on from there."""
    form.add_error(None, f"{conflict.detail} What you typed is kept below; saving again puts it in place of theirs.")
    theirs: dict[str, Any] = conflict.extra.get("theirs") or {}
    for name in conflict.extra.get("differing", []):
        if name in form.fields:
            form.add_error(name, f"Now stands: {_words(theirs.get(name))}")
    data = form.data.copy()
    data["version"] = str(conflict.extra.get("version", ""))
    form.data = data


def _words(value: Any) -> str:
    if value in (None, "", []):
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, list) else f"“{value}”"
