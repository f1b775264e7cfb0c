"""Readers of rows with units: the sources of all units of a page are looked up in one step."""

from collections.abc import Mapping

from django.db.models import Model, QuerySet

from rest.serializers import Column, RowReader
from versions.pointing import Person, pointers
from versions.targets import Pointer, Target


class SourceReader(RowReader):
    """Reads rows as dicts, and the references to the sources of their units in one step."""

    kind_path, key_path = "source_kind", "source_key"

    def __init__(self, columns: Mapping[str, Column], person: Person) -> None:
        super().__init__(columns)
        self.person = person
        self.sources: dict[Target, Pointer] = {}

    def tuples(self, queryset: QuerySet[Model], keys: list[str]) -> list[tuple[object, ...]]:
        return self.with_sources(list(super().tuples(queryset, keys)))

    def with_sources(self, rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
        """The same rows, after their sources were found."""
        if {self.kind_path, self.key_path} <= set(self.paths):
            kind, key = self.paths.index(self.kind_path), self.paths.index(self.key_path)
            self.sources |= pointers({(str(row[kind]), str(row[key])) for row in rows}, self.person)
        return rows

    def rows(self, queryset: QuerySet[Model]) -> list[dict[str, object]]:
        return [self.as_dict(values) for values in self.tuples(queryset, [])]


class UnitReader(SourceReader):
    """A unit names its source where the person may see it."""

    def as_dict(self, values: tuple[object, ...]) -> dict[str, object]:
        row = super().as_dict(values)
        if isinstance(target := row.get("source"), tuple):
            seen = self.sources.get(target)
            row["source"] = {"kind": target[0], "key": target[1], "url": seen.url} if seen else None
        return row
