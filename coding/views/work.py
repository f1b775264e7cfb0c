"""Pages of coders: queue, coding page, own work."""

import json
from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from coding import policies
from coding.actions import codings, queue
from coding.actions.codings import NewCoding
from coding.forms import WholeUnitForm
from coding.models import Assignment, Code, Round, Submission
from coding.selectors import CodingPage, coding_page_as_json, coding_page_of, work_of
from rest.forms import form_page, posted, see_other, submit

LAST = 50


@require_GET
@login_required
def queue_page(request: SignedInRequest) -> HttpResponse:
    policies.check_can_code_anywhere(request.user)
    held = Assignment.objects.visible_to(request.user).open().with_reason_for_reopening().in_order_of_work()
    context = {
        "started": [*held.select_related("round_unit__unit", "round_unit__round")[:LAST]],
        "work": [part for part in work_of(request.user) if part.round.is_running],
    }
    return render(request, "coding/queue.html", context)


@require_POST
@login_required
def take(request: SignedInRequest) -> HttpResponse:
    """The button *Next unit*: of one round, or of the oldest round that has one."""
    policies.check_can_code_anywhere(request.user)
    wanted = request.POST.get("round", "")
    chosen = get_object_or_404(Round.objects.visible_to(request.user), pk=wanted) if wanted.isdecimal() else None
    return _next(request, chosen)


def _next(request: SignedInRequest, chosen: Round | None = None) -> HttpResponse:
    assignment = queue.take_next(by=request.user, coding_round=chosen)
    if assignment is None:
        messages.info(request, _("There are no more units for you to code at the moment."))
        return see_other("queue")
    return see_other(assignment)


@require_GET
@login_required
def my_work(request: SignedInRequest) -> HttpResponse:
    policies.check_can_code_anywhere(request.user)
    made = Submission.objects.visible_to(request.user).filter(coder=request.user)
    related = ("round_unit__unit", "round_unit__round", "withdrawal__made_by")
    context = {
        "work": work_of(request.user),
        "submissions": made.select_related(*related).order_by("-id")[:LAST],
    }
    return render(request, "coding/my_work.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def code_unit(request: SignedInRequest, pk: int) -> HttpResponse:
    """The coding page. Without JavaScript its form applies codes to the whole unit and submits it."""
    assignments = Assignment.objects.visible_to(request.user).select_related(
        "round_unit__unit", "round_unit__round__codebook_version__codebook"
    )
    assignment: Assignment = get_object_or_404(assignments, pk=pk)
    page = coding_page_of(assignment, request.user)
    form = WholeUnitForm(
        posted(request), codes=page.codes, initial={"memo": assignment.memo, "is_flagged": assignment.is_flagged}
    )
    if done := submit(request, form, lambda: _perform(request, page, form)):
        return done.result
    return form_page(request, "coding/code_unit.html", form, **_context(page))


def _context(page: CodingPage) -> dict[str, object]:
    whole = {coding.code_id for coding in page.codings if coding.start is None}
    return {
        "coding_page": page,
        "assignment": page.assignment,
        "unit": page.assignment.round_unit.unit,
        "round": page.assignment.round_unit.round,
        "whole": whole,
        "data": json.dumps(coding_page_as_json(page)),
        "outcomes": Submission.Outcome,
    }


def _perform(request: SignedInRequest, page: CodingPage, form: WholeUnitForm) -> HttpResponse:
    """What the button is for: save, postpone, or submit with an outcome."""
    assignment, by, data = page.assignment, request.user, form.cleaned_data
    queue.annotate(assignment=assignment, by=by, memo=data["memo"], is_flagged=data["is_flagged"])
    _set_codes_of_unit(page, data["codes"], by)
    if data["act"] == "save":
        messages.success(request, _("Saved. Submit the unit when you have finished."))
        return see_other(assignment)
    if data["act"] == "postpone":
        queue.postpone(assignment=assignment, by=by)
        messages.info(request, _("Postponed. The unit comes back after the others."))
        return _next(request)
    made = codings.submit(assignment=assignment, outcome=data["act"], by=by)
    outcome = made.get_outcome_display().lower()
    messages.success(request, _("Submitted: %(outcome)s.") % {"outcome": outcome})
    return _next(request)


def _set_codes_of_unit(page: CodingPage, wanted: Iterable[Code], by: User) -> None:
    """Apply the selected codes to the whole unit and retract the others; codings of passages do not change."""
    applied = {coding.code_id: coding for coding in page.codings if coding.start is None}
    for code in wanted:
        if code.pk not in applied:
            codings.apply_code(assignment=page.assignment, coding=NewCoding(code=code), by=by)
    for coding in applied.values():
        if coding.code_id not in {code.pk for code in wanted}:
            codings.retract(coding=coding, by=by)
