"""Pages of the coders of a round: add, quota, pass on, remove."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from coding import policies
from coding.actions import passing_on, round_coders
from coding.forms import AddCodersForm, PassOnForm, QuotaForm
from coding.models import Round, RoundCoder
from coding.unfinished import coders_of
from coding.views.rounds import crumbs_of, led_round
from rest.forms import form_page, posted, press, see_other, submit


@require_http_methods(["GET", "POST"])
@login_required
def coder_list(request: SignedInRequest, pk: int) -> HttpResponse:
    """The coders with their quotas; adds further ones."""
    coding_round = led_round(request, pk)
    form = AddCodersForm(posted(request), coding_round=coding_round)
    if submit(
        request,
        form,
        lambda: round_coders.add_coders(coding_round=coding_round, coders=form.cleaned_data["coders"], by=request.user),
        success=lambda added: ngettext("Added %(n)d coder.", "Added %(n)d coders.", added) % {"n": added},
    ):
        return see_other("round-coders", pk)
    return form_page(
        request,
        "coding/round_coders.html",
        form,
        round=coding_round,
        coders=coders_of(coding_round, request.user),
        is_kept_from=policies.is_blind_to(request.user, coding_round),
        crumbs=crumbs_of(coding_round, _("Coders")),
    )


def _member(coding_round: Round, coder: int) -> RoundCoder:
    return get_object_or_404(coding_round.coders.remaining().select_related("coder"), coder=coder)


@require_http_methods(["GET", "POST"])
@login_required
def coder_edit(request: SignedInRequest, pk: int, coder: int) -> HttpResponse:
    """The quota of one coder, and the ways to pass on the coder's units and to remove the coder."""
    coding_round = led_round(request, pk)
    member = _member(coding_round, coder)
    form = QuotaForm(posted(request), member=member)
    if submit(
        request,
        form,
        lambda: round_coders.set_quota(
            coding_round=coding_round, coder=member.coder, quota=form.cleaned_data["quota"], by=request.user
        ),
        success=_("Saved."),
    ):
        return see_other("round-coders", pk)
    return form_page(
        request,
        "coding/round_coder.html",
        form,
        round=coding_round,
        member=member,
        crumbs=_crumbs(coding_round, str(member.coder)),
    )


@require_http_methods(["GET", "POST"])
@login_required
def coder_pass_on(request: SignedInRequest, pk: int, coder: int) -> HttpResponse:
    """Pass on all that a coder has in progress."""
    coding_round = led_round(request, pk)
    member = _member(coding_round, coder)
    form = PassOnForm(posted(request), coding_round=coding_round, other_than=coder)
    if submit(
        request,
        form,
        lambda: passing_on.pass_on_all(
            coding_round=coding_round, coder=member.coder, to=form.cleaned_data["coder"], by=request.user
        ),
        success=lambda number: (
            ngettext("Passed on %(n)d unit.", "Passed on %(n)d units.", number) % {"n": number}
            if number
            else _("This coder had nothing in progress.")
        ),
    ):
        return see_other("round-coders", pk)
    return form_page(
        request,
        "coding/round_form.html",
        form,
        round=coding_round,
        crumbs=_crumbs(coding_round, _("Pass on")),
        title=_("Pass on the units of %(coder)s") % {"coder": member.coder},
        submit=_("Pass on all"),
        explanation=[
            _(
                "All that this coder has in progress, postponed units too. Units that the chosen coder has had go to "
                "the queue."
            ),
            _("The codes that this coder applied stay, and count as not submitted. The memos are not passed on."),
        ],
    )


@require_POST
@login_required
def coder_remove(request: SignedInRequest, pk: int, coder: int) -> HttpResponse:
    coding_round = led_round(request, pk)
    member = _member(coding_round, coder)
    press(
        request,
        lambda: round_coders.remove_coder(coding_round=coding_round, coder=member.coder, by=request.user),
        _("Removed %(coder)s. What was submitted stays.") % {"coder": member.coder},
    )
    return see_other("round-coders", pk)


def _crumbs(coding_round: Round, here: str) -> list[tuple[str, str]]:
    return crumbs_of(coding_round, here, (_("Coders"), reverse("round-coders", args=[coding_round.pk])))
