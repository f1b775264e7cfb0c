"""Other ways to the data of a page: from a page of another site, and by `.json` or `.csv` after its address."""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import Resolver404, resolve

from rest import numbered, problems
from rest.filters import PAGING
from rest.lists import is_given, joined

READS = "GET, HEAD"
EXPOSED = (
    "ETag, RateLimit, RateLimit-Policy, Retry-After, Lipse-Rows, Lipse-Query, Lipse-Made-At, Repr-Digest, "
    "Content-Disposition, Link"
)
_APPENDED = re.compile(r"/(?!api/|static/)(?P<path>[a-z][\w/-]*?)/?\.(?P<form>json|csv)")
# What only a page reads.
_OF_PAGES = frozenset({"columns", "cursor", "from", "page", "view"})


# What a list reads and a file of all its rows does not.
_OF_LISTS = PAGING | {numbered.PARAMETER, "highlight", "explain"}


def site_of(request: HttpRequest) -> str:
    """The address of the site, without a slash at its end."""
    return request.build_absolute_uri("/").rstrip("/")


class PublicDataFromOtherSites:
    """A page of any site may read what everybody may read below /api/ (CORS): by GET, without cookies and tokens.

    An answer to somebody who is signed in never carries the header, and a request that would need leave for more than
    a plain GET is not given it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not problems.is_api(request) or "Origin" not in request.headers:
            return self.get_response(request)
        if request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers:
            allowed = {"Access-Control-Allow-Methods": READS, "Access-Control-Allow-Headers": "Accept, If-None-Match"}
            return HttpResponse(
                status=HTTPStatus.NO_CONTENT,
                headers={"Access-Control-Allow-Origin": "*", "Access-Control-Max-Age": "86400", **allowed},
            )
        response = self.get_response(request)
        is_somebody = "Authorization" in request.headers or settings.SESSION_COOKIE_NAME in request.COOKIES
        if request.method in ("GET", "HEAD") and not is_somebody:
            response["Access-Control-Allow-Origin"] = "*"
            response["Access-Control-Expose-Headers"] = EXPOSED
        return response


class AppendedFormats:
    """`/complaint-records.csv?country=NL`: the file of a list; `/case-studies/buren.json`: the same in the API.

    Where a page has the same address as its API path, which is so for all that have one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        found = _APPENDED.fullmatch(request.path_info) if request.method in ("GET", "HEAD") else None
        address = f"/api/v1/{found['path']}/{'export/' if found['form'] == 'csv' else ''}" if found else ""
        if not found or _name_of(request.path_info) is not None or not (_name_of(address) or "").startswith("api-"):
            return self.get_response(request)
        query = without_pages(request.GET.dict())
        if found["form"] == "csv":
            query = of_a_file(query, "csv")
        return HttpResponseRedirect(f"{address}{'?' if query else ''}{urlencode(query)}")


def without_pages(params: Mapping[str, object]) -> dict[str, str]:
    """Of the parameters of a page those that the API has too."""
    given = ((name, str(value)) for name, value in params.items())
    return {name: value for name, value in given if is_given(name, value) and name not in _OF_PAGES}


def of_a_file(query: Mapping[str, str], fmt: str) -> dict[str, str]:
    """The parameters of a file of the rows that the query finds: all of them, in an order of its own."""
    found = {name: value for name, value in query.items() if name == "fields" or name not in _OF_LISTS}
    if "format" in found:  # of the rows, such as a workshop; here it is that of the file
        found["format__in"] = joined([found["format"]])
    return {**found, "format": fmt}


def _name_of(path: str) -> str | None:
    """The name of the address, empty where it has none; None where nothing is there."""
    try:
        name = resolve(path).url_name or ""
    except Resolver404:
        return None
    return None if name == "api-nothing-here" else name
