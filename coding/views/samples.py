"""Pages of the sample of a round: its units, campaigns of alike texts, sharing, and rounds with units in common."""

from collections.abc import Callable, Mapping

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from coding import policies
from coding.actions import alike, samples
from coding.actions.samples import Removed
from coding.campaigns import campaigns_of
from coding.common_units import agreement_in_common, in_common
from coding.filters import TextUnitFilter
from coding.forms import ShareRoundForm
from coding.models import Round, TextUnit
from coding.views.rounds import chosen_units, crumbs_of, led_round, visible_round
from jobs.views import progress_fragment
from rest.forms import form_page, posted, press, see_other, submit
from rest.listing import listing


@require_http_methods(["GET", "POST"])
@login_required
def round_sample(request: SignedInRequest, pk: int) -> HttpResponse:
    """The units of a round; those of a planned round can be removed."""
    coding_round = led_round(request, pk)
    page = listing(request, TextUnit.objects.inside(coding_round.pk), TextUnitFilter)
    if request.method == "POST":
        press(
            request,
            lambda: samples.remove_units(
                coding_round=coding_round, unit_ids=chosen_units(request, page), by=request.user
            ),
            _removed,
        )
        return see_other("round-sample", pk)
    context = {
        "listing": page,
        "round": coding_round,
        "form": ShareRoundForm(coding_round=coding_round),
        "crumbs": crumbs_of(coding_round, _("Sample")),
    }
    return render(request, "coding/round_sample.html", context, status=page.status)


def _removed(removed: Removed) -> str:
    units = ngettext("Removed %(number)s unit.", "Removed %(number)s units.", removed.units)
    deleted = ngettext(
        "%(number)s was in no other round and was deleted.",
        "%(number)s were in no other round and were deleted.",
        removed.deleted,
    )
    sentences = [units % {"number": f"{removed.units:,}"}]
    return " ".join([*sentences, deleted % {"number": f"{removed.deleted:,}"}] if removed.deleted else sentences)


@require_POST
@login_required
def unused_units_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    coding_round = led_round(request, pk)
    press(
        request,
        lambda: samples.delete_unused_units(organisation=coding_round.organisation, by=request.user),
        lambda deleted: (
            ngettext("Deleted %(number)s unit of no round.", "Deleted %(number)s units of no round.", deleted)
            % {"number": f"{deleted:,}"}
        ),
    )
    return see_other("round-units", pk)


@require_http_methods(["GET", "POST"])
@login_required
def round_share(request: SignedInRequest, pk: int) -> HttpResponse:
    """Choose the organisations that can draw the same records."""
    coding_round = led_round(request, pk)
    form = ShareRoundForm(posted(request), coding_round=coding_round)
    if submit(
        request,
        form,
        lambda: samples.share_round(
            coding_round=coding_round, organisations=list(form.cleaned_data["organisations"]), by=request.user
        ),
        success=_("Saved."),
    ):
        return see_other("round-sample", pk)
    context = {"round": coding_round, "crumbs": crumbs_of(coding_round, _("Share"))}
    return form_page(request, "coding/round_share.html", form, **context)


@require_http_methods(["GET", "POST"])
@login_required
def round_campaigns(request: SignedInRequest, pk: int) -> HttpResponse:
    """Alike texts of a planned round, and the choice to code each campaign once or every letter."""
    coding_round = led_round(request, pk)
    if request.method == "POST":
        act = CAMPAIGN_ACTS.get(request.POST.get("act", ""))
        if act is None:
            raise Http404
        press(request, lambda: act(coding_round, request), str)
        return see_other("round-campaigns", pk)
    found = campaigns_of(coding_round)
    if request.htmx and found.search is not None:
        return progress_fragment(request, found.search)
    context = {"round": coding_round, "found": found, "crumbs": crumbs_of(coding_round, _("Campaigns"))}
    return render(request, "coding/round_campaigns.html", context)


def _search(coding_round: Round, request: SignedInRequest) -> str:
    found = alike.find_alike(coding_round=coding_round, by=request.user)
    return _("The search goes on in the background.") if found.is_active else _("Compared all texts of the round.")


def _once(coding_round: Round, request: SignedInRequest) -> str:
    number = alike.code_once(coding_round=coding_round, firsts=_firsts(request), by=request.user)
    sentence = ngettext(
        "%(number)s letter is coded with the first one of its campaign.",
        "%(number)s letters are coded with the first one of their campaign.",
        number,
    )
    return sentence % {"number": f"{number:,}"}


def _each(coding_round: Round, request: SignedInRequest) -> str:
    number = alike.code_each(coding_round=coding_round, firsts=_firsts(request), by=request.user)
    sentence = ngettext(
        "%(number)s letter is coded by itself again.", "%(number)s letters are coded by themselves again.", number
    )
    return sentence % {"number": f"{number:,}"}


def _firsts(request: SignedInRequest) -> list[int] | None:
    """The campaigns chosen; None for all."""
    if "all" in request.POST:
        return None
    return [int(pk) for pk in request.POST.getlist("first") if pk.isascii() and pk.isdigit() and len(pk) < 18]


CAMPAIGN_ACTS: Mapping[str, Callable[[Round, SignedInRequest], str]] = {
    "search": _search,
    "once": _once,
    "each": _each,
}


@require_GET
@login_required
def round_compare(request: SignedInRequest, pk: int) -> HttpResponse:
    """The agreement of the coders of two closed rounds on the units that they have in common."""
    coding_round = visible_round(request, pk)
    _check_can_compare(request.user, coding_round)
    others = (
        Round.objects.comparable_by(request.user)
        .exclude(pk=pk)
        .filter(codebook_version__codebook=coding_round.codebook_version.codebook_id)
        .exclude(state=Round.State.PLANNED)
    )
    context: dict[str, object] = {
        "round": coding_round,
        "others": others.select_related("organisation").order_by("-id"),
        "crumbs": crumbs_of(coding_round, _("Units in common")),
    }
    if "with" in request.GET:
        chosen = request.GET["with"]
        known = chosen.isascii() and chosen.isdigit() and len(chosen) < 18
        other = get_object_or_404(others, pk=int(chosen) if known else 0)
        is_closed = {coding_round.state, other.state} == {Round.State.CLOSED}
        context |= {
            "other": other,
            "found": agreement_in_common(coding_round, other) if is_closed else None,
            "number": len(in_common(coding_round, other)),
        }
    return render(request, "coding/round_compare.html", context)


def _check_can_compare(user: User, coding_round: Round) -> None:
    """Before a round is closed its coders do not learn which of its texts measure agreement."""
    if coding_round.state != Round.State.CLOSED and not policies.can_lead_round(user, coding_round):
        raise PermissionDenied(_("You can compare a round when it is closed."))
