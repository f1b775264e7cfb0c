"""The home page and the pages about the site."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.requests import SignedInRequest
from lipse_site.home import gallery, search, selectors
from rest.replica import may_lag


@require_GET
@may_lag
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home/home.html", selectors.home(request.user, request.GET.get("map", "")))


@require_GET
@may_lag
def search_page(request: HttpRequest) -> HttpResponse:
    """`q` is what is searched; without it the page has the form alone."""
    text = request.GET.get("q", "")
    return render(request, "home/search.html", {"text": text, "found": search.search(request, text)})


@require_GET
@login_required
def my_work(request: SignedInRequest) -> HttpResponse:
    return render(request, "home/my_work.html", selectors.my_work(request.user))


@require_GET
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "home/help.html")


@require_GET
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "home/accessibility.html")


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state, for developers."""
    if not settings.DEBUG:
        raise Http404(_("The gallery is shown in debug mode only."))
    for level, text in gallery.MESSAGES:
        messages.add_message(request, level, text)
    return render(request, "home/components.html", gallery.context())
