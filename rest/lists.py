"""Lists in a query string: `a,b`; a member with a comma or a quotation mark in double quotes, those in it doubled.

The form of CSV (RFC 4180, one record), so that `"EQUIFAX, INC.",b` has two members.
"""

import csv
import io
from collections.abc import Iterable
from typing import TypeVar, cast

from django.http import QueryDict

# The ends of the names of parameters that take a list.
ENDINGS = ("__in", "__not")
Query = TypeVar("Query", bound=QueryDict)


def members(text: str) -> list[str]:
    """The members of a list; of an empty text none.

    ValueError for a quotation mark that is not closed or is followed by text, and for a line break outside of them.
    """
    if not text:
        return []
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True))
    except csv.Error as error:
        raise ValueError(str(error)) from error
    if len(rows) != 1 or not rows[0]:
        raise ValueError("line break outside of quotation marks")
    return rows[0]


def joined(texts: Iterable[str]) -> str:
    """The list that `members` reads."""
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="").writerow(texts)
    return written.getvalue()


def is_given(name: str, value: str | None) -> bool:
    """Whether a parameter says something: an empty list finds nothing; another empty one was left open in a form."""
    return value not in ("", None) or name.endswith(ENDINGS)


def with_whole_lists(query: Query) -> Query:
    """A query string in which each parameter that takes a list occurs once."""
    repeated = {name: texts for name, texts in query.lists() if name.endswith(ENDINGS) and len(texts) > 1}
    if not repeated:
        return query
    whole = cast(Query, query.copy())
    for name, texts in repeated.items():
        whole.setlist(name, [",".join(filter(None, texts))])
    return whole
