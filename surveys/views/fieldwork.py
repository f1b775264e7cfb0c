"""Fieldwork and its waves."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from rest.forms import form_page, posted, press, see_other, submit
from surveys.actions.fieldwork import add_wave, close_wave, open_wave, save_fieldwork
from surveys.forms.fieldwork import FieldworkForm, WaveForm
from surveys.models import Wave
from surveys.views.questionnaires import editable_questionnaire


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: SignedInRequest, slug: str, pk: int | None = None) -> HttpResponse:
    questionnaire = editable_questionnaire(request, slug)
    found = get_object_or_404(questionnaire.fieldworks.all(), pk=pk) if pk else None
    form = FieldworkForm(posted(request), instance=found)
    if submit(
        request,
        form,
        lambda: save_fieldwork(questionnaire=questionnaire, fieldwork=found, by=request.user, **form.cleaned_data),
    ):
        return see_other("questionnaire-detail", slug)
    heading = str(found) if found else _("New fieldwork")
    context = {"questionnaire": questionnaire, "heading": heading, "back": "questionnaire-detail"}
    return form_page(request, "surveys/part.html", form, **context)


@require_http_methods(["GET", "POST"])
@login_required
def new_wave(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    questionnaire = editable_questionnaire(request, slug)
    fieldwork = get_object_or_404(questionnaire.fieldworks.all(), pk=pk)
    form = WaveForm(posted(request), questionnaire=questionnaire)
    if submit(request, form, lambda: add_wave(fieldwork=fieldwork, by=request.user, **form.cleaned_data)):
        return see_other("questionnaire-detail", slug)
    heading = _("New wave of %(fieldwork)s") % {"fieldwork": fieldwork}
    context = {"questionnaire": questionnaire, "heading": heading, "back": "questionnaire-detail"}
    return form_page(request, "surveys/part.html", form, **context)


def _change(
    request: SignedInRequest, slug: str, pk: int, change: Callable[..., Wave], success: Promise
) -> HttpResponse:
    """Run an action on a wave. `success` is a message with the wave's name left open."""
    questionnaire = editable_questionnaire(request, slug)
    wave = get_object_or_404(Wave.objects.filter(fieldwork__questionnaire=questionnaire), pk=pk)
    press(request, lambda: change(wave=wave, by=request.user), str(success) % {"wave": wave})
    return see_other("questionnaire-detail", slug)


@require_POST
@login_required
def open_(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    return _change(request, slug, pk, open_wave, _l("%(wave)s is open: people can now answer at its link."))


@require_POST
@login_required
def close(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    return _change(request, slug, pk, close_wave, _l("%(wave)s is closed."))
