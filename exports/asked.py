"""The address of an export, asked by a program in the name of a person, as by the person: same checks, same rows."""

from urllib.parse import urlencode, urlsplit

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from rest_framework.request import Request

from accounts.models import User
from exports.viewsets import RESERVED, ExportMixin
from rest.filters import PAGING
from rest.lists import joined, with_whole_lists

_LONGEST = 20_000
_FORMAT, _FORMATS = "format", "format__in"
_OF_A_PAGE = (PAGING - {"fields"}) | {"format", "highlight", "explain"}


def canonical(address: str, *, counts: bool = False) -> str:
    """The address of the export of a list, without its host, of the export or of the list itself: the parameters in
    order, without those of pages and the format. With `counts` that of a file of counts, too. ValidationError where no
    list is there that can be exported."""
    parts = urlsplit(address.strip()[:_LONGEST])
    path = parts.path if parts.path.endswith("export/") else f"{parts.path.rstrip('/')}/export/"
    viewset, *_others = _found(path, counts=counts)
    query = QueryDict(parts.query, mutable=True)
    if path != parts.path and _FORMAT in query and _FORMATS in viewset.filterset_class.base_filters:
        # The list filters by a format of its rows; in the address of its export the word means that of the file.
        query.appendlist(_FORMATS, joined([str(query[_FORMAT])]))
    given = [(name, value) for name, values in with_whole_lists(query).lists() for value in values]
    params = sorted((name, value) for name, value in given if name not in _OF_A_PAGE)
    return f"{path}?{urlencode(params)}" if params else path


def address_to_cite(query: str) -> str:
    """What a citation of a canonical address names: that of the list, or of its export where there is no list."""
    path, mark, params = query.partition("?")
    viewset, *_others = _found(path, counts=True)
    listed = path.removesuffix("export/")
    actions = getattr(resolve(listed).func, "actions", None) or {}
    if actions.get("get") == "list" and not (viewset.reserved - RESERVED) & QueryDict(params).keys():
        return f"{listed}{mark}{params}"
    return f"{query}{'&' if mark else '?'}format=csv"


def check_has_a_page(query: str) -> None:
    """Raise ValidationError where the list of a canonical address has no page of its own."""
    path = urlsplit(query).path.removeprefix("/api/v1").removesuffix("export/")
    try:
        resolve(path)
    except Resolver404 as error:
        message = _("This list has no page.")
        raise ValidationError({"query": ValidationError(message, code="not_exported")}) from error


def view_of(query: str, person: User | AnonymousUser) -> ExportMixin:
    """The viewset of a canonical address, with a request of this person."""
    parts = urlsplit(query)
    viewset, action, kwargs, initkwargs = _found(parts.path, counts=True)
    http = HttpRequest()
    http.method, http.path, http.path_info, http.user = "GET", parts.path, parts.path, person
    http.GET = QueryDict(parts.query)
    http.META = {"QUERY_STRING": parts.query, "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    request = Request(http)
    request.user = person
    return viewset(request=request, action=action, args=(), kwargs=kwargs, format_kwarg=None, **initkwargs)


def _found(path: str, *, counts: bool) -> tuple[type[ExportMixin], str, dict[str, object], dict[str, object]]:
    message = _("This is no address of a list that can be exported, such as /api/v1/complaint-records/.")
    try:
        match = resolve(path)
    except Resolver404 as error:
        raise ValidationError({"query": ValidationError(message, code="not_exported")}) from error
    viewset = getattr(match.func, "cls", None)
    action = (getattr(match.func, "actions", None) or {}).get("get", "")
    if (
        viewset is None
        or not issubclass(viewset, ExportMixin)
        or not (action == "export" or (counts and action in viewset.count_files))
    ):
        raise ValidationError({"query": ValidationError(message, code="not_exported")})
    return viewset, action, match.kwargs, getattr(match.func, "initkwargs", {})
