"""Pages of a list, by keyset: the page after or before a row, never "skip half a million"."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Generic, TypeAlias, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import F, Model, QuerySet
from django.utils.translation import gettext as _

from rest import cursors, highlights, keyset, numbered, walks, windows
from rest.counts import Count, count, count_until
from rest.cursors import Cursor
from rest.filters import PAGING
from rest.horizon import must_have_reached
from rest.lists import is_given
from rest.matches import by_words, is_searched
from rest.numbered import Numbered
from rest.walks import BY_ROWS, Start, Walk, Walked

LARGEST_PAGE = 1000
DEFAULT_PAGE = 100
_UNBOUND = (PAGING | {highlights.PARAMETER, numbered.PARAMETER}) - {"ordering"}


M = TypeVar("M", bound=Model)
Row = TypeVar("Row")
Values: TypeAlias = tuple[object, ...]
# Reads a part of a queryset, annotated with key values of these names: rows, each with its key values.
Reading: TypeAlias = Callable[[QuerySet[M], list[str]], Iterable[tuple[Row, Values]]]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in order, the cursors of the neighbouring pages, how many rows there are in all, and, after the first page,
    what changed since it."""

    rows: list[Row]
    next: str | None
    previous: str | None
    count: Count | None
    ordering: str
    walk: Walk | None = None


class KeysetPage:
    """Cuts a queryset into pages.

    `params` is the query string (cursor, page_size, ordering, count and the filters it was narrowed by).
    """

    def __init__(
        self,
        *,
        ordering_fields: Mapping[str, str],
        default_ordering: str,
        view: str,
        default_size: int = DEFAULT_PAGE,
        counted_until: float | None = None,
        walked: Walked = BY_ROWS,
        named_by: str = "pk",
        counted: QuerySet[Model] | None = None,
    ) -> None:
        """counted_until: until when, by `time.monotonic()`, rows are counted, if nothing else is asked for.

        named_by: the field by which `Walk.changed` names rows. counted: the rows that are counted, if they are not
        those of the pages.
        """
        self.ordering_fields = ordering_fields
        self.default_ordering = default_ordering
        self.view = view
        self.default_size = default_size
        self.counted_until = counted_until
        self.walked = walked
        self.named_by = named_by
        self.counted = counted

    def paginate(self, queryset: QuerySet[M], params: Mapping[str, str]) -> Page[M]:
        """A page of model instances."""
        return self._page(queryset, params, _instances)

    def paginate_numbered(
        self, queryset: QuerySet[M], params: Mapping[str, str], at: Numbered | None, total: Count | None
    ) -> Page[M]:
        """The page of this number, or the first one, of a list that was counted (`total`). The rows before it are
        counted again, so it is slow far on."""
        return self._page(queryset, params, _instances, at, total, is_counted=True)

    def total(self, queryset: QuerySet[M], params: Mapping[str, str]) -> Count | None:
        """How many rows there are, as far as that is asked for and can be said in time."""
        counted = queryset if self.counted is None else self.counted
        if self.counted_until is not None and self._is_counted_until(params):
            return count_until(counted, self.counted_until)
        return count(counted, params.get("count", ""))

    def _is_counted_until(self, params: Mapping[str, str]) -> bool:
        return self.counted_until is not None and not params.get("count", "")

    def paginate_values(
        self,
        queryset: QuerySet[M],
        params: Mapping[str, str],
        read: Callable[[QuerySet[M], list[str]], Iterable[Values]],
    ) -> Page[Values]:
        """A page of tuples. `read` makes them of a queryset: its own columns, then those of the names it is given."""

        def values(part: QuerySet[M], names: list[str]) -> Iterable[tuple[Values, Values]]:
            return ((row[: -len(names)], row[-len(names) :]) for row in read(part, names))

        return self._page(queryset, params, values)

    def _page(
        self,
        queryset: QuerySet[M],
        params: Mapping[str, str],
        read: "Reading[M, Row]",
        at: Numbered | None = None,
        total: Count | None = None,
        *,
        is_counted: bool = False,
    ) -> Page[Row]:
        size = page_size(params, self.default_size)
        ordering = params.get("ordering", "") or self.default_ordering
        keys = keyset.keys_of(queryset, ordering, self.ordering_fields)
        bound_to = keyset.fingerprint(self.view, ordering, _filters(params))
        given = params.get("cursor", "")
        cursor = cursors.decode(given, bound_to=bound_to) if given else None
        if cursor and cursor.start:
            must_have_reached(cursor.start.below)
        # Nothing follows a page that is the whole list.
        begun = None if cursor or (at and at.is_whole) else walks.begin()
        if not is_counted:
            total = self.total(queryset, params)
        if at and at.number > 1 and at.is_short:
            cursor, found = Cursor(()), _by_place(queryset, keys, at, read)
        else:
            if at and at.number > 1:
                before = _rows(queryset, keys, None, at.first - 1, _only_keys, total=total)
                cursor = Cursor(before[-1][1]) if before else None
            found = _rows(queryset, keys, cursor, size + 1, read, total=total)
        following, preceding = _neighbours(found, size, cursor)
        rows = found[:size]
        if cursor and cursor.backwards:
            rows.reverse()
        if total is None and self._is_counted_until(params):
            total = _seen(len(rows), is_all=not (following or preceding))
        walk = self._walk(queryset, keys, cursor, total, is_last=following is None)
        start = walk.start if walk else begun and replace(begun, count=total.value if total and total.exact else None)
        return Page(
            rows=[row for row, _key in rows],
            next=_encoded(following, start, bound_to),
            previous=_encoded(preceding, start, bound_to),
            count=total,
            ordering=ordering,
            walk=walk,
        )

    def _walk(
        self,
        queryset: QuerySet[M],
        keys: list[keyset.Key],
        cursor: Cursor | None,
        total: Count | None,
        *,
        is_last: bool,
    ) -> Walk | None:
        """Call it after the rows of the page were read."""
        if cursor is None or cursor.start is None:
            return None
        primary = ("pk", queryset.model._meta.pk.name)
        safe = next((name for name, path in self.ordering_fields.items() if path in primary), "")
        return self.walked.walk(
            queryset, keys, cursor.start, total, is_last=is_last, named_by=self.named_by, safe_ordering=safe
        )


def page_size(params: Mapping[str, str], default: int) -> int:
    """The number of rows that the query string asks for. ValidationError where it is none that is allowed."""
    text = params.get("page_size", "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LARGEST_PAGE):
        message = _("Enter a whole number from 1 to %(most)d.") % {"most": LARGEST_PAGE}
        raise ValidationError({"page_size": ValidationError(message, code="invalid")})
    return int(text)


def url_with(path: str, params: Mapping[str, str], cursor: str | None, *, name: str = "cursor") -> str | None:
    """The address of a neighbouring page: the same query string with another cursor, which is the parameter `name`."""
    if cursor is None:
        return None
    pairs = [(one, params[one]) for one in params if one != name and is_given(one, params[one])]
    return f"{path}?{urlencode([*pairs, (name, cursor)])}"


def _filters(params: Mapping[str, str]) -> str:
    many = getattr(params, "getlist", None)
    pairs = [(name, many(name) if many else [params[name]]) for name in sorted(params) if name not in _UNBOUND]
    return urlencode([(name, values) for name, values in pairs if values != [""]], doseq=True)


def beside(
    queryset: QuerySet[M], pk: object, *, ordering: str, ordering_fields: Mapping[str, str]
) -> tuple[M | None, M | None]:
    """The rows of a list before and behind the row of this primary key; nothing where the list does not have that.

    ValidationError where the ordering is none of the list."""
    keys = keyset.keys_of(queryset, ordering, ordering_fields)
    values = queryset.filter(pk=pk).values_list(*(key.path for key in keys)).first()
    if values is None:
        return None, None
    cursors = Cursor(values, backwards=True), Cursor(values)
    before, behind = (_rows(queryset, keys, cursor, 1, _instances, total=None) for cursor in cursors)
    return before[0][0] if before else None, behind[0][0] if behind else None


def _seen(number: int, *, is_all: bool) -> Count | None:
    """How many rows a list has of which nothing is known but a page: so many, or more than that."""
    return Count(number, exact=is_all) if number else None


def _encoded(cursor: Cursor | None, start: Start | None, bound_to: str) -> str | None:
    return cursors.encode(replace(cursor, start=start), bound_to=bound_to) if cursor else None


def _instances(part: QuerySet[M], names: list[str]) -> Iterable[tuple[M, Values]]:
    return ((row, tuple(getattr(row, name) for name in names)) for row in part)


def _keyed(queryset: QuerySet[M], keys: list[keyset.Key]) -> tuple[QuerySet[M], list[str]]:
    """The queryset with the values of the keys, and their names."""
    names = [f"_key_{i}" for i in range(len(keys))]
    return queryset.annotate(**{name: F(key.path) for name, key in zip(names, keys, strict=True)}), names


def _by_place(
    queryset: QuerySet[M], keys: list[keyset.Key], at: Numbered, read: "Reading[M, Row]"
) -> list[tuple[Row, Values]]:
    """The rows of a page of a short list and the one that follows, in one statement."""
    keyed, names = _keyed(queryset, keys)
    with by_words(queryset.db) if is_searched(queryset) else nullcontext():
        return list(read(keyset.ordered(keyed, keys, pinned=0)[at.first - 1 : at.first + at.size], names))


def _only_keys(part: QuerySet[M], names: list[str]) -> Iterable[tuple[None, Values]]:
    return ((None, values) for values in part.values_list(*names))


def _rows(
    queryset: QuerySet[M],
    keys: list[keyset.Key],
    cursor: Cursor | None,
    wanted: int,
    read: "Reading[M, Row]",
    *,
    total: Count | None,
) -> list[tuple[Row, Values]]:
    """Up to `wanted` rows in reading direction, each with its key values."""
    direction = [key.reversed() for key in keys] if cursor and cursor.backwards else keys
    if cursor is None:
        segments = keyset.all_segments(direction)
    elif len(cursor.values) != len(keys):
        raise ValidationError({"cursor": ValidationError(_("This is not a valid cursor."), code="bad_cursor")})
    else:
        segments = keyset.segments_after(direction, cursor.values, inclusive=cursor.inclusive)
    keyed, names = _keyed(queryset, keys)
    found: list[tuple[Row, Values]] = []
    for segment in segments:
        for piece in windows.pieces(keyed, segment, direction, wanted - len(found), total):
            with piece.plan:
                found += read(keyset.ordered(piece.rows, direction, segment.pinned)[: wanted - len(found)], names)
            if len(found) >= wanted:
                return found
    return found


def _neighbours(
    found: list[tuple[Row, Values]], size: int, cursor: Cursor | None
) -> tuple[Cursor | None, Cursor | None]:
    """Cursors of the next and the previous page."""
    backwards = cursor is not None and cursor.backwards
    shown = found[:size]
    has_more = len(found) > size
    if not shown:
        if cursor is None:
            return None, None
        back = Cursor(cursor.values, backwards=not backwards, inclusive=not cursor.inclusive)
        return (back, None) if backwards else (None, back)
    ahead = Cursor(shown[-1][1], backwards=backwards) if has_more else None
    behind = Cursor(shown[0][1], backwards=not backwards) if cursor else None
    return (behind, ahead) if backwards else (ahead, behind)
