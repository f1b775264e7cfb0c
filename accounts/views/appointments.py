"""Administrators for organisations that have none: one administrator proposes, another confirms."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, policies
from accounts.forms import AppointmentForm
from accounts.models import Appointment
from accounts.requests import SignedInRequest
from rest.forms import form_page, posted, press, see_other, submit


@require_http_methods(["GET", "POST"])
@login_required
def appointments(request: SignedInRequest) -> HttpResponse:
    """Open proposals, and the form that makes one."""
    policies.check_can_administer(request.user)
    form = AppointmentForm(posted(request))
    if submit(
        request,
        form,
        lambda: actions.propose_administrator(by=request.user, **form.cleaned_data),
        success=_("Proposed. An administrator of another organisation must confirm it."),
    ):
        return see_other("appointments")
    found = Appointment.objects.visible_to(request.user).open()
    rows = [
        (row, policies.can_confirm_appointment(request.user, row))
        for row in found.select_related("organisation", "person", "proposed_by")
    ]
    return form_page(request, "accounts/appointments.html", form, rows=rows)


@require_POST
@login_required
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    policies.check_can_administer(request.user)
    found = get_object_or_404(Appointment.objects.visible_to(request.user), pk=pk)
    press(
        request,
        lambda: actions.confirm_administrator(appointment=found, by=request.user),
        _("%(person)s is now an administrator of %(organisation)s.")
        % {"person": found.person, "organisation": found.organisation},
    )
    return see_other("appointments")


@require_POST
@login_required
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    policies.check_can_administer(request.user)
    found = get_object_or_404(Appointment.objects.visible_to(request.user), pk=pk)
    press(
        request,
        lambda: actions.decline_administrator(appointment=found, by=request.user),
        _("The proposal was declined."),
    )
    return see_other("appointments")
