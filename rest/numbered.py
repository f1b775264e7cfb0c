"""Pages of a short list by number, "51-84 of 84". Pages of long lists are found by keyset (rest/paging.py)."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import TypeVar

from django.db.models import Model, QuerySet

from rest import keyset

M = TypeVar("M", bound=Model)
PARAMETER = "page"
# So many pages stand on each side of the present one; the first and the last are always there.
BESIDE = 2


@dataclass(frozen=True)
class Numbered:
    """Which of the pages of a list this is. number: from 1."""

    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, ceil(self.total / self.size))

    @property
    def first(self) -> int:
        """The position of the first row of the page, from 1."""
        return (self.number - 1) * self.size + 1

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)

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


def numbered(params: Mapping[str, str], size: int, total: int) -> Numbered:
    """The page that the query string asks for: the first without a number, the last where there are not so many."""
    text = params.get(PARAMETER, "")
    asked = int(text[:9]) if text.isascii() and text.isdigit() else 1
    return Numbered(min(max(1, asked), Numbered(1, size, total).pages), size, total)


def rows_of(page: Numbered, rows: QuerySet[M], ordering: str, allowed: Mapping[str, str]) -> list[M]:
    """The rows of the page. ValidationError where the list cannot be ordered so."""
    keys = keyset.keys_of(rows, ordering, allowed)
    return list(keyset.ordered(rows, keys, pinned=0)[page.first - 1 : page.last])
