"""Round pages of the lead coder: plan, texts, start, progress, close."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from coding import policies
from coding.actions import rounds
from coding.filters import RoundFilter, TextUnitFilter
from coding.forms import AddUnitsForm, NewRoundForm, RoundForm
from coding.models import Assignment, Round, Submission, TextUnit
from coding.views.answers import SignedInRequest, act_or_say, form_page, led_organisations, see_other, try_action
from rest.listing import listing

SHOWN = 200


@login_required
@require_GET
def round_list(request: SignedInRequest) -> HttpResponse:
    rows = Round.objects.visible_to(request.user).with_progress().select_related("codebook_version__codebook")
    page = listing(request, rows, RoundFilter)
    context = {"listing": page, "can_lead": policies.can_lead(request.user)}
    return render(request, "coding/round_list.html", context, status=page.status)


@login_required
@require_http_methods(["GET", "POST"])
def round_new(request: SignedInRequest) -> HttpResponse:
    if not policies.can_lead(request.user):
        raise PermissionDenied("Rounds are planned by lead coders.")
    form = NewRoundForm(request.POST or None, lead=request.user, organisations=led_organisations(request.user))
    if request.method == "POST":
        made = try_action(form, lambda: _create(form, request.user))
        if made is not None:
            return see_other("round-units", made.pk)
    return form_page(request, "coding/round_form.html", form, title="New round", submit="Plan and choose texts")


def _create(form: NewRoundForm, by: Any) -> Round:
    data = form.cleaned_data
    return rounds.create_round(
        organisation=data["organisation"],
        version=data["codebook_version"],
        values=form.plan(),
        coders=data["coders"],
        by=by,
    )


def _round(request: SignedInRequest, pk: int) -> Round:
    visible = Round.objects.visible_to(request.user).with_progress()
    found: Round = get_object_or_404(visible.select_related("codebook_version__codebook", "organisation"), pk=pk)
    return found


def _led(request: SignedInRequest, pk: int) -> Round:
    found = _round(request, pk)
    policies.check_can_lead_round(request.user, found)
    return found


@login_required
@require_GET
def round_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    coding_round = _round(request, pk)
    can_lead = policies.can_lead_round(request.user, coding_round)
    context = {
        "round": coding_round,
        "can_lead": can_lead,
        "coders": _coders(coding_round) if can_lead else [],
        "outcomes": _outcomes(coding_round) if can_lead else [],
        "flagged": _flagged(coding_round, request.user) if can_lead else [],
        "crumbs": [("Rounds", "/rounds/"), (coding_round.title, "")],
        "facts": _facts(coding_round),
    }
    return render(request, "coding/round_detail.html", context)


def _facts(coding_round: Any) -> list[tuple[str, Any]]:
    stop = coding_round.get_stop_rule_display()
    return [
        ("State", coding_round.get_state_display()),
        ("Codebook", str(coding_round.codebook_version)),
        ("Texts", coding_round.unit_count),
        ("Coders per text", f"{coding_round.coders_per_unit.normalize():f}"),
        ("Blind", "yes" if coding_round.is_blind else "no"),
        ("Ends", f"{stop}: {coding_round.stop_after}" if coding_round.stop_after else stop),
        ("A text is kept for", f"{coding_round.lease_minutes} minutes"),
        ("Seed of the order", coding_round.seed),
    ]


def _coders(coding_round: Round) -> Any:
    """Who codes, with how much they handed in: counts only, so that a lead who codes stays blind."""
    submissions = Q(coder__submissions__round_unit__round=coding_round)
    return coding_round.coders.select_related("coder").annotate(done=Count("coder__submissions", filter=submissions))


def _outcomes(coding_round: Round) -> list[tuple[str, int]]:
    counts = dict(
        Submission.objects.filter(round_unit__round=coding_round)
        .order_by()
        .values_list("outcome")
        .annotate(Count("pk"))
    )
    return [(label, counts.get(value, 0)) for value, label in Submission.Outcome.choices]


def _flagged(coding_round: Round, lead: Any) -> Any:
    """Texts a coder asks the lead to look at; a lead who codes in a blind round that is open sees only their own."""
    seats = Assignment.objects.filter(round_unit__round=coding_round, is_flagged=True)
    if coding_round.is_open and coding_round.is_blind and coding_round.coders.filter(coder=lead).exists():
        seats = seats.filter(coder=lead)
    return seats.select_related("round_unit__unit")[:SHOWN]


@login_required
@require_http_methods(["GET", "POST"])
def round_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    coding_round = _led(request, pk)
    chosen = [member.coder_id for member in coding_round.coders.all()]
    form = RoundForm(request.POST or None, instance=coding_round, lead=request.user, initial={"coders": chosen})
    form.fields.pop("codebook_version")
    if request.method == "POST":
        saved = try_action(
            form,
            lambda: rounds.edit_round(
                coding_round=coding_round, values=form.plan(), coders=form.cleaned_data["coders"], by=request.user
            ),
        )
        if saved is not None:
            return see_other("round-detail", pk)
    return form_page(request, "coding/round_form.html", form, title="Edit round", submit="Save", round=coding_round)


@login_required
@require_http_methods(["GET", "POST"])
def round_units(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose texts: tick them, or draw from all that match the filter."""
    coding_round = _led(request, pk)
    rows = TextUnit.objects.led_by(request.user).outside(coding_round.pk)
    page = listing(request, rows, TextUnitFilter)
    form = AddUnitsForm(request.POST or None)
    if request.method == "POST":
        ids = _chosen(request, page)
        added = try_action(
            form,
            lambda: rounds.add_units(
                coding_round=coding_round, unit_ids=ids, by=request.user, at_most=form.cleaned_data["at_most"]
            ),
        )
        if added is not None:
            messages.success(request, f"{added} texts were put into the round.")
            return see_other("round-detail", pk)
    crumbs = [("Rounds", "/rounds/"), (coding_round.title, coding_round.get_absolute_url()), ("Texts", "")]
    return form_page(request, "coding/round_units.html", form, listing=page, round=coding_round, crumbs=crumbs)


def _chosen(request: SignedInRequest, page: Any) -> list[int]:
    if request.POST.get("which") == "all":
        return [] if page.errors else list(page.filterset.qs.values_list("pk", flat=True))
    return [int(pk) for pk in request.POST.getlist("unit") if pk.isascii() and pk.isdigit() and len(pk) < 18]


@login_required
@require_POST
def round_start(request: SignedInRequest, pk: int) -> HttpResponse:
    coding_round = _led(request, pk)
    act_or_say(
        request,
        lambda: rounds.open_round(coding_round=coding_round, by=request.user),
        "The round is open. Its coders find it in their queue.",
    )
    return see_other("round-detail", pk)


@login_required
@require_POST
def round_close(request: SignedInRequest, pk: int) -> HttpResponse:
    coding_round = _led(request, pk)
    act_or_say(
        request,
        lambda: rounds.close_round(coding_round=coding_round, by=request.user),
        "The round is closed. Its coders may now see each other's work.",
    )
    return see_other("round-detail", pk)
