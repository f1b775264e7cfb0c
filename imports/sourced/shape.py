"""What a room says about one of its models, so that rows of several tables become one row of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from django.db import models

from imports.dates import given_key
from imports.models import SourcedRow
from imports.sourced.target import Work


@dataclass(frozen=True, slots=True)
class Reported:
    """All values that the rows of one key report. If several rows fill a field, the first of the linked datasets
    decides, and within a dataset the latest import; so the order of loading does not matter. A field in `gathered` has
    the values of all rows. Beside a date stands what its source says if that is no day (`imports.dates.given_key`)."""

    key: str
    fields: Mapping[str, str]
    gathered: Mapping[str, Sequence[str]] = field(default_factory=dict)


class Shape(Protocol):
    """joins: whether rows of linked datasets with one key are about one thing. fields_of: attribute of the model to the
    field of the recipe that it mostly comes from. relations: attributes that refer to another thing of the same model,
    which may be loaded later. together: attributes that belong together; if a person changed one of them, none is
    written. own: attributes that are set when a thing is created or changed, so they do not show the work of a person.
    """

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
        """Look up what a batch refers to, for `values_of`."""

    def values_of(self, reported: Reported, known: Any, /) -> dict[str, Any]:
        """Attributes of the model from the rows, without those that the rows do not report."""

    def find(self, reported: Sequence[Reported], work: Work, /) -> Mapping[str, object]:
        """Existing things that these keys are about, by key."""

    def new(self, reported: Reported, work: Work, /) -> Any:
        """A new unsaved thing with the attributes that are set only once."""

    def making(self, things: Sequence[Any], work: Work, /) -> None:
        """Set attributes that depend on all other things, such as slugs, before new and changed things are stored."""

    def made(self, things: Sequence[Any], work: Work, /) -> None:
        """Create what belongs to new things, after they are stored."""

    def mark_changed(self, thing: Any, work: Work, /) -> None:
        """Set the number and author of the next version."""

    def related(
        self, reported: Mapping[str, Reported], things: Mapping[str, Any], work: Work, /
    ) -> Mapping[str, dict[str, Any]]:
        """The relations of these things whose targets exist, by key."""

    def blocking(self, ids: Sequence[int]) -> Sequence[tuple[str, str, int]]:
        """What else prevents the deletion of things: code, sentence, number."""


def plain(value: Any) -> Any:
    """A value in the form in which JSON stores it."""
    return value.isoformat() if isinstance(value, date) else value


def python(model: type[models.Model], name: str, value: Any) -> Any:
    """A stored value in the form that the model needs."""
    found = model._meta.get_field(name)
    return found.to_python(value) if isinstance(found, models.DateField) else value


def default_of(model: type[models.Model], name: str) -> Any:
    field = model._meta.get_field(name)
    if not isinstance(field, models.Field):
        raise TypeError(f"{name} is no column of {model.__name__}")
    return field.get_default()


def reported_of(keys: Sequence[str], group: Sequence[int], gathered: Sequence[str]) -> dict[str, Reported]:
    """What the rows of these datasets report, by key."""
    rows = SourcedRow.objects.filter(dataset__in=group, key__in=keys)
    by_key: dict[str, list[SourcedRow]] = {}
    for row in sorted(rows, key=lambda r: (-group.index(r.dataset_id), r.import_id, r.source_record, r.pk)):
        by_key.setdefault(row.key, []).append(row)
    return {key: reported_by(key, found, gathered) for key, found in by_key.items()}


def reported_by(key: str, rows: Sequence[SourcedRow], gathered: Sequence[str]) -> Reported:
    """What these rows report. rows: the most important first."""
    fields: dict[str, str] = {}
    lists: dict[str, list[str]] = {name: [] for name in gathered}
    for row in rows:
        beside = row.values.get("extra") or {}
        for name, value in row.values.items():
            if name in lists:
                lists[name] += [part for part in value.split("; ") if part not in lists[name]]
            elif name != "extra":
                fields[name] = value
                fields[given_key(name)] = beside.get(given_key(name), "")
    return Reported(key, {name: value for name, value in fields.items() if value}, lists)


def save_changed(shape: Shape, things: Sequence[Any], work: Work) -> None:
    """Write all columns of locked things by an upsert. `bulk_update`, which makes an UPDATE with a CASE for each cell,
    takes twenty times as long."""
    for thing in things:
        shape.mark_changed(thing, work)
    if things:
        names = [found.name for found in shape.model._meta.concrete_fields if not found.primary_key]
        shape.model._default_manager.bulk_create(
            things, update_conflicts=True, unique_fields=["id"], update_fields=names
        )
