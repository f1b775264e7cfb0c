"""The list of organisations, for everyone who is signed in. (The page of one is in lipse_site/places.)"""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.filters import OrganisationFilter
from registry import selectors
from rest.listing import listing
from rest.replica import may_lag


@require_GET
@login_required
@may_lag
def organisation_list(request: HttpRequest) -> HttpResponse:
    found = listing(request, selectors.organisations(), OrganisationFilter)
    return render(request, "registry/organisation_list.html", {"listing": found}, status=found.status)
