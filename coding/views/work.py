"""The coder's pages: queue, the text being coded, own work."""

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from coding import policies
from coding.actions import codings, queue
from coding.actions.codings import NewCoding
from coding.forms import WholeTextForm
from coding.models import Assignment, Code, Round, Submission
from coding.selectors import Desk, desk_as_json, desk_of, work_of
from rest.forms import form_page, posted, see_other, submit

LAST = 50


def _check_coder(request: SignedInRequest) -> None:
    if not policies.can_code_anywhere(request.user):
        raise PermissionDenied(_("Texts are coded by coders and lead coders."))


@require_GET
@login_required
def queue_page(request: SignedInRequest) -> HttpResponse:
    _check_coder(request)
    held = Assignment.objects.visible_to(request.user).open().in_order_of_work()
    context = {
        "begun": [*held.select_related("round_unit__unit", "round_unit__round")[:LAST]],
        "work": [part for part in work_of(request.user) if part.round.is_open],
    }
    return render(request, "coding/queue.html", context)


@require_POST
@login_required
def take(request: SignedInRequest) -> HttpResponse:
    """The button *Next text*: of one round, or of the oldest that has something to do."""
    _check_coder(request)
    wanted = request.POST.get("round", "")
    chosen = get_object_or_404(Round.objects.visible_to(request.user), pk=wanted) if wanted.isdigit() else None
    return _next(request, chosen)


def _next(request: SignedInRequest, chosen: Round | None = None) -> HttpResponse:
    seat = queue.take_next(by=request.user, coding_round=chosen)
    if seat is None:
        messages.info(request, _("There is nothing more for you to code at the moment."))
        return see_other("queue")
    return see_other(seat)


@require_GET
@login_required
def my_work(request: SignedInRequest) -> HttpResponse:
    _check_coder(request)
    made = Submission.objects.visible_to(request.user).filter(coder=request.user)
    context = {
        "work": work_of(request.user),
        "submissions": made.select_related("round_unit__unit", "round_unit__round").order_by("-id")[:LAST],
    }
    return render(request, "coding/my_work.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def code_unit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The coding page. Without JavaScript its form gives codes to the whole text and hands in."""
    seats = Assignment.objects.visible_to(request.user).select_related(
        "round_unit__unit", "round_unit__round__codebook_version__codebook"
    )
    seat: Assignment = get_object_or_404(seats, pk=pk)
    desk = desk_of(seat, request.user)
    form = WholeTextForm(posted(request), codes=desk.codes, initial={"memo": seat.memo, "is_flagged": seat.is_flagged})
    if done := submit(request, form, lambda: _carry_out(request, desk, form.cleaned_data)):
        return done.result
    return form_page(request, "coding/code_unit.html", form, **_context(desk))


def _context(desk: Desk) -> dict[str, Any]:
    whole = {coding.code_id for coding in desk.codings if coding.start is None}
    return {
        "desk": desk,
        "seat": desk.seat,
        "unit": desk.seat.round_unit.unit,
        "round": desk.seat.round_unit.round,
        "whole": whole,
        "data": json.dumps(desk_as_json(desk)),
        "outcomes": Submission.Outcome,
    }


def _carry_out(request: SignedInRequest, desk: Desk, data: dict[str, Any]) -> HttpResponse:
    """What the pressed button asks for: keep, put off, or hand in with an outcome."""
    seat, by = desk.seat, request.user
    queue.note_on_seat(seat=seat, by=by, memo=data["memo"], is_flagged=data["is_flagged"])
    _set_whole_codes(desk, data["codes"], by)
    if data["act"] == "keep":
        messages.success(request, _("Saved. Submit it when you are done."))
        return see_other(seat)
    if data["act"] == "postpone":
        queue.postpone(seat=seat, by=by)
        messages.info(request, _("Postponed. It comes back after the others."))
        return _next(request)
    made = codings.submit(seat=seat, outcome=data["act"], by=by)
    outcome = made.get_outcome_display().lower()
    messages.success(request, _("Submitted: %(outcome)s.") % {"outcome": outcome})
    return _next(request)


def _set_whole_codes(desk: Desk, wanted: Iterable[Code], by: User) -> None:
    """Give the ticked codes to the whole text and take the others back; passages stay as they are."""
    given = {coding.code_id: coding for coding in desk.codings if coding.start is None}
    for code in wanted:
        if code.pk not in given:
            codings.give_code(seat=desk.seat, coding=NewCoding(code=code), by=by)
    for coding in given.values():
        if coding.code_id not in {code.pk for code in wanted}:
            codings.retract(coding=coding, by=by)
