"""Pages that bring a unit back: taking back a submission, reopening one, passing a unit on, giving one to a coder."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from coding.actions import passing_on, reopening
from coding.forms import GiveUnitForm, PassOnForm, ReasonForm
from coding.models import Assignment, Submission
from coding.unfinished import assignments_to_pass_on, units_to_give
from coding.views.rounds import crumbs_of, led_round
from rest.forms import form_page, posted, press, see_other, submit


@require_POST
@login_required
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """The button *Take back* of a coder's own submission."""
    assignment = get_object_or_404(Assignment.objects.visible_to(request.user), pk=pk)
    submission = get_object_or_404(Submission.objects.standing(), assignment=assignment)
    done = press(
        request,
        lambda: reopening.take_back(submission=submission, by=request.user),
        _("Taken back. The unit is in progress again; submit it when you have finished."),
    )
    return see_other(assignment) if done else see_other("my-coding")


@require_http_methods(["GET", "POST"])
@login_required
def reopen(request: SignedInRequest, pk: int, submission: int) -> HttpResponse:
    """Give a submission back to its coder, with a reason."""
    coding_round = led_round(request, pk)
    visible = Submission.objects.standing().visible_to(request.user).filter(round_unit__round=coding_round)
    found = get_object_or_404(visible.select_related("round_unit__unit", "round_unit__round", "coder"), pk=submission)
    form = ReasonForm(posted(request))
    if submit(
        request,
        form,
        lambda: reopening.reopen_submission(submission=found, reason=form.cleaned_data["reason"], by=request.user),
        success=_("Reopened. The unit is in progress again at its coder."),
    ):
        return see_other("round-detail", pk)
    return form_page(
        request,
        "coding/round_form.html",
        form,
        round=coding_round,
        crumbs=crumbs_of(coding_round, _("Reopen a submission")),
        title=_("Reopen a submission"),
        submit=_("Reopen the submission"),
        explanation=[
            _("%(unit)s, submitted by %(coder)s: %(outcome)s.")
            % {"unit": found.round_unit.unit, "coder": found.coder, "outcome": found.get_outcome_display().lower()},
            _("The submission stays in the trail. Its coder can read the reason, change the codes and submit again."),
        ],
    )


@require_http_methods(["GET", "POST"])
@login_required
def pass_on(request: SignedInRequest, pk: int, assignment: int) -> HttpResponse:
    """Pass on one unit that a coder has in progress."""
    coding_round = led_round(request, pk)
    found = get_object_or_404(assignments_to_pass_on(coding_round, request.user), pk=assignment)
    form = PassOnForm(posted(request), coding_round=coding_round, other_than=found.coder_id)
    if submit(
        request,
        form,
        lambda: passing_on.pass_on(assignment=found, to=form.cleaned_data["coder"], by=request.user),
        success=_("Passed on."),
    ):
        return see_other("round-detail", pk)
    return form_page(
        request,
        "coding/round_form.html",
        form,
        round=coding_round,
        crumbs=crumbs_of(coding_round, _("Pass on")),
        title=_("Pass on a unit"),
        submit=_("Pass on"),
        explanation=[
            _("%(unit)s, in progress at %(coder)s.") % {"unit": found.round_unit.unit, "coder": found.coder},
            _("The codes that this coder applied stay, and count as not submitted. The memo is not passed on."),
        ],
    )


@require_http_methods(["GET", "POST"])
@login_required
def unit_give(request: SignedInRequest, pk: int, unit: int) -> HttpResponse:
    """Give a unit that waits for a coder to a named coder, also back to one who skipped it."""
    coding_round = led_round(request, pk)
    found = get_object_or_404(units_to_give(coding_round, request.user), pk=unit)
    form = GiveUnitForm(posted(request), coding_round=coding_round)
    if submit(
        request,
        form,
        lambda: passing_on.give_unit(
            round_unit=found, to=form.cleaned_data["coder"], reason=form.cleaned_data["reason"], by=request.user
        ),
        success=_("The unit is assigned."),
    ):
        return see_other("round-detail", pk)
    return form_page(
        request,
        "coding/round_form.html",
        form,
        round=coding_round,
        crumbs=crumbs_of(coding_round, _("Give to a coder")),
        title=_("Give a unit to a coder"),
        submit=_("Give the unit"),
        explanation=[
            str(found.unit),
            _("A coder who skipped the unit gets it back: the skip is reopened and stays in the trail."),
        ],
    )
