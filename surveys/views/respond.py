"""The open link: a survey answered page by page, on any phone, without JavaScript and without a session cookie.

A started interview is identified by a signed token in its address, valid for a day after each saved page. After that,
or on another device, the respondent continues with the code that every page shows. A token is not valid once the
answers have been sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from rest import limits
from rest.forms import UNPROCESSABLE, Rejection, attempt, see_other
from surveys.actions import responses as respond_actions
from surveys.budget import OverBudget
from surveys.interview import Interview, Page
from surveys.languages import direction, own_name
from surveys.models import Response, Wave
from surveys.phrases import phrases
from surveys.questions import Question, questions_of
from surveys.selectors import interview_of

TOKEN_SECONDS = 24 * 3600
# Per address of the caller: many starts, since a class room may share one address; few tries, against guessing codes.
STARTS = limits.Policy("survey-start", 300, 3600)
SAVES = limits.Policy("survey-save", 1200, 600)
RESUMES = limits.Policy("survey-resume", 20, 600)
_signer = TimestampSigner(salt="surveys.respond")
Rest = ParamSpec("Rest")


def _wave(key: str) -> Wave:
    return get_object_or_404(Wave.objects.select_related("version").exclude(state=Wave.State.PLANNED), key=key)


def token_of(response: Response) -> str:
    return _signer.sign(response.uuid.hex)


def _started_response(wave: Wave, token: str) -> Response | None:
    """The response of a token; None if the token is expired, forged or of another wave, or the answers were sent."""
    try:
        uuid = UUID(_signer.unsign(token, max_age=TOKEN_SECONDS))
    except (BadSignature, ValueError):
        return None
    found = wave.responses.filter(uuid=uuid).select_related("wave__version").first()
    return found if found is not None and not found.is_complete else None


def _is_limit_reached(request: HttpRequest, policy: limits.Policy) -> bool:
    return limits.spend(policy, f"address:{limits.address_of(request)}").is_spent


def _language(request: HttpRequest, wave: Wave, default: str = "") -> str:
    """The language requested in the address or form, else the one of the response, else of the browser."""
    known = wave.version.languages
    asked = request.POST.get("language") or request.GET.get("language") or default
    if asked in known:
        return asked
    for part in request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:200].split(","):
        tag = part.partition(";")[0].strip().lower()
        if tag in known or tag.partition("-")[0] in known:
            return tag if tag in known else tag.partition("-")[0]
    return wave.version.default_language


def _context_of(wave: Wave, language: str, **more: object) -> dict[str, object]:
    """What every page for respondents needs."""
    version = wave.version

    def words(texts: dict[str, str]) -> str:
        return texts.get(language) or texts.get(version.default_language) or next(iter(texts.values()), "")

    return {
        "wave": wave,
        "phrases": phrases(language),
        "language": language,
        "direction": direction(language),
        "languages": [(tag, own_name(tag)) for tag in version.languages] if len(version.languages) > 1 else [],
        "survey_title": words(version.titles) or str(wave.fieldwork.questionnaire),
        "introduction": words(version.introductions),
        "thanks": words(version.thanks),
        **more,
    }


def _show(request: HttpRequest, template: str, context: dict[str, object], status: int = HTTPStatus.OK) -> HttpResponse:
    response = render(request, f"surveys/respond/{template}.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    response["Content-Language"] = str(context["language"])
    return response


def _closed(request: HttpRequest, wave: Wave) -> HttpResponse:
    return _show(request, "closed", _context_of(wave, _language(request, wave)), HTTPStatus.GONE)


def within_budget(
    view: Callable[Concatenate[HttpRequest, str, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, str, Rest], HttpResponse]:
    """A page that evaluates the rules of a questionnaire. Answers that make them too long are not saved."""

    @wraps(view)
    def answered(request: HttpRequest, key: str, *rest: Rest.args, **named: Rest.kwargs) -> HttpResponse:
        try:
            return view(request, key, *rest, **named)
        except OverBudget:
            wave = _wave(key)
            return _show(request, "too_long", _context_of(wave, _language(request, wave)), UNPROCESSABLE)

    return answered


def _raise_over_budget(rejection: Rejection) -> None:
    if isinstance(rejection, OverBudget):
        raise rejection


@require_http_methods(["GET", "POST"])
@never_cache
@within_budget
def start(request: HttpRequest, key: str) -> HttpResponse:
    """The introduction, a button to start, and a field for the code of a started response."""
    wave = _wave(key)
    if not wave.is_open:
        return _closed(request, wave)
    language = _language(request, wave)
    if request.method == "POST":
        if "code" in request.POST:
            return _resume(request, wave, language)
        if _is_limit_reached(request, STARTS):
            return _refused(request, wave, language, "too_many", HTTPStatus.TOO_MANY_REQUESTS)
        response = respond_actions.start_response(wave=wave, language=language)
        return _continue(request, wave, response, after=0)
    return _show(request, "start", _context_of(wave, language))


def _refused(request: HttpRequest, wave: Wave, language: str, phrase: str, status: int) -> HttpResponse:
    typed = request.POST.get("code", "")[:40]
    return _show(request, "start", _context_of(wave, language, problem=phrases(language)[phrase], typed=typed), status)


def _resume(request: HttpRequest, wave: Wave, language: str) -> HttpResponse:
    if _is_limit_reached(request, RESUMES):
        return _refused(request, wave, language, "too_many", HTTPStatus.TOO_MANY_REQUESTS)
    found = attempt(lambda: respond_actions.resume_response(wave=wave, code=request.POST["code"]))
    if found is None:
        return _refused(request, wave, language, "unknown_code", UNPROCESSABLE)
    response = found.result
    if response.is_complete:
        return _refused(request, wave, language, "already", HTTPStatus.CONFLICT)
    return _continue(request, wave, response, after=response.resume_after)


def _continue(request: HttpRequest, wave: Wave, response: Response, after: int) -> HttpResponse:
    visit = _Visit(request, wave, response, interview_of(response))
    return visit.to(visit.interview.next_page(after))


@dataclass
class _Visit:
    """One request of a started interview."""

    request: HttpRequest
    wave: Wave
    response: Response
    interview: Interview

    @property
    def language(self) -> str:
        return _language(self.request, self.wave, self.response.language)

    def to(self, page: Page | None) -> HttpResponse:
        name, numbers = ("respond-page", [page.number]) if page else ("respond-end", [])
        return see_other(reverse(name, args=[self.wave.key, token_of(self.response), *numbers]))


def _visit(request: HttpRequest, wave: Wave, token: str) -> _Visit | None:
    response = _started_response(wave, token)
    return _Visit(request, wave, response, interview_of(response)) if response else None


@require_http_methods(["GET", "POST"])
@never_cache
@within_budget
def page(request: HttpRequest, key: str, token: str, number: int) -> HttpResponse:
    """One page of questions."""
    wave = _wave(key)
    if not wave.is_open:
        return _closed(request, wave)
    visit = _visit(request, wave, token)
    if visit is None:
        return see_other("respond", key)
    shown = visit.interview.page(number)
    if shown is None:
        raise Http404
    if not visit.interview.shown(shown):
        return visit.to(visit.interview.next_page(number))
    return _answer(visit, shown) if request.method == "POST" else _show_page(visit, shown)


def _answer(visit: _Visit, shown: Page) -> HttpResponse:
    request = visit.request
    if _is_limit_reached(request, SAVES):
        return _refused(request, visit.wave, visit.language, "too_many", HTTPStatus.TOO_MANY_REQUESTS)
    posted = {name: request.POST.getlist(name) for name in request.POST}
    saved = attempt(
        lambda: respond_actions.save_page(
            response=visit.response,
            page=shown,
            posted=posted,
            language=visit.language,
            going_back="back" in request.POST,
        ),
        _raise_over_budget,
    )
    if saved is None:
        # The wave was closed or the answers were sent in another window: the first page shows which.
        return see_other("respond", visit.wave.key)
    visit.interview = interview_of(visit.response)
    if "back" in request.POST:
        before = visit.interview.previous_page(shown.number)
        return visit.to(before) if before else see_other("respond", visit.wave.key)
    errors = saved.result.errors
    if errors:
        questions = questions_of(visit.interview, shown, visit.language, posted=posted, errors=errors)
        return _show_page(visit, shown, questions)
    return visit.to(visit.interview.next_page(shown.number))


def _show_page(visit: _Visit, shown: Page, questions: list[Question] | None = None) -> HttpResponse:
    interview, language = visit.interview, visit.language
    wrong = [question for question in questions or () if question.error]
    section_title = interview.definition.text_in(shown.section.titles, language) if shown.opens_section else ""
    context = _context_of(
        visit.wave,
        language,
        questions=questions or questions_of(interview, shown, language),
        wrong=wrong,
        section_title=interview.filled(section_title, language),
        page_words=phrases(language)["page"].format(page=shown.number, pages=len(interview.pages)),
        page_number=shown.number,
        page_count=len(interview.pages),
        has_back=interview.previous_page(shown.number) is not None,
        code=respond_actions.resume_code(visit.response),
    )
    return _show(visit.request, "page", context, UNPROCESSABLE if wrong else HTTPStatus.OK)


@require_http_methods(["GET", "POST"])
@never_cache
@within_budget
def end(request: HttpRequest, key: str, token: str) -> HttpResponse:
    """Send the answers, or list the questions that still need one."""
    wave = _wave(key)
    if not wave.is_open:
        return _closed(request, wave)
    visit = _visit(request, wave, token)
    if visit is None:
        return see_other("respond", key)
    if request.method == "POST" and "back" in request.POST:
        return visit.to(visit.interview.previous_page(len(visit.interview.pages) + 1))
    if request.method == "POST":
        if not attempt(lambda: respond_actions.complete_response(response=visit.response), _raise_over_budget):
            return _show_end(visit)
        return see_other(f"{reverse('respond-thanks', args=[key])}?language={visit.language}")
    return _show_end(visit)


def _show_end(visit: _Visit) -> HttpResponse:
    interview, language = visit.interview, visit.language
    unfinished = interview.unfinished()
    token = token_of(visit.response)
    todo = [
        (
            interview.filled(interview.definition.text_in(item.labels, language), language),
            _address(visit.wave, token, page),
        )
        for page in interview.pages
        for item in page.items
        if item.name in unfinished
    ]
    context = _context_of(visit.wave, language, todo=todo, code=respond_actions.resume_code(visit.response))
    is_refused = bool(todo) and visit.request.method == "POST"
    return _show(visit.request, "end", context, UNPROCESSABLE if is_refused else HTTPStatus.OK)


def _address(wave: Wave, token: str, page: Page) -> str:
    return reverse("respond-page", args=[wave.key, token, page.number])


@require_GET
@never_cache
def thanks(request: HttpRequest, key: str) -> HttpResponse:
    """The answers have been sent."""
    wave = _wave(key)
    return _show(request, "thanks", _context_of(wave, _language(request, wave)))
