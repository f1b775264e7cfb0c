"""Pages of all results, and of those of a country, policy sector, theme, organisation or institution."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lipse_site.places import selectors
from lipse_site.places.selectors import Part
from registry.models import PolicySector
from registry.selectors import organisations
from rest.citation import citation
from rest.links import link, link_to, links
from rest.replica import may_lag
from rest.vocabularies import THEME, offered
from standards.countries import country_names

PAGE = "places/overview.html"


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
    return _page(request, selectors.of_country(code), name)


@require_GET
@may_lag
def policy_sector(request: HttpRequest, slug: str) -> HttpResponse:
    sector = get_object_or_404(PolicySector, slug=slug)
    return _page(request, selectors.of_policy_sector(slug), str(sector))


@require_GET
@may_lag
def theme(request: HttpRequest, key: str) -> HttpResponse:
    label = dict(offered(THEME)).get(key)
    if label is None:
        raise Http404(_("No theme has this key."))
    return _page(request, selectors.of_theme(key), label)


@require_GET
@may_lag
def organisation(request: HttpRequest, slug: str) -> HttpResponse:
    """An organisation, for everyone: the registry holds nothing about persons."""
    found = get_object_or_404(organisations(), slug=slug)
    facts = [
        (_("Kind"), found.get_kind_display()),
        (_("Country"), _country_link(found.country)),
        (_("Part of"), link_to(found.parent)),
        (_("ROR identifier"), found.ror),
    ]
    more = {"organisation": found, "facts": facts, "children": found.children.all()}
    part = selectors.of_organisation(found, request.user)
    return _page(request, part, found.name, more, template="places/organisation.html")


@require_GET
@may_lag
def institution(request: HttpRequest, name: str) -> HttpResponse:
    """An ombudsman, audit office or regulator, by the name that its records have."""
    found = selectors.institution(name, request.user)
    if found is None:
        raise Http404(_("No institution of a record that you have access to has this name."))
    facts = [
        (_("Kind of institution"), ", ".join(found.kinds)),
        (_("Country"), links((label, reverse("country", args=[code])) for label, code in found.countries)),
        (_("Organisation"), links((each, each.get_absolute_url()) for each in found.organisations)),
    ]
    return _page(request, found.part, name, {"facts": facts})


def _country_link(code: str) -> str:
    return link(country_names().get(code, code), reverse("country", args=[code])) if code else ""


def _page(
    request: HttpRequest, part: Part, title: str, more: dict[str, object] | None = None, *, template: str = PAGE
) -> HttpResponse:
    context = {
        **selectors.overview(request, part),
        "title": title,
        "citation": citation(title, request.build_absolute_uri(request.path)),
        **(more or {}),
    }
    return render(request, template, context)
