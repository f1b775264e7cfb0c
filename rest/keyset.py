"""Where a page of a list starts and ends: sort keys, the rows after a row, and cursors.

The rows after a row are found in *segments*, each of which one index range answers: with keys (a, id), first
`(a, id) > (x, y)`, then, as SQL compares nothing with NULL, `a IS NULL`. So row 500,000 is found as fast as row 1, and
no row is repeated or left out among ties and NULLs. NULLs stand last in both directions.
"""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Field, Func, Model, Q, QuerySet, Value
from django.db.models.expressions import OrderBy
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext as _

M = TypeVar("M", bound=Model)
MOST_KEYS = 4


@dataclass(frozen=True)
class Key:
    """One column of an ordering. `nulls_last` matters where the column can be NULL."""

    path: str
    descending: bool
    nullable: bool
    nulls_last: bool = True
    field: "Field[object, object] | None" = None

    def reversed(self) -> "Key":
        return replace(self, descending=not self.descending, nulls_last=not self.nulls_last)

    def value(self, value: object) -> Value:
        return Value(value, output_field=self.field)


@dataclass(frozen=True)
class Segment:
    """A stretch of the list: its condition, and how many leading keys it pins to NULL or to not NULL."""

    condition: Q | None
    pinned: int = 0


class RowComparison(Func):
    """`(a, b) > (x, y)`, which PostgreSQL answers with one index range."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, keys: Sequence[Key], values: Sequence[object], *, or_equal: bool = False) -> None:
        self.operator = ("<" if keys[0].descending else ">") + ("=" if or_equal else "")
        columns = [F(key.path) for key in keys]
        super().__init__(*columns, *(key.value(value) for key, value in zip(keys, values, strict=True)))

    def as_sql(  # type: ignore[override]
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object
    ) -> tuple[str, list[object]]:
        parts: list[str] = []
        params: list[object] = []
        for expression in self.get_source_expressions():
            sql, inner = compiler.compile(expression)
            parts.append(sql)
            params += inner
        half = len(parts) // 2
        return f"({', '.join(parts[:half])}) {self.operator} ({', '.join(parts[half:])})", params


def keys_of(queryset: QuerySet[Model], ordering: str, allowed: Mapping[str, str]) -> list[Key]:
    """The sort keys of `-received_on,title`, made total by the primary key in the direction of the last of them."""
    names = [name.strip() for name in ordering.split(",") if name.strip()]
    bare = [name.removeprefix("-") for name in names]
    unknown = [name for name in bare if name not in allowed]
    if unknown or len(set(bare)) != len(bare) or len(bare) > MOST_KEYS:
        choices = ", ".join(sorted(allowed))
        message = _("Order by at most %(most)d of: %(choices)s. A minus in front sorts in descending order.")
        message %= {"most": MOST_KEYS, "choices": choices}
        raise ValidationError({"ordering": ValidationError(message, code="unknown_ordering")})
    keys = [_key(queryset, allowed[b], descending=n.startswith("-")) for n, b in zip(names, bare, strict=True)]
    primary = queryset.model._meta.pk.name
    if not any(key.path in (primary, "pk") for key in keys):
        keys.append(_key(queryset, primary, descending=keys[-1].descending if keys else False))
    return keys


def is_fixed(queryset: QuerySet[Model], keys: Sequence[Key], fixed: Collection[str]) -> bool:
    """Whether a row never changes its place: all keys down to the primary key have paths whose values never change."""
    for key in keys:
        if key.path in (queryset.model._meta.pk.name, "pk"):
            return True
        if key.path not in fixed:
            return False
    return True


def _key(queryset: QuerySet[Model], path: str, *, descending: bool) -> Key:
    if path in queryset.query.annotations:
        return Key(path, descending, nullable=True, field=queryset.query.annotations[path].output_field)
    model: type[Model] = queryset.model
    nullable = False
    field: Any = None
    for step in path.split("__"):
        try:
            field = model._meta.pk if step == "pk" else model._meta.get_field(step)
        except FieldDoesNotExist as error:
            raise TypeError(f"{queryset.model.__name__} cannot be ordered by {path!r}.") from error
        nullable = nullable or field.null
        model = field.related_model or model
    return Key(path, descending, nullable, field=getattr(field, "target_field", field))


def ordered(queryset: QuerySet[M], keys: Sequence[Key], pinned: int) -> QuerySet[M]:
    """The queryset in the order of the keys. Pinned keys are sorted plainly, so that a plain index serves them."""
    return queryset.order_by(*(_order(key, is_pinned=i < pinned) for i, key in enumerate(keys)))


def _order(key: Key, *, is_pinned: bool) -> OrderBy:
    placed = key.nullable and not is_pinned
    return OrderBy(
        F(key.path),
        descending=key.descending,
        nulls_last=True if placed and key.nulls_last else None,
        nulls_first=True if placed and not key.nulls_last else None,
    )


def all_segments(keys: Sequence[Key]) -> Iterator[Segment]:
    """The whole list, cut where the NULLs of the first key begin or end."""
    if not keys[0].nullable:
        yield Segment(None)
        return
    isnull = [False, True] if keys[0].nulls_last else [True, False]
    for is_null in isnull:
        yield Segment(Q((f"{keys[0].path}__isnull", is_null)), pinned=1)


def segments_after(keys: Sequence[Key], values: Sequence[object], *, inclusive: bool = False) -> Iterator[Segment]:
    """The stretches that follow the row with these values, nearest first; with that row itself when inclusive."""
    if inclusive:
        yield Segment(_same(keys, values))
    yield from _after(keys, values, before=Q(), pinned=0)


def _after(keys: Sequence[Key], values: Sequence[object], before: Q, pinned: int) -> Iterator[Segment]:
    key, value = keys[0], values[0]
    uniform = len({k.descending for k in keys}) == 1 and not any(k.nullable for k in keys[1:])
    here = f"{key.path}__isnull"
    if value is None:
        if len(keys) > 1:
            yield from _after(keys[1:], values[1:], before & Q((here, True)), pinned + 1)
        if not key.nulls_last:
            yield Segment(before & Q((here, False)), pinned + 1)
        return
    if uniform:
        yield Segment(before & Q(RowComparison(keys, values)), pinned + 1)
    else:
        yield from _after(keys[1:], values[1:], before & _same(keys[:1], values[:1]), pinned + 1)
        yield Segment(before & Q(RowComparison(keys[:1], values[:1])), pinned + 1)
    if key.nullable and key.nulls_last:
        yield Segment(before & Q((here, True)), pinned + 1)


def _same(keys: Sequence[Key], values: Sequence[object]) -> Q:
    same = Q()
    for key, value in zip(keys, values, strict=True):
        same &= Q((f"{key.path}__isnull", True)) if value is None else Q((key.path, key.value(value)))
    return same


def fingerprint(*parts: str) -> str:
    """A short digest that ties a cursor to one list, its filters and its order."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=9).hexdigest()
