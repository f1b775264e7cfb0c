"""Organisations, for everyone who is signed in, with the rows of datasets they were imported from."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.filters import OrganisationFilter
from registry import selectors
from rest.listing import listing
from rest.replica import may_lag
from standards.countries import country_names


@require_GET
@login_required
@may_lag
def organisation_list(request: HttpRequest) -> HttpResponse:
    found = listing(request, selectors.organisations(), OrganisationFilter)
    return render(request, "registry/organisation_list.html", {"listing": found}, status=found.status)


@require_GET
@login_required
@may_lag
def organisation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = get_object_or_404(selectors.organisations(), slug=slug)
    facts = [
        (_("Kind"), organisation.get_kind_display()),
        (_("Country"), country_names().get(organisation.country, "")),
        (_("Part of"), organisation.parent or ""),
        (_("ROR identifier"), organisation.ror),
    ]
    context = {"organisation": organisation, "facts": facts, "parts": organisation.children.all()}
    return render(request, "registry/organisation_detail.html", context)
