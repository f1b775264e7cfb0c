"""The one way a page answers a form or a button.

    form = CodebookForm(posted(request), instance=codebook)
    if submit(request, form, lambda: edit_codebook(codebook=codebook, values=form.cleaned_data, by=request.user)):
        return see_other(codebook)
    return form_page(request, "coding/codebook_form.html", form, codebook=codebook)

A form that is not valid, or whose action says no, is shown again with status 422, its reasons and what was typed. A
POST that did its work is answered with 303. A button has no form: `press` runs its action and shows a message.
"""

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from http import HTTPStatus
from typing import Generic, Protocol, TypeAlias, TypeVar

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Model, QuerySet
from django.forms import BaseForm, Field, ModelChoiceField
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from rest.choices import name_empty_choices
from rest.edits import edited, lock_and_catch_up
from rest.problems import Conflict, check_was_judged
from rest.refusals import Refusal

Result = TypeVar("Result")
Row = TypeVar("Row", bound=Model)
# What a form takes: the fields that were sent, and what fields hold before anything was.
Posted: TypeAlias = Mapping[str, object] | None
Initial: TypeAlias = MutableMapping[str, object] | None
Rejection = ValidationError | Conflict | Refusal
UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
# An action can find a hundred errors in a questionnaire; a page shows at most this many.
MOST_MESSAGES = 20
# The hidden fields in which a form sends the version that its edit began with.
VERSION_FIELDS = ("version", "base_version")


class HasPage(Protocol):
    """A row with a page of its own."""

    def get_absolute_url(self) -> str: ...


class AnyPart(Protocol):
    """A form, or a set of forms, of a page."""

    def is_valid(self) -> bool: ...


class AnyForm(AnyPart, Protocol):
    """The methods that `submit` needs of a form; Django's forms have them."""

    def add_error(self, field: str | None, error: ValidationError) -> None: ...


@dataclass(frozen=True)
class Done(Generic[Result]):
    """An action was run. `result` is what it returned, be it None or 0."""

    result: Result


Success = str | Callable[[Result], str]


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: the body of a POST, be it empty; nothing for a GET."""
    return request.POST if request.method == "POST" else None


def choose_from(form: BaseForm, name: str, rows: QuerySet[Row], *, empty_label: bool = True) -> None:
    """Set the rows that a field of the form offers; a single choice can be without an empty one."""
    field = form.fields[name]
    if not isinstance(field, ModelChoiceField):
        raise TypeError(f"{name} offers no rows.")
    field.queryset = rows
    if not empty_label:
        field.empty_label = None


def see_other(to: str | HasPage, *args: object) -> HttpResponse:
    """303: the answer to a POST that did its work. `to` is an address, the name of a page, or a row with a page."""
    response = redirect(to, *args)
    response.status_code = HTTPStatus.SEE_OTHER
    return response


def attempt(
    action: Callable[[], Result], on_rejection: Callable[[Rejection], object] | None = None
) -> Done[Result] | None:
    """Run the action. None when it was refused; the reason goes to `on_rejection`, where the page shows reasons."""
    try:
        return Done(action())
    except (ValidationError, Conflict, Refusal) as rejection:
        check_was_judged(rejection)
        if on_rejection is not None:
            on_rejection(rejection)
        return None


def submit(
    request: HttpRequest,
    form: AnyForm,
    action: Callable[[], Result],
    *,
    also: Sequence[AnyPart] = (),
    field: str | None = None,
    success: Success[Result] = "",
) -> Done[Result] | None:
    """Run the action for a form that was sent and is valid. None where there is a page to show instead.

    `also` are further forms of the same page, all of which must be valid. What the action refuses is shown beside the
    field it names, else beside `field`, else above the form. `success` is a message, or makes one of the result.

    A form that edits a stored row (`rest.edits`) is brought to what is stored first, in the transaction of the action.
    """
    if request.method != "POST":
        return None
    edits = edited((form, *also))
    with transaction.atomic() if edits else nullcontext():
        for edit in edits:
            lock_and_catch_up(edit)
        if not all(part.is_valid() for part in (form, *also)):
            return None
        done = attempt(action, lambda refused: show(refused, form, also=also, field=field))
    return _with_message(request, done, success)


def press(request: HttpRequest, action: Callable[[], Result], success: Success[Result] = "") -> Done[Result] | None:
    """Run the action of a button. Messages say what was done, or why nothing was."""
    done = attempt(action, lambda refused: _complain(request, refused))
    return _with_message(request, done, success)


def form_page(request: HttpRequest, template: str, form: AnyForm, /, *also: AnyPart, **context: object) -> HttpResponse:
    """The page of a form and of further forms on it: 200 when it is opened, 422 when it was sent and one is wrong."""
    for part in (form, *also):
        if isinstance(part, BaseForm):
            name_empty_choices(part)
    is_wrong = request.method == "POST" and not all(part.is_valid() for part in (form, *also))
    return render(request, template, {"form": form, **context}, status=UNPROCESSABLE if is_wrong else HTTPStatus.OK)


def show(
    refused: Rejection,
    form: AnyForm,
    *,
    also: Sequence[AnyPart] = (),
    field: str | None = None,
) -> None:
    """Put what an action refused on the form."""
    if isinstance(refused, Conflict) and isinstance(form, BaseForm) and "theirs" in refused.extra:
        _show_stale(refused, form)
        return
    for name, problems in _by_field(refused).items():
        owner = next((part for part in (form, *also) if name in getattr(part, "fields", ())), None)
        if isinstance(owner, BaseForm) or owner is form:
            owner.add_error(name, problems)
        else:
            form.add_error(field, problems)


def reasons(refused: Rejection) -> list[str]:
    """The sentences of a refusal."""
    return [str(sentence) for problems in _by_field(refused).values() for sentence in problems.messages]


def sentences(form: BaseForm) -> str:
    """All that is wrong with a form in one line, for a page that draws its fields itself."""
    return " ".join(str(sentence) for errors in form.errors.values() for sentence in errors)


def _by_field(refused: Rejection) -> dict[str, ValidationError]:
    if isinstance(refused, Conflict):
        refused = ValidationError(refused.detail, code=refused.code)
    elif isinstance(refused, Refusal):
        refused = ValidationError(refused.message, code=refused.code)
    if hasattr(refused, "error_dict"):
        return {name: ValidationError(problems) for name, problems in refused.error_dict.items()}
    return {NON_FIELD_ERRORS: refused}


def _with_message(request: HttpRequest, done: Done[Result] | None, success: Success[Result]) -> Done[Result] | None:
    if done is not None:
        # An empty message is not shown.
        messages.success(request, success if isinstance(success, str) else success(done.result))
    return done


def _complain(request: HttpRequest, refused: Rejection) -> None:
    for sentence in reasons(refused)[:MOST_MESSAGES]:
        messages.error(request, sentence)


def _show_stale(conflict: Conflict, form: BaseForm) -> None:
    """Show what the other person saved in each field, and let the next save go on from there."""
    kept = _("What you typed is kept below. If you save again, it replaces what they saved.")
    form.add_error(None, f"{conflict.detail} {kept}")
    theirs: Mapping[str, object] = conflict.extra.get("theirs") or {}
    for name in conflict.extra.get("differing", ()):
        if name in form.fields:
            shown = _shown(form.fields[name], theirs.get(name))
            form.add_error(name, _("Saved by someone else: %(value)s") % {"value": shown})
    data = QueryDict(mutable=True)
    data.update(form.data)
    for name in VERSION_FIELDS:
        if name in form.fields and "version" in conflict.extra:
            data[form.add_prefix(name)] = str(conflict.extra["version"])
    form.data = data


def _shown(field: Field, value: object) -> str:
    """A stored value as the form's own choices name it."""
    if value in (None, "", []):
        return _("nothing")
    labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
    values = value if isinstance(value, list) else [value]
    return ", ".join(f"“{labels.get(str(one), one)}”" for one in values)
