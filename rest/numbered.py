"""Numbers of the pages of a list, "51-84 of 84". Rows are found by keyset (rest/paging.py); the numbers lead to pages
near the beginning, which are found by counting rows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import ceil

from rest.counts import EXACT_UP_TO, Count

PARAMETER = "page"
# So many pages stand on each side of the present one; the first and the last are always there.
BESIDE = 2
# Farther on in a longer list, rows are not counted to find a page: it is reached from the page before it.
MOST_ROWS = 5_000


@dataclass(frozen=True)
class Numbered:
    """Which of the pages of a list this is. number: from 1. rows: how many it has, where that is known. reach: of how
    many rows the pages have numbers that lead to them."""

    number: int
    size: int
    total: int
    rows: int | None = None
    reach: int = EXACT_UP_TO

    @property
    def pages(self) -> int:
        """How many pages have numbers that lead to them."""
        return max(1, ceil(min(self.total, self.reach) / self.size))

    @property
    def first(self) -> int:
        """The position of the first row of the page, from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        if self.rows is not None:
            return self.first + self.rows - 1
        return min(self.number * self.size, self.total)

    @property
    def is_whole(self) -> bool:
        """Whether the page is the whole list."""
        return self.number == 1 and self.total <= self.size

    @property
    def is_short(self) -> bool:
        """Whether every page of the list has a number that leads to it."""
        return self.total <= self.reach

    @property
    def shown(self) -> list[int | None]:
        """The numbers that are shown, in order; None where some are left out."""
        near = range(max(1, self.number - BESIDE), min(self.pages, self.number + BESIDE) + 1)
        numbers = sorted({1, *near, self.pages})
        shown: list[int | None] = []
        for number in numbers:
            if shown and shown[-1] != number - 1:
                shown.append(None)
            shown.append(number)
        return shown


def numbered(params: Mapping[str, str], size: int, total: Count, *, is_searched: bool = False) -> Numbered:
    """The page that the query string asks for: the first without a number, the last where there are not so many.

    is_searched: finding a row of the list by its place is slow if many are found.
    """
    page = Numbered(1, size, total.value, reach=_reach(total, is_searched=is_searched))
    return replace(page, number=min(_asked(params) or 1, page.pages))


def reached(
    params: Mapping[str, str], size: int, total: Count | None, rows: int, *, is_searched: bool = False
) -> Numbered | None:
    """The page that was reached from the one before or after it; nothing where its number is not known."""
    number = _asked(params)
    if total is None or not number or not rows or (total.exact and number > ceil(total.value / size)):
        return None
    return Numbered(number, size, total.value, rows, reach=_reach(total, is_searched=is_searched))


def _reach(total: Count, *, is_searched: bool) -> int:
    if total.exact and total.value <= EXACT_UP_TO:
        return EXACT_UP_TO
    return 0 if is_searched else MOST_ROWS


def _asked(params: Mapping[str, str]) -> int:
    """The number in the query string, from 1; 0 where there is none."""
    text = params.get(PARAMETER, "")
    return int(text[:9]) if text.isascii() and text.isdigit() else 0
