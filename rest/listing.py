"""A list as a page: the same FilterSet, queryset and paging as its API path, with addresses instead of JSON."""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from http import HTTPStatus
from typing import Generic, TypeVar, cast
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from rest import numbered, relevance
from rest.counts import BUDGET_MS, Count
from rest.filters import PAGING, StrictFilterSet
from rest.lists import ENDINGS, is_given, members
from rest.matches import is_searched
from rest.numbered import Numbered
from rest.paging import KeysetPage, url_with
from rest.paging import page_size as page_size_of
from rest.problems import Errors, errors_of
from rest.walks import Walk

M = TypeVar("M", bound=Model)
_OF_A_PAGE = frozenset({"cursor", numbered.PARAMETER})


@dataclass(frozen=True)
class Listing(Generic[M]):
    """What a list page shows. With a wrong query string it has `errors`, the rows of the whole list, and `status` 400
    for `render()`. `page` says which page it is, where that is known."""

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
    page: Numbered | None = None

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
        counted = str(self.filterset.counted % {"count": self.count, "number": self.count.value})
        if self.page is None or self.page.is_whole or not self.rows:
            return counted
        return _("%(first)s-%(last)s of %(counted)s") % {
            "first": f"{self.page.first:,}", "last": f"{self.page.last:,}", "counted": counted,
        }  # fmt: skip

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

    def query_without(self, names: Collection[str]) -> list[tuple[str, str]]:
        """The query string without these parameters: what a form with fields for them keeps beside them, to lead to a
        first page."""
        return [(name, value) for name, value in self.query.items() if name not in {*names, *_OF_A_PAGE}]

    def url_without(self, name: str) -> str:
        """The address of this list without one filter, from its first page."""
        return self._url({n: v for n, v in self.query.items() if n not in {name, *_OF_A_PAGE}})

    def url_with(self, name: str, value: str) -> str:
        """The address of this list with one parameter changed, from its first page."""
        kept = {n: v for n, v in self.query.items() if n not in {name, *_OF_A_PAGE}}
        return self._url({**kept, name: value})

    @property
    def page_links(self) -> list[tuple[int | None, str]]:
        """Number and address of the pages that are shown; None where some are left out."""
        if self.page is None or self.page.pages == 1:
            return []
        return [(n, self.url_with(numbered.PARAMETER, str(n)) if n else "") for n in self.page.shown]

    def _url(self, query: Mapping[str, str]) -> str:
        return f"{self.path}?{urlencode(query)}" if query else self.path

    @property
    def tags(self) -> list[dict[str, str]]:
        """Each active filter with label, value and the address without it."""
        return [tag | {"url": self.url_without(tag["name"])} for tag in tags_of(self.filterset)]


def tags_of(filterset: StrictFilterSet) -> list[dict[str, str]]:
    """Each active filter with its name, label and value in words."""
    labels = {name: str(f.label or name) for name, f in filterset.filters.items()}
    return [
        {"name": name, "label": labels.get(name, name), "value": _shown(filterset, name, value) or _("nothing")}
        for name, value in filterset.applied.items()
    ]


def _shown(filterset: StrictFilterSet, name: str, value: str) -> str:
    offered = getattr(filterset.form.fields.get(name), "choices", ())
    choices = {str(key): str(label) for key, label in offered}
    texts = members(value) if name.endswith(ENDINGS) else [value]
    return ", ".join(choices.get(text, text) for text in texts)


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
    until: float | None = None,
) -> Listing[M]:
    """The page of the list that the request's query string asks for. `extra` names parameters the view reads itself,
    `fields` the filters that the page shows, where it does not choose them by the form. until: when, by
    `time.monotonic()`, counting ends.

    A page that shows the beginning of another list gives its query string, `params`, and its address, `path`.
    """
    path = path or request.path
    params = _params(request) if params is None else params
    filterset = filterset_class(
        params, queryset=queryset, request=request, only_given=fields is not None, also=fields or ()
    )
    pager = KeysetPage(
        ordering_fields=ordering_fields or filterset_class.ordering_fields,
        default_ordering=default_ordering or filterset_class.default_ordering,
        view=f"page {path}",
        default_size=page_size,
        counted_until=time.monotonic() + BUDGET_MS / 1000 if until is None else until,
        walked=filterset_class.walked,
        counted=filterset.qs,
    )
    try:
        filterset.check(reserved=PAGING | {numbered.PARAMETER, *extra})
        return _read(filterset, pager, params, path)
    except ValidationError as error:
        whole = filterset_class(
            {}, queryset=queryset, request=request, only_given=fields is not None, also=fields or ()
        )
        pager.counted = whole.qs
        found: Listing[M] = _read(whole, pager, QueryDict(), path)
        return replace(found, errors=errors_of(error))


def _read(filterset: StrictFilterSet, pager: KeysetPage, params: QueryDict, path: str) -> Listing[M]:
    """The page of a list whose query string has no errors."""
    rows = cast("QuerySet[M]", filterset.listed)
    query = {name: text for name in params if isinstance(text := params[name], str) and is_given(name, text)}
    size = page_size_of(params, pager.default_size)
    found_by_words = is_searched(rows)
    if "cursor" in query:
        cut = pager.paginate(rows, params)
        page = numbered.reached(params, size, cut.count, len(cut.rows), is_searched=found_by_words)
    else:
        total = pager.total(rows, params)
        page = numbered.numbered(params, size, total, is_searched=found_by_words) if total else None
        cut = pager.paginate_numbered(rows, params, page, total)
    return Listing(
        rows=cut.rows,
        filterset=filterset,
        next_url=_beside(path, query, cut.next, page, 1),
        previous_url=_beside(path, query, cut.previous, page, -1),
        count=cut.count,
        ordering=cut.ordering,
        path=path,
        query=query,
        walk=cut.walk,
        page=page,
    )


def _beside(path: str, query: Mapping[str, str], cursor: str | None, page: Numbered | None, step: int) -> str | None:
    """The address of the next or the previous page, found from a row of this one, with its number."""
    kept = {name: text for name, text in query.items() if name != numbered.PARAMETER}
    number = page.number + step if page else 0
    return url_with(path, kept | ({numbered.PARAMETER: str(number)} if number > 0 else {}), cursor)
