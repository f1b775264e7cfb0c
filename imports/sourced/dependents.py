"""What prevents the undo of rows: things that people changed since, or that something else refers to."""

from collections.abc import Iterable, Mapping, Sequence

from django.db import models
from django.utils import translation
from pghistory.models import Event

from imports.models import RowProblem, SourcedRow, SourcedTarget
from imports.recipe import Dependent
from imports.sourced import undoing
from imports.sourced.shape import Shape, default_of, plain
from standards.translation import gettext, ngettext

_AT_ONCE = 1_000


def dependents_of(shape: Shape, dataset_id: int, import_id: int) -> list[Dependent]:
    """Things that would be deleted although a person changed them or something refers to them, and things that would
    lose a person's change."""
    leaving = list(_leaving(shape, dataset_id, import_id))
    changed = [*_changed_leaving(shape, leaving), *_changed_staying(shape, dataset_id, import_id)]
    found = []
    if changed:
        text = ngettext(
            "%(count)s of the %(label)s it wrote was changed here since, such as “%(example)s”.",
            "%(count)s of the %(label)s it wrote were changed here since, such as “%(example)s”.",
            len(changed),
        )
        sentence = text % {"count": f"{len(changed):,}", "label": gettext(shape.label), "example": changed[0]}
        found.append(Dependent("changed_here", sentence, len(changed)))
    ids = [target.target_id for target in leaving]
    found += [Dependent(code, sentence, count) for code, sentence, count in shape.blocking(ids)]
    own = SourcedTarget.objects.filter(recipe=shape.recipe, reported__has_any_keys=list(shape.relations))
    for label, count, example in referrers(shape.model, ids, own.values("target_id")):
        text = ngettext(
            "%(count)s %(kind)s belongs to %(label)s that it created, such as “%(example)s”.",
            "%(count)s %(kind)s belong to %(label)s that it created, such as “%(example)s”.",
            count,
        )
        sentence = text % {
            "count": f"{count:,}", "kind": label, "label": gettext(shape.label), "example": example,
        }  # fmt: skip
        found.append(Dependent("in_use", sentence, count))
    return found


def _leaving(shape: Shape, dataset_id: int, import_id: int) -> Iterable[SourcedTarget]:
    """Targets all of whose rows come from this import."""
    mine = undoing.created(dataset_id, import_id)
    targets = SourcedTarget.objects.filter(
        recipe=shape.recipe, found__isnull=True, target_id__in=mine.values("target_id")
    )
    others = SourcedRow.objects.filter(dataset__recipe=shape.recipe, target_id=models.OuterRef("target_id"))
    kept = others.exclude(pk__in=mine.values("pk"))
    return targets.exclude(models.Exists(kept)).order_by("pk")


def _changed_leaving(shape: Shape, targets: Sequence[SourcedTarget]) -> list[str]:
    """Names of things that would be deleted and that a person changed."""
    things = _things(shape, targets)
    return [
        str(things[target.target_id])
        for target in targets
        if target.target_id in things and _is_worked_on(shape, target, things[target.target_id])
    ]


def _is_worked_on(shape: Shape, target: SourcedTarget, thing: models.Model) -> bool:
    """Whether a person changed an attribute from the rows, or filled one that the rows do not report."""
    silent = [
        found.attname
        for found in shape.model._meta.concrete_fields
        if not found.primary_key and found.attname not in target.reported and found.attname not in shape.own
    ]
    added = (name for name in silent if plain(getattr(thing, name)) != plain(default_of(shape.model, name)))
    return bool(differing(target, thing)) or any(added)


def _changed_staying(shape: Shape, dataset_id: int, import_id: int) -> list[str]:
    """Names of things in which a person changed the same field after this import."""
    rows = {row.target_id: row for row in undoing.changed(dataset_id, import_id) if row.target_id}
    targets = list(SourcedTarget.objects.filter(recipe=shape.recipe, target_id__in=rows))
    things = _things(shape, targets)
    held = set(RowProblem.objects.filter(import_run=import_id, code="changed_here").values_list("record", "field"))
    names = []
    for target in targets:
        row, thing = rows[target.target_id], things.get(target.target_id)
        written = {name for name, _, _ in undoing.changes_of(row)}
        fields = {shape.fields_of.get(name, name) for name in differing(target, thing)} if thing is not None else set()
        if any((row.source_record, name) not in held for name in fields & written):
            names.append(str(thing))
    return names


def _things(shape: Shape, targets: Sequence[SourcedTarget]) -> dict[int, models.Model]:
    return shape.model._default_manager.in_bulk([target.target_id for target in targets])


def differing(target: SourcedTarget, thing: models.Model) -> list[str]:
    """Attributes in which a thing differs from its rows."""
    stored: Mapping[str, object] = target.reported
    return [name for name, value in stored.items() if plain(getattr(thing, name)) != value]


def referrers(model: type[models.Model], ids: Sequence[int], own: models.QuerySet) -> list[tuple[str, int, str]]:
    """What refers to these rows of a model from outside: plural noun, number, and one of the rows referred to. own:
    rows of the model whose references come from imports."""
    found = []
    for relation in model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel) or _is_own(relation, model):
            continue
        source, name = relation.related_model, relation.field.name
        count, first = 0, None
        for start in range(0, len(ids), _AT_ONCE):
            rows = source._base_manager.filter(**{f"{name}__in": ids[start : start + _AT_ONCE]})
            if source is model:
                rows = rows.exclude(pk__in=ids).exclude(pk__in=own)
            count += rows.count()
            first = first or rows.values_list(name, flat=True).first()
        if count:
            example = str(model._default_manager.get(pk=first))
            found.append((_plural(source, count), count, example))
    return found


def _is_own(relation: models.ManyToOneRel, model: type[models.Model]) -> bool:
    """Versions of rows, and the tables of their many-to-many fields."""
    source = relation.related_model
    owned = {field.remote_field.through for field in model._meta.local_many_to_many}
    return source in owned or issubclass(source, Event)


def _plural(source: type[models.Model], count: int) -> str:
    meta = source._meta
    if meta.auto_created:
        return gettext("entries of lists")
    with translation.override(None):  # in English, so that it can be translated later
        return gettext(str(meta.verbose_name if count == 1 else meta.verbose_name_plural))
