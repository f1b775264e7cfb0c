"""Pages of rounds: plan, choose units, start, progress, close."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from coding import policies, unfinished
from coding.actions import alike, rounds
from coding.filters import RoundFilter, TextUnitFilter
from coding.forms import AddUnitsForm, NewRoundForm, RoundForm
from coding.models import Assignment, Round, Submission, TextUnit
from coding.selectors import drawings_of, led_organisations
from exports.ways import ways_of_page
from exports.writers import TITLES
from rest.forms import form_page, posted, press, see_other, submit
from rest.listing import Listing, listing
from rest.vocabularies import cut_facts

SHOWN = 200
LATEST = 20


@require_GET
@login_required
def round_list(request: SignedInRequest) -> HttpResponse:
    rows = Round.objects.visible_to(request.user).with_progress().select_related("codebook_version__codebook")
    page = listing(request, rows, RoundFilter)
    context = {
        "listing": page,
        "can_lead": policies.can_lead(request.user),
        "ways": ways_of_page(request, "round"),
    }
    return render(request, "coding/round_list.html", context, status=page.status)


@require_http_methods(["GET", "POST"])
@login_required
def round_new(request: SignedInRequest) -> HttpResponse:
    """`?codebook=` is the codebook whose newest version is proposed."""
    if not policies.can_lead(request.user):
        raise PermissionDenied(_("Only lead coders can plan rounds."))
    form = NewRoundForm(
        posted(request),
        lead=request.user,
        organisations=led_organisations(request.user),
        codebook=request.GET.get("codebook", ""),
    )
    if done := submit(request, form, lambda: _create(form, request.user)):
        return see_other("round-units", done.result.pk)
    return form_page(
        request, "coding/round_form.html", form, title=_("New round"), submit=_("Create round and choose units")
    )


def _create(form: NewRoundForm, by: User) -> Round:
    data = form.cleaned_data
    return rounds.create_round(
        organisation=data["organisation"],
        version=data["codebook_version"],
        values=form.values(),
        coders=data["coders"],
        by=by,
    )


def visible_round(request: SignedInRequest, pk: int) -> Round:
    """The round of the address, with its progress; 404 where the person cannot see it."""
    visible = Round.objects.visible_to(request.user).with_progress()
    found: Round = get_object_or_404(visible.select_related("codebook_version__codebook", "organisation"), pk=pk)
    return found


def led_round(request: SignedInRequest, pk: int) -> Round:
    """`visible_round` for its lead coders."""
    found = visible_round(request, pk)
    policies.check_can_lead_round(request.user, found)
    return found


def crumbs_of(coding_round: Round, here: str = "", *between: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page below the round, through the pages `between`, or to the round itself."""
    own = (coding_round.title, coding_round.get_absolute_url() if here else "")
    return [(_("Rounds"), reverse("round-list")), own, *between, *([(here, "")] if here else [])]


@require_GET
@login_required
def round_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    coding_round = visible_round(request, pk)
    context = {
        "round": coding_round,
        "can_lead": policies.can_lead_round(request.user, coding_round),
        "sees_agreement": Round.objects.with_agreement_visible_to(request.user).filter(pk=pk).exists(),
        "crumbs": crumbs_of(coding_round),
        "facts": _facts(coding_round),
        "formats": TITLES,
    }
    if context["can_lead"]:
        context |= _of_leads(coding_round, request.user)
    return render(request, "coding/round_detail.html", context)


def _of_leads(coding_round: Round, lead: User) -> dict[str, object]:
    """What lead coders see: the work of the coders where it is not kept from them, and what is stuck."""
    kept = policies.is_blind_to(lead, coding_round)
    runs = coding_round.is_running
    return {
        "is_kept_from": kept,
        "coders": unfinished.coders_of(coding_round, lead),
        "drawings": [] if kept else drawings_of(coding_round, lead),
        "outcomes": [] if kept else _outcomes(coding_round),
        "flagged": _flagged(coding_round, lead),
        "stuck": unfinished.stuck_units(coding_round, lead) if runs else [],
        "lapsed": unfinished.assignments_to_pass_on(coding_round, lead).lapsed()[:SHOWN] if runs and not kept else [],
        "withdrawn": _withdrawn(coding_round, lead),
    }


def _facts(coding_round: Round) -> list[tuple[str, str | int]]:
    stop = coding_round.get_stop_rule_display()
    return [
        (_("State"), coding_round.get_state_display()),
        (_("Codebook"), str(coding_round.codebook_version)),
        *cut_facts(coding_round),
        (_("Units"), coding_round.unit_count),
        (_("Coders per unit"), f"{coding_round.coders_per_unit.normalize():f}"),
        (_("Blind"), _("Yes") if coding_round.is_blind else _("No")),
        (_("Stop rule"), f"{stop}: {coding_round.stop_after}" if coding_round.stop_after else stop),
        (_("A unit is reserved for"), _minutes(coding_round.lease_minutes)),
        (_("Can be taken back for"), _minutes(coding_round.take_back_minutes)),
        (_("Seed"), coding_round.seed),
        *([(_("Reopened"), coding_round.reopening_reason)] if coding_round.reopening_reason else []),
    ]


def _minutes(number: int) -> str:
    return ngettext("%(number)d minute", "%(number)d minutes", number) % {"number": number}


def _outcomes(coding_round: Round) -> list[tuple[str, int]]:
    counts = dict(
        Submission.objects.standing()
        .filter(round_unit__round=coding_round)
        .order_by()
        .values_list("outcome")
        .annotate(Count("pk"))
    )
    return [(str(label), counts.get(value, 0)) for value, label in Submission.Outcome.choices]


def _flagged(coding_round: Round, lead: User) -> QuerySet[Assignment]:
    """Units that coders flagged. Lead coders who code in a blind round that is not closed see only their own."""
    assignments = Assignment.objects.filter(round=coding_round, is_flagged=True)
    if policies.is_blind_to(lead, coding_round):
        assignments = assignments.filter(coder=lead)
    standing = Submission.objects.standing().filter(assignment=OuterRef("pk")).values("pk")
    return assignments.select_related("round_unit__unit").annotate(submission=Subquery(standing[:1]))[:SHOWN]


def _withdrawn(coding_round: Round, lead: User) -> QuerySet[Submission]:
    """Submissions that were taken back or reopened, the latest first, as far as the person may see them."""
    rows = Submission.objects.visible_to(lead).filter(round_unit__round=coding_round, withdrawal__isnull=False)
    related = ("round_unit__unit", "coder", "withdrawal__made_by")
    return rows.select_related(*related).order_by("-withdrawal__id")[:LATEST]


@require_http_methods(["GET", "POST"])
@login_required
def round_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    coding_round = led_round(request, pk)
    form = RoundForm(posted(request), instance=coding_round, lead=request.user)
    if submit(
        request,
        form,
        lambda: rounds.edit_round(
            coding_round=coding_round, values=form.values(), coders=form.cleaned_data["coders"], by=request.user
        ),
    ):
        return see_other("round-detail", pk)
    return form_page(
        request, "coding/round_form.html", form, round=coding_round, title=_("Edit round"), submit=_("Save")
    )


@require_http_methods(["GET", "POST"])
@login_required
def round_units(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose units: select them, or draw from all that match the filter."""
    coding_round = led_round(request, pk)
    own = TextUnit.objects.led_by(request.user).filter(organisation=coding_round.organisation_id)
    rows = own.outside(coding_round.pk)
    page = listing(request, rows, TextUnitFilter)
    form = AddUnitsForm(posted(request))
    if submit(
        request,
        form,
        lambda: alike.add_and_compare(
            coding_round=coding_round,
            unit_ids=chosen_units(request, page),
            by=request.user,
            at_most=form.cleaned_data["at_most"],
        ),
        success=lambda added: (
            ngettext("Added %(number)s unit to the round.", "Added %(number)s units to the round.", added)
            % {"number": f"{added:,}"}
        ),
    ):
        return see_other("round-detail", pk)
    unused = TextUnit.objects.filter(organisation=coding_round.organisation_id).unused().count()
    context = {
        "listing": page,
        "round": coding_round,
        "crumbs": crumbs_of(coding_round, _("Units")),
        "unused": unused,
    }
    return form_page(request, "coding/round_units.html", form, **context)


def chosen_units(request: SignedInRequest, page: Listing) -> list[int]:
    if request.POST.get("which") == "all":
        return [] if page.errors else list(page.filterset.qs.values_list("pk", flat=True))
    return [int(pk) for pk in request.POST.getlist("unit") if pk.isascii() and pk.isdigit() and len(pk) < 18]


@require_POST
@login_required
def round_start(request: SignedInRequest, pk: int) -> HttpResponse:
    coding_round = led_round(request, pk)
    press(
        request,
        lambda: rounds.open_round(coding_round=coding_round, by=request.user),
        _("Started the round. It is in the queue of its coders."),
    )
    return see_other("round-detail", pk)
