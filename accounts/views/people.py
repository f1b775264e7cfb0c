"""People and organisations, for administrators."""

from typing import Any

from allauth.account.forms import ResetPasswordForm
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions, policies
from accounts.filters import AuditFilter, PersonFilter
from accounts.forms import OrganisationForm, PersonForm, RolesForm
from accounts.models import AuditEvent, Membership, User
from registry.models import Organisation
from rest.listing import listing


def _people(request: HttpRequest) -> QuerySet[User]:
    memberships = Membership.objects.select_related("organisation")
    return User.objects.administered_by(request.user).prefetch_related(Prefetch("memberships", memberships))


def _organisations(request: HttpRequest) -> QuerySet[Organisation]:
    """Those whose people this administrator may change."""
    return Organisation.objects.filter(pk__in=policies.administered_organisations(request.user))


@login_required
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    policies.check_can_administer(request.user)
    found = listing(request, _people(request), PersonFilter)
    return render(request, "accounts/people.html", {"listing": found}, status=found.status)


@login_required
@require_http_methods(["GET", "POST"])
def person_new(request: HttpRequest) -> HttpResponse:
    policies.check_can_administer(request.user)
    form = PersonForm(request.POST or None, organisations=_organisations(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            person = actions.invite_person(
                username=data["username"],
                name=data["name"],
                email=data["email"],
                organisation=data["organisation"],
                roles=data["roles"],
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _send_invitation(request, person)
            messages.success(request, f"{person} can choose a password by the link sent to {person.email}.")
            return redirect("person-detail", username=person.username)
    return render(request, "accounts/person_new.html", {"form": form}, status=422 if request.method == "POST" else 200)


def _send_invitation(request: HttpRequest, person: User) -> None:
    reset = ResetPasswordForm({"email": person.email})
    if reset.is_valid():
        reset.save(request)


def _roles_held(request: HttpRequest, person: User) -> dict[str, Any]:
    """What the form of roles begins with: the person's first membership that this administrator may change."""
    mine = policies.administered_organisations(request.user)
    held = next((m for m in person.memberships.all() if m.organisation_id in mine), None)
    return {"organisation": held.organisation.slug, "roles": held.roles} if held else {}


@login_required
@require_http_methods(["GET", "POST"])
def person_detail(request: HttpRequest, username: str) -> HttpResponse:
    policies.check_can_administer(request.user)
    person = get_object_or_404(_people(request), username=username)
    form = RolesForm(request.POST or None, organisations=_organisations(request), initial=_roles_held(request, person))
    if request.method == "POST" and form.is_valid():
        actions.set_roles(person=person, by=request.user, **form.cleaned_data)
        messages.success(request, f"Roles of {person} at {form.cleaned_data['organisation']} are set.")
        return redirect("person-detail", username=person.username)
    context = {"person": person, "form": form, "can_edit": policies.can_edit_person(request.user, person)}
    return render(request, "accounts/person.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_POST
def person_deactivate(request: HttpRequest, username: str) -> HttpResponse:
    policies.check_can_administer(request.user)
    person = get_object_or_404(_people(request), username=username)
    try:
        actions.deactivate_person(person=person, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"{person} is signed out everywhere and cannot sign in.")
    return redirect("person-detail", username=username)


@login_required
@require_POST
def person_reactivate(request: HttpRequest, username: str) -> HttpResponse:
    policies.check_can_administer(request.user)
    person = get_object_or_404(_people(request), username=username)
    actions.reactivate_person(person=person, by=request.user)
    messages.success(request, f"{person} can sign in again.")
    return redirect("person-detail", username=username)


@login_required
@require_http_methods(["GET", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    policies.check_can_administer(request.user)
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        organisation = actions.create_organisation(by=request.user, **form.cleaned_data)
        messages.success(request, f"{organisation} can now have people.")
        return redirect("people")
    return render(
        request, "accounts/organisation_new.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


@login_required
@require_GET
def audit_trail(request: HttpRequest) -> HttpResponse:
    policies.check_can_administer(request.user)
    events = AuditEvent.objects.visible_to(request.user).select_related("actor")
    found = listing(request, events, AuditFilter)
    return render(request, "accounts/audit_trail.html", {"listing": found}, status=found.status)
