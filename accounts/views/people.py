"""People and organisations, for administrators."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from kombu.exceptions import OperationalError

from accounts import actions, policies
from accounts.filters import AuditFilter, PersonFilter
from accounts.forms import OrganisationForm, PersonForm, RolesForm
from accounts.models import AuditEvent, Device, Membership, Organisation, User
from accounts.password_links import mail_is_off
from accounts.requests import SignedInRequest
from accounts.tasks import ask_for_password_link
from rest.forms import form_page, posted, press, see_other, submit
from rest.listing import listing


def _people(request: SignedInRequest) -> QuerySet[User]:
    memberships = Membership.objects.select_related("organisation")
    return User.objects.administered_by(request.user).prefetch_related(Prefetch("memberships", memberships))


def _organisations(request: SignedInRequest) -> QuerySet[Organisation]:
    """Organisations whose people this administrator may edit."""
    return Organisation.objects.filter(pk__in=policies.administered_organisations(request.user))


@require_GET
@login_required
def people(request: SignedInRequest) -> HttpResponse:
    policies.check_can_administer(request.user)
    found = listing(request, _people(request), PersonFilter)
    return render(request, "accounts/people.html", {"listing": found}, status=found.status)


@require_http_methods(["GET", "POST"])
@login_required
def person_new(request: SignedInRequest) -> HttpResponse:
    policies.check_can_administer(request.user)
    form = PersonForm(posted(request), organisations=_organisations(request))
    if done := submit(
        request,
        form,
        lambda: _invite(form, request.user),
    ):
        _send_invitation(request, done.result)
        return see_other("person-detail", done.result.username)
    return form_page(request, "accounts/person_new.html", form)


def _invite(form: PersonForm, by: User) -> User:
    data = form.cleaned_data
    return actions.invite_person(
        username=data["username"],
        name=data["name"],
        email=data["email"],
        organisation=data["organisation"],
        roles=data["roles"],
        by=by,
    )


def _send_invitation(request: SignedInRequest, person: User) -> None:
    named = {"person": person, "email": person.email}
    if mail_is_off():
        message = _("%(person)s was added, but this site cannot send email. Ask its operator to set a password.")
        messages.warning(request, message % named)
        return
    try:
        ask_for_password_link(request, person.email)
    except OperationalError:
        message = _("%(person)s was added, but the link could not be sent. They can ask for one at sign-in later.")
        messages.warning(request, message % named)
        return
    message = _("%(person)s can choose a password by the link sent to %(email)s.")
    messages.success(request, message % named)


@require_http_methods(["GET", "POST"])
@login_required
def person_detail(request: SignedInRequest, username: str) -> HttpResponse:
    policies.check_can_administer(request.user)
    person = get_object_or_404(_people(request), username=username)
    form = RolesForm(posted(request), organisations=_organisations(request), person=person)
    if submit(
        request,
        form,
        lambda: actions.set_roles(person=person, by=request.user, **form.cleaned_data),
        success=lambda _done: (
            _("The roles of %(person)s at %(organisation)s were saved.")
            % {"person": person, "organisation": form.cleaned_data["organisation"]}
        ),
    ):
        return see_other("person-detail", person.username)
    can_edit = policies.can_edit_person(request.user, person)
    devices = Device.objects.visible_to(request.user).filter(person=person).with_received().order_by("-pk")[:100]
    return form_page(request, "accounts/person.html", form, person=person, can_edit=can_edit, devices=devices)


@require_POST
@login_required
def person_deactivate(request: SignedInRequest, username: str) -> HttpResponse:
    policies.check_can_administer(request.user)
    person = get_object_or_404(_people(request), username=username)
    press(
        request,
        lambda: actions.deactivate_person(person=person, by=request.user),
        _("%(person)s was signed out everywhere and cannot sign in.") % {"person": person},
    )
    return see_other("person-detail", username)


@require_POST
@login_required
def person_reactivate(request: SignedInRequest, username: str) -> HttpResponse:
    policies.check_can_administer(request.user)
    person = get_object_or_404(_people(request), username=username)
    press(
        request,
        lambda: actions.reactivate_person(person=person, by=request.user),
        _("%(person)s can sign in again.") % {"person": person},
    )
    return see_other("person-detail", username)


@require_http_methods(["GET", "POST"])
@login_required
def organisation_new(request: SignedInRequest) -> HttpResponse:
    policies.check_can_administer(request.user)
    form = OrganisationForm(posted(request))
    if submit(
        request,
        form,
        lambda: actions.create_organisation(by=request.user, **form.cleaned_data),
        success=lambda organisation: _("%(organisation)s can now have people.") % {"organisation": organisation},
    ):
        return see_other("people")
    return form_page(request, "accounts/organisation_new.html", form)


@require_GET
@login_required
def audit_trail(request: SignedInRequest) -> HttpResponse:
    policies.check_can_administer(request.user)
    events = AuditEvent.objects.visible_to(request.user).select_related("actor")
    found = listing(request, events, AuditFilter)
    return render(request, "accounts/audit_trail.html", {"listing": found}, status=found.status)
