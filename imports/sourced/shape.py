"""What a room says of a model of its own so that rows of several tables become one row of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.db import models

from imports.models import SourcedRow
from imports.sourced.target import Work


@dataclass(frozen=True, slots=True)
class Reported:
    """Everything that the rows of one key say. Of a field that several rows fill the first of joined datasets has the
    last word, and in a dataset the latest import; so it does not matter which table came first. A field named in
    `gathered` holds what each row says."""

    key: str
    fields: Mapping[str, str]
    gathered: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Shape(Protocol):
    """`joins`: whether rows of joined datasets with one key are about one thing. `fields_of` maps an attribute of the
    model to the field of the recipe that it mostly comes from; `relations` are attributes that point to another thing
    of the same model, which may come later than what points to it. Attributes that stand `together` hold or fall
    together: where a person changed one of them, none is written. `own` are attributes that making and changing a
    thing set, so that they say nothing of a person's work."""

    recipe: str
    label: str
    joins: bool
    gathered: Sequence[str]
    fields_of: Mapping[str, str]
    relations: Sequence[str]
    together: Sequence[Sequence[str]]
    own: Sequence[str]

    @property
    def model(self) -> type[models.Model]: ...

    def known(self, reported: Sequence[Reported], work: Work, /) -> Any:
        """Look up at once what a batch of them speaks of, for `values_of`."""

    def values_of(self, reported: Reported, known: Any, /) -> dict[str, Any]:
        """Attributes of the model as the rows say them; those that they say nothing of are left out."""

    def find(self, reported: Sequence[Reported], work: Work, /) -> Mapping[str, Any]:
        """Things that stand already and are what a key is about, by that key."""

    def new(self, reported: Reported, work: Work, /) -> Any:
        """An unsaved thing with what only its making can say."""

    def making(self, things: Sequence[Any], work: Work, /) -> None:
        """Give new and changed things, whose attributes are set but not stored, what takes a look at all others: their
        addresses."""

    def made(self, things: Sequence[Any], work: Work, /) -> None:
        """What belongs to new things beside their row, now that they are stored."""

    def mark_changed(self, thing: Any, work: Work, /) -> None:
        """Its next version, by whom."""

    def related(
        self, reported: Mapping[str, Reported], things: Mapping[str, Any], work: Work, /
    ) -> Mapping[str, dict[str, Any]]:
        """The relations of these things as far as what they point to is there, by key."""

    def blocking(self, ids: Sequence[int]) -> Sequence[tuple[str, str, int]]:
        """What else keeps things from being deleted: code, sentence, how many."""


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def python(model: type[models.Model], name: str, value: Any) -> Any:
    """A kept value as the model takes it."""
    found = model._meta.get_field(name)
    return found.to_python(value) if isinstance(found, models.DateField) else value


def default_of(model: type[models.Model], name: str) -> Any:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{name} is no column of {model.__name__}")
    return field.get_default()


def reported_of(keys: Sequence[str], group: Sequence[int], gathered: Sequence[str]) -> dict[str, Reported]:
    """What the rows of these datasets say of each key that any of them speaks of."""
    rows = SourcedRow.objects.filter(dataset__in=group, key__in=keys)
    by_key: dict[str, list[SourcedRow]] = {}
    for row in sorted(rows, key=lambda r: (-group.index(r.dataset_id), r.import_id, r.source_record, r.pk)):
        by_key.setdefault(row.key, []).append(row)
    return {key: reported_by(key, found, gathered) for key, found in by_key.items()}


def reported_by(key: str, rows: Sequence[SourcedRow], gathered: Sequence[str]) -> Reported:
    """`rows` in the order of their weight."""
    fields: dict[str, str] = {}
    lists: dict[str, list[str]] = {name: [] for name in gathered}
    for row in rows:
        for name, value in row.values.items():
            if name in lists:
                lists[name] += [part for part in value.split("; ") if part not in lists[name]]
            elif name != "extra":
                fields[name] = value
    return Reported(key, fields, lists)


def save_changed(shape: Shape, things: Sequence[Any], work: Work) -> None:
    """Write all columns of things whose rows are locked, as the upsert of what stands: an UPDATE with a CASE for each
    cell, which `bulk_update` makes, takes twenty times as long."""
    for thing in things:
        shape.mark_changed(thing, work)
    if things:
        names = [found.name for found in shape.model._meta.concrete_fields if not found.primary_key]
        shape.model._default_manager.bulk_create(
            things, update_conflicts=True, unique_fields=["id"], update_fields=names
        )
