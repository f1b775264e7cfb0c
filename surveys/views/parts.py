"""The parts of a draft: a section, an item, a list of choices; moved and removed."""

from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from surveys.actions.drafts import move_part, remove_part, save_choices, save_item, save_section
from surveys.forms import ChoiceRows, ItemForm, ListNameForm, SectionForm, choice_rows, sent, show_problem
from surveys.models import ChoiceList, Item, QuestionnaireVersion, Section
from surveys.views.drafts import draft_of, say_problem
from surveys.views.questionnaires import own_questionnaire


@require_http_methods(["GET", "POST"])
@login_required
def section(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    questionnaire = own_questionnaire(request, slug)
    version = draft_of(questionnaire)
    found = get_object_or_404(version.sections.all(), pk=pk) if pk else None
    form = SectionForm(sent(request), version=version, section=found)
    if request.method == "POST" and form.is_valid():
        try:
            save_section(questionnaire=questionnaire, by=request.user, pk=pk, **form.given())
            return redirect("questionnaire-draft", slug)
        except ValidationError as problem:
            show_problem(form, problem)
    heading = f"Section {found.name}" if found else "New section"
    return _part(request, {"questionnaire": questionnaire, "form": form, "heading": heading})


@require_http_methods(["GET", "POST"])
@login_required
def item(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    questionnaire = own_questionnaire(request, slug)
    version = draft_of(questionnaire)
    found = get_object_or_404(version.items.select_related("scale"), pk=pk) if pk else None
    wanted = request.GET.get("section", "")
    initial = {"section": int(wanted)} if wanted.isdecimal() and len(wanted) < 19 else {}
    form = ItemForm(sent(request), version=version, item=found, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_item(questionnaire=questionnaire, by=request.user, pk=pk, **form.given())
            return redirect("questionnaire-draft", slug)
        except ValidationError as problem:
            show_problem(form, problem)
    heading = f"Question {found.name}" if found else "New question"
    return _part(request, {"questionnaire": questionnaire, "form": form, "heading": heading})


def _part(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    errors = getattr(context["form"], "errors", None)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return render(request, "surveys/part.html", context, status=status)


@require_http_methods(["GET", "POST"])
@login_required
def choice_list(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """The choices of a list as rows; empty rows wait at the end, and saving adds more."""
    questionnaire = own_questionnaire(request, slug)
    version = draft_of(questionnaire)
    found = get_object_or_404(version.choice_lists.all(), pk=pk) if pk else None
    form = ListNameForm(sent(request), initial={"name": found.name if found else ""})
    rows = ChoiceRows(
        sent(request),
        initial=choice_rows(found),
        form_kwargs={"languages": version.languages},
        prefix="choices",
    )
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        choices = [row.choice() for row in rows if row.cleaned_data.get("code")]
        try:
            saved = save_choices(
                questionnaire=questionnaire, by=request.user, pk=pk, name=form.cleaned_data["name"], choices=choices
            )
        except ValidationError as problem:
            show_problem(form, problem)
        else:
            if "more" in request.POST:
                return redirect("choice-list-edit", slug, saved.pk)
            return redirect(f"{reverse('questionnaire-draft', args=[slug])}#lists")
    has_errors = bool(form.errors) or (rows.is_bound and not rows.is_valid())
    context = {
        "questionnaire": questionnaire,
        "form": form,
        "rows": rows,
        "heading": f"List {found.name}" if found else "New list of choices",
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if has_errors else HTTPStatus.OK
    return render(request, "surveys/choices.html", context, status=status)


def _found(version: QuestionnaireVersion, kind: str, pk: int) -> Section | Item | ChoiceList:
    rows: dict[str, Any] = {"sections": version.sections, "items": version.items, "lists": version.choice_lists}
    if kind not in rows:
        raise Http404
    found: Section | Item | ChoiceList = get_object_or_404(rows[kind].all(), pk=pk)
    return found


@require_POST
@login_required
def move(request: HttpRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    questionnaire = own_questionnaire(request, slug)
    part = _found(draft_of(questionnaire), kind, pk)
    if isinstance(part, ChoiceList):
        raise Http404
    try:
        move_part(questionnaire=questionnaire, by=request.user, part=part, by_places=-1 if "up" in request.POST else 1)
    except ValidationError as problem:
        say_problem(request, problem)
    return redirect(f"{reverse('questionnaire-draft', args=[slug])}#{kind}-{pk}")


@require_POST
@login_required
def remove(request: HttpRequest, slug: str, kind: str, pk: int) -> HttpResponse:
    questionnaire = own_questionnaire(request, slug)
    part = _found(draft_of(questionnaire), kind, pk)
    try:
        remove_part(questionnaire=questionnaire, by=request.user, part=part)
    except ValidationError as problem:
        say_problem(request, problem)
    return redirect("questionnaire-draft", slug)
