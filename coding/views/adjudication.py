"""Pages of adjudication, and of the corrections that coders get of it."""

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from coding import policies
from coding.actions import adjudication as actions
from coding.actions.settling import Settled, settle_by_rule, to_compare
from coding.deciding import KINDS, UnitPage, corrections_of, corrections_per_code, next_open, unit_page
from coding.filters import CorrectionFilter, RoundAdjudicationFilter
from coding.forms import DecisionForm
from coding.models import Adjudication, Code, Round
from coding.selectors import codes_of
from coding.views.rounds import crumbs_of
from rest.forms import form_page, posted, press, see_other, sentences, submit
from rest.listing import listing

UNIT = ("round_unit__unit", "round_unit__round__codebook_version__codebook")


def _round(request: SignedInRequest, pk: int) -> Round:
    visible = Round.objects.visible_to(request.user).select_related("codebook_version__codebook")
    return get_object_or_404(visible, pk=pk)


def _led(request: SignedInRequest, pk: int) -> Round:
    found = _round(request, pk)
    policies.check_can_lead_round(request.user, found)
    return found


@require_GET
@login_required
def adjudication_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """The units of a round whose coders differ; with `show` those that are settled."""
    coding_round = _led(request, pk)
    rows = Adjudication.objects.adjudicated_by(request.user).filter(round_unit__round=coding_round)
    rows = rows.of_complete_units()
    page = listing(request, rows.select_related("round_unit__unit"), RoundAdjudicationFilter)
    names = {code.key: code.name for code in codes_of(coding_round.codebook_version)}
    context = {
        "round": coding_round,
        "listing": page,
        "shown": [
            (row, [names[key] for key in row.differing_codes], [KINDS[kind] for kind in row.kinds]) for row in page.rows
        ],
        "progress": rows.aggregate(
            all=Count("pk"),
            settled=Count("pk", filter=Q(state="settled")),
            by_rule=Count("pk", filter=Q(state="settled") & ~Q(basis="person")),
        ),
        "waiting": to_compare(coding_round).count(),
        "is_blind_to": policies.is_blind_to(request.user, coding_round),
        "crumbs": crumbs_of(coding_round, _("Adjudication")),
    }
    return render(request, "coding/adjudication_list.html", context, status=page.status)


@require_POST
@login_required
def adjudication_compare(request: SignedInRequest, pk: int) -> HttpResponse:
    """The button *Compare the submissions*."""
    coding_round = _led(request, pk)
    press(request, lambda: settle_by_rule(coding_round=coding_round, by=request.user), _compared)
    return see_other("adjudication-list", pk)


def _compared(done: Settled) -> str:
    said = ngettext(
        "Compared %(compared)s unit; %(settled)s of them settled by the rule of the round.",
        "Compared %(compared)s units; %(settled)s of them settled by the rule of the round.",
        done.compared,
    ) % {"compared": f"{done.compared:,}", "settled": f"{done.settled:,}"}
    if not done.left:
        return said
    left = ngettext(
        "%(left)s unit is left: press the button again.", "%(left)s units are left: press the button again.", done.left
    )
    return f"{said} {left % {'left': f'{done.left:,}'}}"


@require_http_methods(["GET", "POST"])
@login_required
def adjudication_detail(request: SignedInRequest, pk: int, which: int) -> HttpResponse:
    """One unit: its text, what differs, and the decisions. All works without JavaScript; keys need it."""
    rows = Adjudication.objects.adjudicated_by(request.user).select_related(*UNIT)
    row: Adjudication = get_object_or_404(rows, pk=which, round_unit__round=pk)
    codes = Code.objects.filter(version=row.round_unit.round.codebook_version_id, is_codable=True)
    form = DecisionForm(posted(request), codes=codes)
    if done := submit(request, form, lambda: _perform(row, form, request.user)):
        return see_other(done.result)
    page = unit_page(row, request.user)
    is_wrong = form.is_bound and not form.is_valid()
    above = (_("Adjudication"), reverse("adjudication-list", args=[pk]))
    crumbs = crumbs_of(row.round_unit.round, str(row.round_unit.unit), above)
    return form_page(
        request,
        "coding/adjudication_detail.html",
        form,
        page=page,
        adjudication=row,
        unit=row.round_unit.unit,
        round=row.round_unit.round,
        codes=codes_of(row.round_unit.round.codebook_version),
        next=next_open(row, request.user),
        problems=sentences(form) if is_wrong else "",
        typed={"reason": form.data.get("reason", ""), "at": _typed_at(form)} if is_wrong else {},
        crumbs=crumbs,
    )


def _typed_at(form: DecisionForm) -> str:
    """The anchor of the form that was sent and refused, whose reason is kept."""
    if form.data.get("act") not in ("accept", "reject"):
        return str(form.data.get("act", ""))
    return f"mark-{form.data.get('code', '')}-{form.data.get('passage') or 'unit'}"


def _perform(row: Adjudication, form: DecisionForm, by: User) -> str:
    """Do what the button is for. The result is the address to go on to."""
    act, seen = form.cleaned_data["act"], form.cleaned_data["version"]
    if act == "settle":
        actions.settle(adjudication=row, seen=seen, by=by)
        following = next_open(row, by)
        return following.get_absolute_url() if following else reverse("adjudication-list", args=[_round_of(row)])
    if act == "reopen":
        actions.reopen(adjudication=row, reason=form.cleaned_data["reason"], seen=seen, by=by)
        return row.get_absolute_url()
    if act == "undo":
        undone = actions.undo(adjudication=row, seen=seen, by=by)
        passage = "unit" if undone.start is None else f"{undone.start}-{undone.end}"
        return f"{row.get_absolute_url()}#mark-{undone.code_id}-{passage}"
    actions.decide(adjudication=row, decision=form.decision(), seen=seen, by=by)
    return f"{row.get_absolute_url()}#{_first_open(unit_page(row, by))}"


def _round_of(row: Adjudication) -> int:
    return row.round_unit.round_id


def _first_open(page: UnitPage) -> str:
    return page.open[0].anchor if page.open else "settle"


@require_GET
@login_required
def corrections(request: SignedInRequest, pk: int) -> HttpResponse:
    """What adjudication made of the person's own codes, once the round is closed."""
    coding_round = _round(request, pk)
    rows = Adjudication.objects.released_to(request.user).filter(round_unit__round=coding_round).select_related(*UNIT)
    page = listing(request, rows, CorrectionFilter, page_size=20)
    context = {
        "round": coding_round,
        "listing": page,
        "units": corrections_of(page.rows, request.user),
        "per_code": corrections_per_code(list(rows), request.user, coding_round),
        "assignments": dict(request.user.assignments.filter(round=coding_round).values_list("round_unit", "pk")),
        "crumbs": crumbs_of(coding_round, _("Corrections")),
    }
    return render(request, "coding/corrections.html", context, status=page.status)
