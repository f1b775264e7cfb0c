"""Facets of a list as links: a value with its count is added to the filters or taken out, several at a time.

One chosen value is `country=NL` in the address, several are `country__in=NL,BE`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.functional import Promise

from rest.lists import is_given, joined, members

# So many values stand below the heading of a facet; the others are unfolded, with a box to filter them.
SHOWN = 8
UNITS = 100


@dataclass(frozen=True)
class FacetLink:
    """A value and its address. A count of None is suppressed; without an address there is no filter for the value.

    share: length of the bar in hundredths of the longest one.
    """

    label: str
    count: int | None
    is_selected: bool
    url: str
    share: float = 0


@dataclass(frozen=True)
class FacetLinks:
    """The values of one field, those that are chosen first. `more` values are left out."""

    field: str
    title: str | Promise
    links: Sequence[FacetLink]
    more: int = 0
    timed_out: bool = False
    rounded_to: int | None = None

    @property
    def largest(self) -> int:
        """The largest count that is shown: the length of the longest bar."""
        return max((link.count or 0 for link in self.links), default=0)

    @property
    def first(self) -> Sequence[FacetLink]:
        return self.links[:SHOWN]

    @property
    def others(self) -> Sequence[FacetLink]:
        return self.links[SHOWN:]

    @property
    def has_choice(self) -> bool:
        """Whether it can narrow the list or is filtered already."""
        return self.timed_out or len(self.links) > 1 or any(link.is_selected for link in self.links)


def chosen(field: str, params: Mapping[str, str]) -> list[str]:
    """The values of a field that the query string asks for."""
    one = [value] if (value := params.get(field, "")) else []
    return one or members(params.get(f"{field}__in", ""))


def toggled(field: str, value: str, params: Mapping[str, str]) -> str:
    """The query string with a value of the field added or, where it is chosen, taken out; from the first page."""
    before = chosen(field, params)
    after = [each for each in before if each != value] if value in before else [*before, value]
    if not after:
        return narrowed(params, field, {})
    [*several, last] = after
    return narrowed(params, field, {f"{field}__in": joined(after)} if several else {field: last})


def narrowed(params: Mapping[str, str], field: str, own: Mapping[str, str]) -> str:
    """The query string with these filters of a field instead of its present ones, from the first page."""
    kept = {
        name: value
        for name, value in params.items()
        if is_given(name, value) and name not in ("cursor", "page", field) and not name.startswith(f"{field}__")
    }
    return f"?{urlencode({**kept, **own})}"


def in_order(links: Iterable[FacetLink]) -> list[FacetLink]:
    """The links as they are shown: those that are chosen first, each with the length of its bar."""
    listed = sorted(links, key=lambda link: not link.is_selected)
    most = max((link.count or 0 for link in listed), default=0)
    return [replace(link, share=round(UNITS * (link.count or 0) / most, 1) if most else 0) for link in listed]
