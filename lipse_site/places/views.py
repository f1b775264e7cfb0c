"""Pages of all results, of a country and of a policy sector."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from casestudies.models import CaseStudy
from lipse_site.places import selectors
from lipse_site.places.selectors import Part
from registry.models import PolicySector
from rest.replica import may_lag
from standards.countries import country_names


@require_GET
@may_lag
def overview(request: HttpRequest) -> HttpResponse:
    return _page(request, selectors.ALL, _("Results at a glance"))


@require_GET
@may_lag
def country(request: HttpRequest, code: str) -> HttpResponse:
    name = country_names().get(code)
    if name is None:
        raise Http404(_("No country has this code."))
    own = {"country": code}
    return _page(request, Part(own, own, own), name)


@require_GET
@may_lag
def policy_sector(request: HttpRequest, slug: str) -> HttpResponse:
    sector = get_object_or_404(PolicySector, slug=slug)
    return _page(request, Part({"sector": slug}, {"policy_sector": slug}, None), str(sector))


def _page(request: HttpRequest, part: Part, title: str) -> HttpResponse:
    cases = CaseStudy.objects.visible_to(request.user)
    if not part.is_all:
        path = {"country": "country", "sector": "sector__slug"}
        cases = cases.filter(**{path[name]: value for name, value in part.cases.items()})
    context = {
        **selectors.overview(request.user, part, cases),
        "title": title,
        "citation": selectors.citation(title, request.build_absolute_uri(request.path)),
    }
    return render(request, "places/overview.html", context)
