"""The draft of a questionnaire: its parts and problems, preview, publish, load an XLSForm."""

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest
from rest.bodies import takes_files
from rest.forms import UNPROCESSABLE, form_page, posted, press, see_other, submit
from surveys.actions.question_lines import publish_and_open
from surveys.actions.questionnaires import (
    discard_draft,
    load_xlsform,
    publish_version,
    start_draft,
    update_draft,
)
from surveys.forms.drafts import TextsForm
from surveys.forms.questionnaires import XlsformForm
from surveys.interview import Interview, Page
from surveys.models import Questionnaire, QuestionnaireVersion
from surveys.outline import outline_of
from surveys.phrases import phrases
from surveys.questions import Question, questions_of
from surveys.selectors import definition_of
from surveys.spreadsheets import MOST_BYTES
from surveys.validation import Problem, problems_of
from surveys.views.questionnaires import editable_questionnaire
from surveys.xlsform import XlsformResult
from versions.forms import PublishForm


def draft_of(questionnaire: Questionnaire) -> QuestionnaireVersion:
    return get_object_or_404(questionnaire.versions.drafts())


@require_GET
@login_required
def draft(request: SignedInRequest, slug: str) -> HttpResponse:
    return _draft_page(request, editable_questionnaire(request, slug), PublishForm())


def _draft_page(request: SignedInRequest, questionnaire: Questionnaire, form: PublishForm) -> HttpResponse:
    version = draft_of(questionnaire)
    definition = definition_of(version)
    sections = zip(version.sections.all(), outline_of(definition, version.default_language), strict=True)
    context = {
        "questionnaire": questionnaire,
        "version": version,
        "sections": list(sections),
        "lists": version.choice_lists.prefetch_related("choices", "items"),
        "problems": _sentences(problems_of(definition)),
        "can_discard": questionnaire.versions.published().exists(),
    }
    return form_page(request, "surveys/draft.html", form, **context)


def _sentences(problems: Iterable[Problem]) -> list[str]:
    return [str(problem) for problem in problems]


@require_http_methods(["GET", "POST"])
@login_required
def texts(request: SignedInRequest, slug: str) -> HttpResponse:
    questionnaire = editable_questionnaire(request, slug)
    version = draft_of(questionnaire)
    form = TextsForm(posted(request), version=version)
    if submit(request, form, lambda: update_draft(questionnaire=questionnaire, by=request.user, **form.texts())):
        return see_other("questionnaire-draft", slug)
    heading = _("Languages and texts around the questions")
    return form_page(request, "surveys/part.html", form, questionnaire=questionnaire, heading=heading)


@require_POST
@login_required
def begin(request: SignedInRequest, slug: str) -> HttpResponse:
    questionnaire = editable_questionnaire(request, slug)
    press(request, lambda: start_draft(questionnaire=questionnaire, by=request.user))
    return see_other("questionnaire-draft", slug)


@require_POST
@login_required
def publish(request: SignedInRequest, slug: str) -> HttpResponse:
    questionnaire = editable_questionnaire(request, slug)
    form = PublishForm(posted(request))
    if "open" in request.POST:
        if submit(
            request,
            form,
            lambda: publish_and_open(questionnaire=questionnaire, by=request.user, **form.cleaned_data),
            success=_("It is published and open. Give people its link or its QR code."),
        ):
            return see_other(f"{reverse('questionnaire-detail', args=[slug])}#links")
        return _draft_page(request, questionnaire, form)
    if submit(
        request,
        form,
        lambda: publish_version(questionnaire=questionnaire, by=request.user, **form.cleaned_data),
        success=lambda version: (
            _("Version %(number)d was published and can no longer be changed. Next, describe the fieldwork.")
            % {"number": version.number}
        ),
    ):
        return see_other("questionnaire-detail", slug)
    return _draft_page(request, questionnaire, form)


@require_POST
@login_required
def discard(request: SignedInRequest, slug: str) -> HttpResponse:
    questionnaire = editable_questionnaire(request, slug)
    press(request, lambda: discard_draft(questionnaire=questionnaire, by=request.user), _("The draft was discarded."))
    return see_other("questionnaire-detail", slug)


@require_GET
@login_required
def preview(request: SignedInRequest, slug: str) -> HttpResponse:
    """All pages one below the other, as respondents see them, with every item shown."""
    questionnaire = editable_questionnaire(request, slug)
    version = draft_of(questionnaire)
    definition = definition_of(version)
    problems = _sentences(problems_of(definition))
    language = request.GET.get("language", "")
    language = language if language in version.languages else version.default_language
    pages: list[tuple[Page, str, list[Question]]] = []
    if not problems:
        interview = _Everything(definition, timezone.localdate())
        pages = [
            (page, definition.text_in(page.section.titles, language), questions_of(interview, page, language))
            for page in interview.pages
        ]
    context = {
        "questionnaire": questionnaire,
        "version": version,
        "problems": problems,
        "language": language,
        "pages": pages,
        "phrases": phrases(language),
        "introduction": definition.text_in(definition.introductions, language),
        "is_preview": True,
    }
    return render(request, "surveys/preview.html", context)


class _Everything(Interview):
    """An interview in which every item is shown."""

    def _holds(self, source: str) -> bool:
        return True


@require_http_methods(["GET", "POST"])
@login_required
@takes_files(lambda: MOST_BYTES)
def xlsform(request: SignedInRequest, slug: str) -> HttpResponse:
    """Replace the draft by an XLSForm. If it has problems, they are listed by row and nothing is changed."""
    questionnaire = editable_questionnaire(request, slug)
    form = XlsformForm(posted(request), request.FILES or None)
    done = submit(
        request,
        form,
        lambda: load_xlsform(
            questionnaire=questionnaire,
            content=form.cleaned_data["file"].read(),
            file_name=form.cleaned_data["file"].name,
            by=request.user,
        ),
        field="file",
    )
    if done and done.result.is_valid:
        _report(request, done.result)
        return see_other("questionnaire-draft", slug)
    context: dict[str, object] = {
        "questionnaire": questionnaire,
        "problems": _sentences(done.result.problems) if done else [],
    }
    if done:
        return render(request, "surveys/xlsform.html", context | {"form": form}, status=UNPROCESSABLE)
    return form_page(request, "surveys/xlsform.html", form, **context)


def _report(request: SignedInRequest, loaded: XlsformResult) -> None:
    items, languages = sum(1 for _item in loaded.definition.items()), len(loaded.definition.languages)
    loaded_items = ngettext("%(number)s item", "%(number)s items", items) % {"number": f"{items:,}"}
    in_languages = ngettext("%(number)d language", "%(number)d languages", languages) % {"number": languages}
    messages.success(
        request, _("Loaded %(items)s in %(languages)s.") % {"items": loaded_items, "languages": in_languages}
    )
    for notice in loaded.notices:
        messages.info(request, notice)
