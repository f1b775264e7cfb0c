"""Serializers whose fields are columns, so that a list is read as rows of values: no model instance is made.

    class RecordSerializer(RowSerializer):
        dataset = serializers.SlugRelatedField(slug_field="slug", read_only=True)
        provenance = ComputedField(ProvenanceShape(), sources=("imported_by_id", "line"), compute=provenance)

        class Meta:
            model = ComplaintRecord
            fields = ["id", "dataset", "country", "provenance"]

A field is a column, a path over foreign keys, an annotation of the queryset, or computed from these.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers


class ComputedField(serializers.Field):
    """A value made of columns by a pure function; `shape` says in the OpenAPI document what it looks like."""

    def __init__(self, shape: serializers.Field, *, sources: tuple[str, ...], compute: Callable[..., object]) -> None:
        super().__init__(read_only=True, source="*")
        self.shape = shape
        self.sources = sources
        self.compute = compute

    def to_representation(self, value: object) -> object:
        return self.compute(*(_followed(value, path) for path in self.sources))


def _followed(value: object, path: str) -> object:
    for step in path.split("__"):
        value = getattr(value, step, None)
    return value


@dataclass(frozen=True)
class Column:
    """Where a field's value comes from."""

    paths: tuple[str, ...]
    compute: Callable[..., object] | None = None


class RowSerializer(serializers.ModelSerializer):
    """See the module."""

    @classmethod
    def columns(cls) -> dict[str, Column]:
        return _columns(cls)

    @classmethod
    def reader(cls, names: Iterable[str] | None = None) -> "RowReader":
        """Reads querysets as dicts of the named fields, by default all."""
        columns = cls.columns()
        return RowReader({name: columns[name] for name in (names or columns)})


class RowReader:
    """Reads rows of a queryset as dicts, in one query and without model instances."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self.names = list(columns)
        self.paths = list(dict.fromkeys(path for column in columns.values() for path in column.paths))
        place = {path: i for i, path in enumerate(self.paths)}
        self._is_plain = all(column.compute is None for column in columns.values())
        self._is_plain = self._is_plain and [c.paths[0] for c in columns.values()] == self.paths
        self.plain = {name: c.paths[0] for name, c in columns.items() if c.compute is None}
        self._takes = [([place[path] for path in c.paths], c.compute) for c in columns.values()]

    def tuples(self, queryset: QuerySet[Model], keys: list[str]) -> Iterable[tuple[object, ...]]:
        """What rest.paging wants: tuples of the columns followed by the sort keys."""
        return queryset.values_list(*self.paths, *keys)

    def as_dict(self, values: tuple[object, ...]) -> dict[str, object]:
        if self._is_plain:
            return dict(zip(self.names, values, strict=True))
        row = (
            values[places[0]] if compute is None else compute(*(values[i] for i in places))
            for places, compute in self._takes
        )
        return dict(zip(self.names, row, strict=True))

    def shown(self) -> None:
        """Called when all rows of an answer were made. A reader that records what was read does it here."""

    def rows(self, queryset: QuerySet[Model]) -> Iterable[dict[str, object]]:
        return (self.as_dict(values) for values in queryset.values_list(*self.paths))

    def stream(self, queryset: QuerySet[Model], *, chunk_size: int) -> Iterator[dict[str, object]]:
        """The same for any number of rows in flat memory: one statement, read in chunks."""
        return map(self.as_dict, queryset.values_list(*self.paths).iterator(chunk_size=chunk_size))


@cache
def _columns(serializer_class: type[RowSerializer]) -> dict[str, Column]:
    fields = serializer_class().fields
    return {name: _column(serializer_class, name, field) for name, field in fields.items() if not field.write_only}


def _column(serializer_class: type, name: str, field: serializers.Field) -> Column:
    if isinstance(field, ComputedField):
        return Column(field.sources, field.compute)
    nested = (serializers.SerializerMethodField, serializers.BaseSerializer, serializers.ManyRelatedField)
    if isinstance(field, nested) or field.source in (None, "*"):
        raise TypeError(f"{serializer_class.__name__}.{name} is no column; make it a ComputedField or an annotation.")
    path = field.source.replace(".", "__")
    if isinstance(field, serializers.SlugRelatedField):
        path = f"{path}__{field.slug_field}"
    return Column((path,))


def chosen_fields(text: str, allowed: Iterable[str]) -> list[str] | None:
    """`fields=a,b` as names; None when not asked for."""
    names = list(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        return None
    known = dict.fromkeys(allowed)
    unknown = [name for name in names if name not in known]
    if unknown:
        message = _("Unknown: %(unknown)s. Allowed: %(known)s.")
        message %= {"unknown": ", ".join(name[:100] for name in unknown[:10]), "known": ", ".join(known)}
        raise ValidationError({"fields": ValidationError(message, code="unknown_field")})
    return names
