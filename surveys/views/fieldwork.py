"""Fieldwork and its waves."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from surveys.actions.fieldwork import add_wave, close_wave, open_wave, save_fieldwork
from surveys.forms import FieldworkForm, WaveForm, sent, show_problem
from surveys.models import Wave
from surveys.views.drafts import say_problem
from surveys.views.questionnaires import own_questionnaire


@require_http_methods(["GET", "POST"])
@login_required
def edit(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    questionnaire = own_questionnaire(request, slug)
    found = get_object_or_404(questionnaire.fieldworks.all(), pk=pk) if pk else None
    form = FieldworkForm(sent(request), instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            save_fieldwork(questionnaire=questionnaire, fieldwork=found, by=request.user, **form.cleaned_data)
            return redirect("questionnaire-detail", slug)
        except ValidationError as problem:
            show_problem(form, problem)
    heading = str(found) if found else "New fieldwork"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {"questionnaire": questionnaire, "form": form, "heading": heading, "back": "questionnaire-detail"}
    return render(request, "surveys/part.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def new_wave(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    questionnaire = own_questionnaire(request, slug)
    fieldwork = get_object_or_404(questionnaire.fieldworks.all(), pk=pk)
    form = WaveForm(sent(request), questionnaire=questionnaire)
    if request.method == "POST" and form.is_valid():
        try:
            add_wave(fieldwork=fieldwork, by=request.user, **form.cleaned_data)
            return redirect("questionnaire-detail", slug)
        except ValidationError as problem:
            show_problem(form, problem)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    context = {
        "questionnaire": questionnaire,
        "form": form,
        "heading": f"New wave of {fieldwork}",
        "back": "questionnaire-detail",
    }
    return render(request, "surveys/part.html", context, status=status)


def _change(request: HttpRequest, slug: str, pk: int, change: Callable[..., Wave], done: str) -> HttpResponse:
    questionnaire = own_questionnaire(request, slug)
    wave = get_object_or_404(Wave.objects.filter(fieldwork__questionnaire=questionnaire), pk=pk)
    try:
        change(wave=wave, by=request.user)
        messages.success(request, f"{wave} is {done}.")
    except ValidationError as problem:
        say_problem(request, problem)
    return redirect("questionnaire-detail", slug)


@require_POST
@login_required
def open_(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _change(request, slug, pk, open_wave, "open: the link can be answered now")


@require_POST
@login_required
def close(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return _change(request, slug, pk, close_wave, "closed")
