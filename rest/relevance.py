"""Ordering a list by how well its rows match the search. Bounded: the rows that were added last are compared.

Every row needs its text read, so no index gives this order. The most rows that are compared are as many as the largest
page has; if more match, the answer says so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, IntegerField, Model, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.db.models.sql.compiler import SQLCompiler

NAME = "relevance"
MOST = 1000


@dataclass(frozen=True)
class Ranked:
    """Rows in the order of relevance, as far as they were compared: `rows` has the annotation `relevance`, the best the
    smallest. is_all: whether these are all that match."""

    rows: QuerySet[Model]
    is_all: bool


class RelevanceOf(Func):
    """The relevance of a row by its key, out of two lists."""

    template = "%(expressions)s"
    output_field = IntegerField()

    def __init__(self, keys: Sequence[object], relevances: Sequence[int]) -> None:
        super().__init__(
            Value(list(relevances), output_field=ArrayField(IntegerField())),
            Func(
                Value([str(key) for key in keys], output_field=ArrayField(TextField())),
                Cast(F("pk"), TextField()),
                function="array_position",
                output_field=IntegerField(),
            ),
        )

    def as_sql(self, compiler: SQLCompiler, *arguments: Any, **context: Any) -> tuple[str, tuple[Any, ...]]:
        array, place = self.get_source_expressions()
        (relevances, first), (position, second) = compiler.compile(array), compiler.compile(place)
        return f"({relevances})[{position}]", (*first, *second)


def is_asked(params: Mapping[str, str]) -> bool:
    """Whether the query string orders by relevance."""
    names = params.get("ordering", "").split(",")
    return NAME in [name.strip().removeprefix("-") for name in names]
