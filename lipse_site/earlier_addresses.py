"""Page addresses of earlier versions: permanent redirects to the present address, with the query string."""

from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import URLPattern, path, re_path
from django.views.generic import RedirectView

# The first part of an earlier address, and of the present one.
MOVED = {
    "cases/": "case-studies/",
    "notes/": "field-notes/",
    "records/": "complaint-records/",
    "coding/assignments/": "assignments/",
    "coding/": "assignments/",
}

# Earlier address of a single page, and the name of the page.
RENAMED = {"contributions/<int:pk>/fate/": "contribution-decision"}


def _redirect(earlier: str, now: str) -> URLPattern:
    def moved(request: HttpRequest, rest: str) -> HttpResponsePermanentRedirect:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(f"/{now}{rest}{'?' if query else ''}{query}")

    return re_path(rf"^{earlier}(?P<rest>.*)$", moved)


urlpatterns: list[URLPattern] = [_redirect(earlier, now) for earlier, now in MOVED.items()] + [
    path(address, RedirectView.as_view(pattern_name=name, permanent=True, query_string=True))
    for address, name in RENAMED.items()
]
