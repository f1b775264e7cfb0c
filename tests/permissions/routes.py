"""Every address of the site with its methods, read from the URL map and the OpenAPI document."""

from collections.abc import Iterator

from django.test import Client
from django.urls import URLPattern, get_resolver
from django.urls.resolvers import RoutePattern

from lipse_site import earlier_addresses
from rest.schema import document

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Reached by no link, or answering alike to everybody.
EXEMPT = {
    "components/": "the gallery of components, only there with debug on",
    "^api/": "the problem document of whatever is not there",
}


def patterns(node=None, prefix="") -> Iterator[tuple[str, URLPattern]]:
    """(route, pattern) of each address but those that only lead on; the route is what ResolverMatch.route says."""
    for entry in (node or get_resolver()).url_patterns:
        # Django leaves out the ^ of an expression that has something before it.
        route = prefix + (str(entry.pattern).removeprefix("^") if prefix else str(entry.pattern))
        if isinstance(entry, URLPattern):
            if route not in EXEMPT and entry not in earlier_addresses.urlpatterns:
                yield route, entry
        else:
            yield from patterns(entry, route)


def methods_of(pattern: URLPattern) -> set[str]:
    """The methods of an address, from its viewset, its class, or its answer to OPTIONS."""
    view = pattern.callback
    actions = getattr(view, "actions", None)
    if actions:
        return {name.upper() for name in actions if name.upper() in METHODS}
    if getattr(view, "cls", None):
        return {method for method in METHODS if hasattr(view.cls, method.lower())}
    if getattr(view, "view_class", None):
        # A FormView's PUT is its POST.
        return {method for method in ("GET", "POST") if hasattr(view.view_class, method.lower())}
    return set()


def page_methods(client: Client, address: str) -> set[str]:
    """Asked of a page itself: a view with require_http_methods refuses OPTIONS and names what it allows."""
    answer = client.options(address)
    return {method.strip() for method in answer.headers.get("Allow", "").split(",")} & set(METHODS)


def documented() -> set[tuple[str, str]]:
    """(method, path) of each operation of the OpenAPI document."""
    return {
        (method.upper(), path)
        for path, operations in document()["paths"].items()
        for method in operations
        if method.upper() in METHODS
    }


def as_documented(route: str) -> str:
    """A route as the OpenAPI document writes it: `<int:id>` is `{id}`."""
    variables = {name: f"{{{name}}}" for name in RoutePattern(route).converters}
    written = f"/{route}"
    for part in written.split("<")[1:]:
        inside = part.split(">")[0]
        written = written.replace(f"<{inside}>", variables[inside.split(":")[-1]])
    return written
