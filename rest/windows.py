"""The first rows of a list that match the words of a search, found in the list piece by piece (ADR 0115).

PostgreSQL can walk a list in its order until enough rows match, or find all that match and sort them. Which is quicker
depends on where in the list the matches are, which it does not know: a page of one row took 7 s where the word is
only in the newest rows. So the question is asked of the first rows of the list, then of sixteen times as many, where
neither plan can be slow; and of the rest, which is long and has few matches near its beginning, all matches are sorted.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, Q, QuerySet

from rest.counts import Count
from rest.keyset import Key, RowComparison, Segment, ordered
from rest.matches import by_words

M = TypeVar("M", bound=Model)
# Rows of the list in the first piece, at least and for each row that is wanted; how pieces grow; the longest one.
FIRST, FOR_EACH, GROWTH, LONGEST = 64, 4, 16, 50_000
# So few matches are found and sorted at once.
FEW = 10_000


@dataclass(frozen=True)
class Piece(Generic[M]):
    """Rows of the list between two places of its order, and how they are to be read."""

    rows: QuerySet[M]
    plan: AbstractContextManager[None] = field(default_factory=nullcontext)


def pieces(
    rows: QuerySet[M], segment: Segment, keys: Sequence[Key], wanted: int, total: Count | None
) -> Iterator[Piece[M]]:
    """The rows of a segment in consecutive pieces, in the order of the keys; one piece where nothing is searched for.

    `rows.among`, where a queryset has it, is the list that it was searched in. total: the number of matches, if known.
    """
    part = rows if segment.condition is None else rows.filter(segment.condition)
    among: QuerySet[M] | None = getattr(rows, "among", None)
    if among is None or not _is_indexed(among, keys):
        yield Piece(part)
        return
    among = among if segment.condition is None else among.filter(segment.condition)
    after = Q()
    few = total is not None and total.exact and total.value <= FEW
    length = LONGEST + 1 if few or not _can_be_cut(keys) else max(FIRST, FOR_EACH * wanted)
    while length <= LONGEST:
        paths = [key.path for key in keys]
        end = ordered(among.filter(after), keys, segment.pinned).values_list(*paths)[length - 1 : length].first()
        if end is None or None in end:
            break
        until = Q(RowComparison([key.reversed() for key in keys], end, or_equal=True))
        yield Piece(part.filter(after, until))
        after = Q(RowComparison(keys, end))
        length *= GROWTH
    yield Piece(part.filter(after), by_words(rows.db))


def _is_indexed(among: QuerySet[M], keys: Sequence[Key]) -> bool:
    """Whether the list is ordered by a column; ordered by relevance, all matches have to be found anyway."""
    try:
        among.model._meta.get_field(keys[0].path)
    except FieldDoesNotExist:
        return keys[0].path == "pk"
    return True


def _can_be_cut(keys: Sequence[Key]) -> bool:
    return len({key.descending for key in keys}) == 1 and not any(key.nullable for key in keys[1:])
