"""Pages of the agreement between the coders of a round: figures, the units behind them, report and files."""

from datetime import date
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.requests import SignedInRequest
from coding import policies
from coding.actions.agreement import compute_agreement
from coding.agreement import pages
from coding.agreement.answers import Answer, answer_of
from coding.agreement.asking import question_of
from coding.agreement.coded import Compared, compared
from coding.agreement.disagreements import Behind, disagreements, pairs_of
from coding.agreement.files import figures_table, passages_table, ratings_table
from coding.agreement.questions import Question
from coding.agreement.reading import people_of, read
from coding.agreement.report import Report, report_of, report_pdf
from coding.agreement.shown_units import unit_views
from coding.models import Round, RoundUnit
from coding.selectors import codes_of
from coding.views.rounds import crumbs_of
from exports.downloads import download_for_page
from exports.tables import Table
from jobs.views import progress_fragment
from rest.forms import Rejection, attempt, press, see_other

UNITS_ON_A_PAGE = 10
BEHIND = ("code", "pair", "from_day", "page")


def _round(request: SignedInRequest, pk: int) -> Round:
    rounds = Round.objects.with_agreement_visible_to(request.user)
    found: Round = get_object_or_404(rounds.select_related("codebook_version__codebook", "organisation"), pk=pk)
    return found


def _question(request: SignedInRequest, coding_round: Round, *also: str) -> tuple[Question, dict[str, list[str]]]:
    """The question of the address, and what is wrong with it; where something is, the question of the round."""
    wrong: dict[str, list[str]] = {}

    def note(refused: Rejection) -> None:
        if isinstance(refused, ValidationError):
            wrong.update(refused.message_dict)

    done = attempt(lambda: question_of(request.GET, coding_round.seed, also=also), note)
    return done.result if done else Question(coding_round.seed), wrong


def _context(request: SignedInRequest, coding_round: Round, answer: Answer, *, named: bool) -> dict[str, object]:
    names = pages.names_of(people_of(coding_round), request.user, named=named)
    can_lead = policies.can_lead_round(request.user, coding_round)
    result = answer.result
    return {
        "round": coding_round,
        "with_counts": can_lead,
        "answer": answer,
        "question": answer.question,
        "query": request.GET.urlencode(),
        "names": names,
        "facts": pages.facts(coding_round, result) if result else [],
        "shown": pages.shown_result(coding_round, result, names, with_counts=can_lead) if result else None,
        "commands": pages.commands_of(answer.question),
    }


@require_GET
@login_required
def round_agreement(request: SignedInRequest, pk: int) -> HttpResponse:
    """Figures of the round, live while it runs."""
    coding_round = _round(request, pk)
    question, wrong = _question(request, coding_round)
    answer = answer_of(coding_round, question)
    if request.htmx:
        waiting = answer.computation
        return progress_fragment(request, waiting) if waiting else HttpResponse(headers={"HX-Refresh": "true"})
    context = _context(request, coding_round, answer, named=policies.can_lead_round(request.user, coding_round))
    context |= {
        "wrong": wrong,
        "selects": pages.choices_of(question),
        "crumbs": crumbs_of(coding_round, _("Agreement")),
    }
    status = HTTPStatus.BAD_REQUEST if wrong else HTTPStatus.OK
    return render(request, "coding/round_agreement.html", context, status=status)


@require_POST
@login_required
def round_agreement_compute(request: SignedInRequest, pk: int) -> HttpResponse:
    """Have the figures of a large round computed."""
    coding_round = _round(request, pk)
    question, _wrong = _question(request, coding_round)
    press(request, lambda: compute_agreement(coding_round=coding_round, question=question, by=request.user))
    address = reverse("round-agreement", args=[pk])
    return see_other(f"{address}?{request.GET.urlencode()}" if request.GET else address)


@require_GET
@login_required
def round_agreement_units(request: SignedInRequest, pk: int) -> HttpResponse:
    """The units behind a figure, those with most disagreement first, with what the coders submitted side by side."""
    coding_round = _round(request, pk)
    question, wrong = _question(request, coding_round, *BEHIND)
    if wrong:
        raise Http404
    coded, _version = read(coding_round)
    whole = compared(coded, question)
    behind = _behind(request, whole)
    number, found = _page(request, whole, behind)
    last = max(1, -(-len(found) // UNITS_ON_A_PAGE))
    listed = found[(number - 1) * UNITS_ON_A_PAGE : number * UNITS_ON_A_PAGE]
    units = RoundUnit.objects.filter(pk__in=[key for key, _apart in listed]).select_related("unit").in_bulk()
    codes = {code.key: code.name for code in codes_of(coding_round.codebook_version)}
    can_lead = policies.can_lead_round(request.user, coding_round)
    agreement = f"{reverse('round-agreement', args=[pk])}?{_query(question)}"
    context = {
        "round": coding_round,
        "behind": behind,
        "code_name": codes.get(behind.code, ""),
        "names": pages.names_of(people_of(coding_round), request.user, named=can_lead),
        "units": unit_views(whole, behind, [(units[key], apart) for key, apart in listed], codes),
        "total": len(found),
        "number": number,
        "last": last,
        "crumbs": crumbs_of(coding_round, _("Disagreements"), (_("Agreement"), agreement)),
    }
    return render(request, "coding/round_agreement_units.html", context)


def _query(question: Question) -> str:
    return "&".join(f"{name}={value}" for name, value in question.parameters().items())


def _behind(request: SignedInRequest, whole: Compared) -> Behind:
    """The figure whose units are listed. Http404 for one that does not exist."""
    code, pair, day = (request.GET.get(name, "") for name in ("code", "pair", "from_day"))
    first, _dash, second = pair.partition("-")
    try:
        window = date.fromisoformat(day) if day else None
    except ValueError as error:
        raise Http404 from error
    is_known = not pair or (first, second) in pairs_of(whole.coded.coders)
    if not is_known or (code and code not in whole.coded.parents):
        raise Http404
    return Behind(code, (first, second) if pair else None, window)


def _page(request: SignedInRequest, whole: Compared, behind: Behind) -> tuple[int, list[tuple[int, float]]]:
    """The number of the page, and the units behind a figure that this person may read, as rows of the round."""
    row_of = {str(one.unit): one.round_unit for one in whole.coded.units}
    apart = {row_of[one.unit]: one.disagreement for one in disagreements(whole, behind)}
    readable = set(RoundUnit.objects.visible_to(request.user).filter(pk__in=apart).values_list("pk", flat=True))
    found = [(key, value) for key, value in apart.items() if key in readable]
    text = request.GET.get("page", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0
    if number < 1 or (number - 1) * UNITS_ON_A_PAGE >= max(len(found), 1):
        raise Http404
    return number, found


def _report(request: SignedInRequest, pk: int) -> Report:
    """The report that the address asks for. Http404 where a worker has not computed it yet."""
    coding_round = _round(request, pk)
    question, wrong = _question(request, coding_round, "names")
    answer = answer_of(coding_round, question)
    if wrong or answer.result is None:
        raise Http404
    can_lead = policies.can_lead_round(request.user, coding_round)
    named = request.GET.get("names") == "yes" and can_lead
    names = pages.names_of(people_of(coding_round), request.user, named=named)
    address = request.build_absolute_uri(f"{reverse('round-agreement-report', args=[pk])}?{_query(question)}")
    return report_of(coding_round, answer, answer.result, names, address=address, with_counts=can_lead)


@require_GET
@login_required
def round_agreement_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """A report to print and to cite. Coders are letters; lead coders can have their names added."""
    report = _report(request, pk)
    context = {
        "report": report,
        "round": report.round,
        "question": report.result.question,
        "shown": report.shown,
        "facts": report.facts,
        "commands": report.commands,
        "with_counts": report.with_counts,
        # Without `names`, which only the addresses of the report take.
        "query": _query(report.result.question),
        "query_of_pdf": request.GET.urlencode(),
    }
    return render(request, "coding/round_agreement_report.html", context)


@require_GET
@login_required
def round_agreement_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same report as PDF."""
    name = f"agreement-round-{pk}.pdf"
    return HttpResponse(
        report_pdf(_report(request, pk)),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-cache",
        },
    )


@require_GET
@login_required
def round_agreement_file(request: SignedInRequest, pk: int, name: str) -> HttpResponseBase:
    """The ratings (the diagnosis), the passages, or the figures as CSV."""
    coding_round = _round(request, pk)
    question, wrong = _question(request, coding_round)
    if wrong or name not in pages.FILES:
        raise Http404
    return download_for_page(request, _table(coding_round, question, name), fmt="csv", name=f"agreement-{name}")


def _table(coding_round: Round, question: Question, name: str) -> Table:
    if name == "figures":
        result = answer_of(coding_round, question).result
        if result is None:
            raise Http404
        return figures_table(list(result.figures.all()), pages.facts_of_figures(coding_round, result))
    coded, _version = read(coding_round)
    return ratings_table(compared(coded, question)) if name == "ratings" else passages_table(coded, question)
