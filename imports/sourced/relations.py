"""Relations between things. A parent may be reported before or after its children, in this import or a later one."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from imports.models import Dataset, Import, SourcedTarget
from imports.sourced.shape import Shape, plain, python, reported_of, save_changed
from imports.sourced.target import Work
from standards.json_values import JsonObject
from standards.translation import gettext as _

_AT_ONCE = 1_000


def settle(shape: Shape, first: Dataset, group: list[int], work: Work) -> None:
    """Set the relations of new rows, and those that waited for things which may exist now."""
    lacking: list[str] = []
    kept: list[str] = []
    for keys in _keys_due(shape, first, group):
        targets = {n.key: n for n in SourcedTarget.objects.filter(recipe=shape.recipe, dataset=first, key__in=keys)}
        found = _settle(shape, targets, group, work)
        lacking, kept = [*lacking, *found[0]], [*kept, *found[1]]
    notes: list[str] = []
    if lacking:
        notes.append(
            _("%(count)s of the %(label)s name another one that does not exist yet, such as “%(lacking)s”.")
            % {"count": f"{len(lacking):,}", "label": _(shape.label), "lacking": lacking[0]}
        )
    if kept:
        notes.append(
            _("%(count)s of the %(label)s keep the relation that a person set, such as “%(kept)s”.")
            % {"count": f"{len(kept):,}", "label": _(shape.label), "kept": kept[0]}
        )
    if notes:
        run = Import.objects.get(pk=work.import_id)
        Import.objects.filter(pk=run.pk).update(notes=[*run.notes, *notes])


def _keys_due(shape: Shape, first: Dataset, group: list[int]) -> Iterator[list[str]]:
    """Keys with a relation that was reported in this transaction, that waits, or that no row reports any more."""
    fields = [shape.fields_of[name] for name in shape.relations]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT n.key FROM imports_sourcedtarget n WHERE n.recipe = %(recipe)s AND n.dataset_id = %(first)s AND (
              EXISTS (
                SELECT FROM imports_sourcedrow r WHERE r.dataset_id = ANY(%(group)s) AND r.key = n.key
                  AND r."values" ?| %(fields)s::text[]
                  AND (NOT n.reported ?& %(names)s::text[] OR r.updated_at >= transaction_timestamp())
              ) OR n.reported ?| %(names)s::text[] AND NOT EXISTS (
                SELECT FROM imports_sourcedrow r WHERE r.dataset_id = ANY(%(group)s) AND r.key = n.key
                  AND r."values" ?| %(fields)s::text[]
              )
            ) ORDER BY n.id
            """,
            {"recipe": shape.recipe, "first": first.pk, "group": group, "fields": fields,
             "names": list(shape.relations)},
        )  # fmt: skip
        keys = [row[0] for row in cursor.fetchall()]
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]


def _settle(
    shape: Shape, targets: dict[str, SourcedTarget], group: list[int], work: Work
) -> tuple[list[str], list[str]]:
    """Returns targets that do not exist yet, and things whose relation a person set differently."""
    reported = reported_of(list(targets), group, shape.gathered)
    ids = [target.target_id for target in targets.values()]
    things = shape.model._default_manager.select_for_update(of=("self",)).in_bulk(ids)
    by_key = {
        key: things[target.target_id]
        for key, target in targets.items()
        if target.target_id in things and key in reported
    }
    related = shape.related({key: reported[key] for key in by_key}, by_key, work)
    changed, lacking, kept = [], [], []
    before = {target.pk: target.reported for target in targets.values()}
    for key, thing in by_key.items():
        values, stored = related.get(key, {}), targets[key].reported
        if _write(shape, targets[key], thing, values):
            changed.append(thing)
        for name in shape.relations:
            if name in values and values[name] not in (stored.get(name), plain(getattr(thing, name))):
                kept.append(str(thing))
            if name not in values and shape.fields_of[name] in reported[key].fields:
                lacking.append(reported[key].fields[shape.fields_of[name]])
    save_changed(shape, changed, work)
    SourcedTarget.objects.bulk_create(
        [target for target in targets.values() if target.reported != before[target.pk]],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["reported", "found"],
    )
    return lacking, kept


def _write(shape: Shape, target: SourcedTarget, thing: Any, values: JsonObject) -> bool:
    """Set the relation unless a person set another one; returns whether the thing changed."""
    is_changed = False
    for name in shape.relations:
        present = plain(getattr(thing, name))
        if target.found is not None:
            target.found.setdefault(name, present)
        wanted = values.get(name, (target.found or {}).get(name))
        if present == target.reported.get(name) and present != wanted:
            setattr(thing, name, python(shape.model, name, wanted))
            is_changed = True
        target.reported = {key: value for key, value in target.reported.items() if key != name}
        if name in values:
            target.reported[name] = values[name]
    return is_changed


def forget(shape: Shape, ids: Sequence[int]) -> None:
    """Remove relations to things that are about to be deleted."""
    for name in shape.relations:
        pointing = list(
            SourcedTarget.objects.filter(recipe=shape.recipe, **{f"reported__{name}__in": list(ids)}).values_list(
                "pk", "reported"
            )
        )
        for pk, stored in pointing:
            SourcedTarget.objects.filter(pk=pk).update(reported={key: v for key, v in stored.items() if key != name})
        targets = SourcedTarget.objects.filter(pk__in=[pk for pk, _ in pointing]).values("target_id")
        shape.model._default_manager.filter(pk__in=targets, **{f"{name}__in": list(ids)}).update(**{name: None})
