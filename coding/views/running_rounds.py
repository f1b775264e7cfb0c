"""Pages for a round that has started: pause, resume, more coders per unit, close; and reopening a closed one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from coding.actions import rounds, running_rounds
from coding.forms import CloseRoundForm, CodersPerUnitForm, ReasonForm
from coding.models import Round
from coding.unfinished import Unfinished, stuck_units, unfinished_in
from coding.views.rounds import crumbs_of, led_round
from rest.forms import form_page, posted, press, see_other, submit


@require_POST
@login_required
def round_pause(request: SignedInRequest, pk: int) -> HttpResponse:
    coding_round = led_round(request, pk)
    press(
        request,
        lambda: running_rounds.pause_round(coding_round=coding_round, by=request.user),
        _("Paused the round. What its coders have saved stays."),
    )
    return see_other("round-detail", pk)


@require_POST
@login_required
def round_resume(request: SignedInRequest, pk: int) -> HttpResponse:
    coding_round = led_round(request, pk)
    press(
        request,
        lambda: running_rounds.resume_round(coding_round=coding_round, by=request.user),
        _("Resumed the round. Units in progress are reserved for their coders again."),
    )
    return see_other("round-detail", pk)


@require_http_methods(["GET", "POST"])
@login_required
def round_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Shows what is unfinished, and asks whether to close the round all the same."""
    coding_round = led_round(request, pk)
    left = unfinished_in(coding_round)
    form = CloseRoundForm(posted(request), is_finished=not left.missing)
    if submit(
        request,
        form,
        lambda: rounds.close_round(coding_round=coding_round, by=request.user),
        success=_("Closed the round. Its coders can now see each other's work."),
    ):
        return see_other("round-detail", pk)
    explanation = [
        _("After closing, nothing more can be submitted, and coders can see each other's codings."),
        *_left(left),
    ]
    return form_page(
        request,
        "coding/round_form.html",
        form,
        round=coding_round,
        crumbs=crumbs_of(coding_round, _("Close")),
        title=_("Close the round"),
        submit=_("Close the round"),
        explanation=explanation,
        stuck=stuck_units(coding_round, request.user),
    )


def _left(left: Unfinished) -> list[str]:
    if not left.missing:
        return [_("Every unit has its coders.")]
    missing = ngettext("%(n)d submission is missing.", "%(n)d submissions are missing.", left.missing)
    held = ngettext(
        "%(n)d unit is in progress; its codes stay, and count as not submitted.",
        "%(n)d units are in progress; their codes stay, and count as not submitted.",
        left.in_progress,
    )
    free = ngettext("%(n)d was not started.", "%(n)d were not started.", left.not_started)
    counts = ((missing, left.missing), (held, left.in_progress), (free, left.not_started))
    return [" ".join(sentence % {"n": number} for sentence, number in counts if number)]


@require_http_methods(["GET", "POST"])
@login_required
def round_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    coding_round = led_round(request, pk)
    form = ReasonForm(posted(request))
    if submit(
        request,
        form,
        lambda: running_rounds.reopen_round(
            coding_round=coding_round, reason=form.cleaned_data["reason"], by=request.user
        ),
        success=_("Reopened the round."),
    ):
        return see_other("round-detail", pk)
    return form_page(
        request,
        "coding/round_form.html",
        form,
        round=coding_round,
        crumbs=crumbs_of(coding_round, _("Reopen")),
        title=_("Reopen the round"),
        submit=_("Reopen the round"),
        explanation=_reopening(coding_round),
    )


def _reopening(coding_round: Round) -> list[str]:
    sentences = [_("Coders can code and submit again. The reason is shown on the page of the round.")]
    if coding_round.is_blind:
        sentences.append(
            _(
                "This round is blind. While it was closed, its coders could see each other's work: what is coded from "
                "now on may not be independent."
            )
        )
    return sentences


@require_http_methods(["GET", "POST"])
@login_required
def round_coders_per_unit(request: SignedInRequest, pk: int) -> HttpResponse:
    coding_round = led_round(request, pk)
    form = CodersPerUnitForm(posted(request), coding_round=coding_round)
    if submit(
        request,
        form,
        lambda: running_rounds.raise_coders_per_unit(
            coding_round=coding_round, coders_per_unit=form.cleaned_data["coders_per_unit"], by=request.user
        ),
        success=lambda added: ngettext("Added %(n)d assignment.", "Added %(n)d assignments.", added) % {"n": added},
    ):
        return see_other("round-detail", pk)
    return form_page(
        request,
        "coding/round_form.html",
        form,
        round=coding_round,
        crumbs=crumbs_of(coding_round, _("Coders per unit")),
        title=_("More coders per unit"),
        submit=_("Save"),
        explanation=[_("The number can only grow. The further assignments mix with those that are free.")],
    )
