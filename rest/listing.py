"""A list as a page: the same FilterSet, queryset and paging as its API path, with addresses instead of JSON."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Generic, TypeVar, cast
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from rest import relevance
from rest.counts import BUDGET_MS, Count
from rest.filters import PAGING, StrictFilterSet
from rest.lists import is_given
from rest.paging import KeysetPage, url_with
from rest.problems import Errors, errors_of
from rest.walks import Walk

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Listing(Generic[M]):
    """What a list page shows. With a wrong query string it has `errors`, no rows, and `status` 400 for `render()`."""

    rows: list[M]
    filterset: StrictFilterSet
    next_url: str | None
    previous_url: str | None
    count: Count | None
    ordering: str
    path: str
    query: Mapping[str, str]
    walk: Walk | None = None
    errors: Errors = field(default_factory=list)

    @property
    def status(self) -> int:
        return HTTPStatus.BAD_REQUEST if self.errors else HTTPStatus.OK

    @property
    def is_filtered(self) -> bool:
        return bool(self.filterset.applied)

    @property
    def counted(self) -> str:
        """How many rows there are, as in “404,495 records” or “more than 10,000 records”; empty without a count."""
        if self.count is None:
            return ""
        return str(self.filterset.counted % {"count": self.count, "number": self.count.value})

    @cached_property
    def search_read_as(self) -> str:
        """How the search was read, as a sentence; empty without one."""
        read_as = None if self.errors else self.filterset.search_read_as
        return str(read_as["sentence"]) if read_as else ""

    @property
    def changed_meanwhile(self) -> str:
        """What changed after the first page was opened, as a sentence; empty where nothing did."""
        if self.walk is None or (self.walk.complete and not self.walk.changed_since_start):
            return ""
        if self.walk.complete:
            return _("The list has changed since you opened its first page: entries were added, removed or edited.")
        return _("The list has changed since you opened its first page: entries may be missing here, or appear twice.")

    @property
    def first_url(self) -> str:
        """The address of the first page."""
        return self.url_without("cursor")

    @property
    def can_be_ranked(self) -> bool:
        """Whether the rows can be ordered by relevance."""
        return self.filterset.has_full_text and is_given("search", self.query.get("search", "").strip())

    def url_without(self, name: str) -> str:
        """The address of this list without one filter, from its first page."""
        return self._url({n: v for n, v in self.query.items() if n not in (name, "cursor")})

    def _url(self, query: Mapping[str, str]) -> str:
        return f"{self.path}?{urlencode(query)}" if query else self.path

    @property
    def tags(self) -> list[dict[str, str]]:
        """Each active filter with label, value and the address without it."""
        labels = {name: str(f.label or name) for name, f in self.filterset.filters.items()}
        return [
            {
                "name": name,
                "label": labels.get(name, name),
                "value": self._shown(name, value) or _("nothing"),
                "url": self.url_without(name),
            }
            for name, value in self.filterset.applied.items()
        ]

    def _shown(self, name: str, value: str) -> str:
        choices = getattr(self.filterset.form.fields.get(name), "choices", ())
        return next((str(label) for key, label in choices if str(key) == value), value)


def errors_in(filterset: StrictFilterSet, *, reserved: Iterable[str] = ()) -> Errors:
    """The errors of a query string. `reserved` names parameters that the view reads itself."""
    try:
        filterset.check(reserved=frozenset(reserved))
    except ValidationError as error:
        return errors_of(error)
    return []


def _params(request: HttpRequest) -> QueryDict:
    """The query string. The form of a list by relevance keeps the order when its search is emptied: that means none."""
    if not relevance.is_asked(request.GET) or request.GET.get("search", "").strip():
        return request.GET
    params = request.GET.copy()
    params.pop("ordering")
    return params


def listing(
    request: HttpRequest,
    queryset: QuerySet[M],
    filterset_class: type[StrictFilterSet],
    *,
    page_size: int = 50,
    ordering_fields: Mapping[str, str] | None = None,
    default_ordering: str = "",
    extra: Iterable[str] = (),
    fields: Iterable[str] | None = None,
    params: QueryDict | None = None,
    path: str = "",
) -> Listing[M]:
    """The page of the list that the request's query string asks for. `extra` names parameters the view reads itself,
    `fields` the filters that the page shows, where it does not choose them by the form.

    A page that shows the beginning of another list gives its query string, `params`, and its address, `path`.
    """
    path = path or request.path
    params = _params(request) if params is None else params
    filterset = filterset_class(
        params, queryset=queryset, request=request, only_given=fields is not None, also=fields or ()
    )
    query = {name: text for name in params if isinstance(text := params[name], str) and is_given(name, text)}
    pager = KeysetPage(
        ordering_fields=ordering_fields or filterset_class.ordering_fields,
        default_ordering=default_ordering or filterset_class.default_ordering,
        view=f"page {path}",
        default_size=page_size,
        count_budget_ms=BUDGET_MS,
        walked=filterset_class.walked,
        counted=filterset.qs,
    )
    try:
        filterset.check(reserved=PAGING | set(extra))
        page = pager.paginate(cast("QuerySet[M]", filterset.listed), params)
    except ValidationError as error:
        return Listing([], filterset, None, None, None, pager.default_ordering, path, query, errors=errors_of(error))
    return Listing(
        rows=page.rows,
        filterset=filterset,
        next_url=url_with(path, query, page.next),
        previous_url=url_with(path, query, page.previous),
        count=page.count,
        ordering=page.ordering,
        path=path,
        query=query,
        walk=page.walk,
    )
