"""The draft of a questionnaire: what stands in it, what still stands in its way, preview, publish, load."""

import hashlib
from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from surveys.actions.questionnaires import (
    discard_draft,
    load_definition,
    publish_version,
    start_draft,
    update_draft,
)
from surveys.forms import TextsForm, XlsformForm, sent, show_problem
from surveys.interview import Interview, Page
from surveys.models import Questionnaire, QuestionnaireVersion
from surveys.outline import outline_of
from surveys.phrases import phrases
from surveys.questions import Question, questions_of
from surveys.selectors import definition_of
from surveys.soundness import problems_of
from surveys.spreadsheets import SpreadsheetError, read_workbook
from surveys.views.questionnaires import own_questionnaire
from surveys.xlsform import Loaded, read_form


def draft_of(questionnaire: Questionnaire) -> QuestionnaireVersion:
    return get_object_or_404(questionnaire.versions.drafts())


def say_problem(request: HttpRequest, problem: ValidationError) -> None:
    for sentence in problem.messages[:20]:
        messages.error(request, sentence)


@require_GET
@login_required
def draft(request: HttpRequest, slug: str) -> HttpResponse:
    questionnaire = own_questionnaire(request, slug)
    version = draft_of(questionnaire)
    definition = definition_of(version)
    sections = zip(version.sections.all(), outline_of(definition, version.default_language), strict=True)
    context = {
        "questionnaire": questionnaire,
        "version": version,
        "sections": list(sections),
        "lists": version.choice_lists.prefetch_related("choices", "items"),
        "problems": problems_of(definition),
        "can_discard": questionnaire.versions.published().exists(),
    }
    return render(request, "surveys/draft.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    questionnaire = own_questionnaire(request, slug)
    version = draft_of(questionnaire)
    form = TextsForm(sent(request), version=version)
    if request.method == "POST" and form.is_valid():
        try:
            update_draft(questionnaire=questionnaire, by=request.user, **form.texts())
            return redirect("questionnaire-draft", slug)
        except ValidationError as problem:
            show_problem(form, problem)
    context = {"questionnaire": questionnaire, "form": form, "heading": "Languages and words around the questions"}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "surveys/part.html", context, status=status)


@require_POST
@login_required
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    questionnaire = own_questionnaire(request, slug)
    try:
        start_draft(questionnaire=questionnaire, by=request.user)
    except ValidationError as problem:
        say_problem(request, problem)
    return redirect("questionnaire-draft", slug)


@require_POST
@login_required
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    questionnaire = own_questionnaire(request, slug)
    try:
        version = publish_version(questionnaire=questionnaire, by=request.user)
    except ValidationError as problem:
        say_problem(request, problem)
        return redirect("questionnaire-draft", slug)
    messages.success(request, f"Version {version.number} is published and frozen. Next: the fieldwork.")
    return redirect("questionnaire-detail", slug)


@require_POST
@login_required
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    questionnaire = own_questionnaire(request, slug)
    try:
        discard_draft(questionnaire=questionnaire, by=request.user)
        messages.success(request, "The draft is dropped.")
    except ValidationError as problem:
        say_problem(request, problem)
    return redirect("questionnaire-detail", slug)


@require_GET
@login_required
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """All pages below each other, as a respondent meets them, whatever the rules say about showing them."""
    questionnaire = own_questionnaire(request, slug)
    version = draft_of(questionnaire)
    definition = definition_of(version)
    problems = problems_of(definition)
    language = request.GET.get("language", "")
    language = language if language in version.languages else version.default_language
    pages: list[tuple[Page, str, list[Question]]] = []
    if not problems:
        interview = _Everything(definition, timezone.localdate())
        pages = [
            (page, definition.say(page.section.titles, language), questions_of(interview, page, language))
            for page in interview.pages
        ]
    context = {
        "questionnaire": questionnaire,
        "version": version,
        "problems": problems,
        "language": language,
        "pages": pages,
        "say": phrases(language),
        "introduction": definition.say(definition.introductions, language),
        "is_preview": True,
    }
    return render(request, "surveys/preview.html", context)


class _Everything(Interview):
    """An interview in which every item is shown, for reading through."""

    def _holds(self, source: str) -> bool:
        return True


@require_http_methods(["GET", "POST"])
@login_required
def xlsform(request: HttpRequest, slug: str) -> HttpResponse:
    """Load a spreadsheet in place of the draft; what cannot be loaded is named by row, and nothing changes."""
    questionnaire = own_questionnaire(request, slug)
    form = XlsformForm(sent(request), request.FILES or None)
    loaded = None
    if request.method == "POST" and form.is_valid():
        loaded = _load(request, questionnaire, form)
        if loaded is not None and loaded.is_sound:
            items = sum(1 for _ in loaded.definition.items())
            messages.success(request, f"Loaded {items} items in {len(loaded.definition.languages)} language(s).")
            for notice in loaded.notices:
                messages.info(request, notice)
            return redirect("questionnaire-draft", slug)
    is_refused = bool(form.errors) or loaded is not None
    context = {"questionnaire": questionnaire, "form": form, "loaded": loaded}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    return render(request, "surveys/xlsform.html", context, status=status)


def _load(request: HttpRequest, questionnaire: Questionnaire, form: XlsformForm) -> Loaded | None:
    upload = form.cleaned_data["file"]
    try:
        content = upload.read()
        workbook = read_workbook(content)
        loaded = read_form(workbook.sheets, workbook.verdict)
        if loaded.is_sound:
            load_definition(
                questionnaire=questionnaire,
                definition=loaded.definition,
                file_name=upload.name,
                sha256=hashlib.sha256(content).hexdigest(),
                by=request.user,
            )
    except SpreadsheetError as refusal:
        form.add_error("file", ValidationError(str(refusal), code=refusal.code))
        return None
    except ValidationError as problem:
        show_problem(form, problem)
        return None
    return loaded
