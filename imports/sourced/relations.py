"""What things say of each other: a parent may be told before or after its children, in this import or a later one."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from imports.models import Dataset, Import, SourcedNoun
from imports.sourced.noun import Work
from imports.sourced.shape import Shape, plain, python, save_changed, told_of

_AT_ONCE = 1_000


def settle(shape: Shape, first: Dataset, group: list[int], work: Work) -> None:
    """Set the relations of what was written just now, and of what waited for something that may be there now."""
    lacking: list[str] = []
    kept: list[str] = []
    for keys in _keys_due(shape, first, group):
        nouns = {n.key: n for n in SourcedNoun.objects.filter(recipe=shape.recipe, dataset=first, key__in=keys)}
        found = _settle(shape, nouns, group, work)
        lacking, kept = [*lacking, *found[0]], [*kept, *found[1]]
    notes = []
    if lacking:
        notes.append(
            f"{len(lacking):,} of the {shape.label} name another one that is not there (yet), such as “{lacking[0]}”."
        )
    if kept:
        notes.append(f"{len(kept):,} of the {shape.label} keep what a person tied them to, such as “{kept[0]}”.")
    if notes:
        run = Import.objects.get(pk=work.import_id)
        Import.objects.filter(pk=run.pk).update(notes=[*run.notes, *notes])


def _keys_due(shape: Shape, first: Dataset, group: list[int]) -> Iterator[list[str]]:
    """Keys with a relation told in this transaction, with one that waits, or with one that no row tells any more."""
    fields = [shape.fields_of[name] for name in shape.relations]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT n.key FROM imports_sourcednoun n WHERE n.recipe = %(recipe)s AND n.dataset_id = %(first)s AND (
              EXISTS (
                SELECT FROM imports_sourcedrow r WHERE r.dataset_id = ANY(%(group)s) AND r.key = n.key
                  AND r."values" ?| %(fields)s::text[]
                  AND (NOT n.said ?& %(names)s::text[] OR r.updated_at >= transaction_timestamp())
              ) OR n.said ?| %(names)s::text[] AND NOT EXISTS (
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


def _settle(shape: Shape, nouns: dict[str, SourcedNoun], group: list[int], work: Work) -> tuple[list[str], list[str]]:
    """What is told of relations and was not found, and things that a person tied otherwise."""
    told = told_of(list(nouns), group, shape.gathered)
    ids = [noun.target_id for noun in nouns.values()]
    things = shape.model._default_manager.select_for_update(of=("self",)).in_bulk(ids)
    by_key = {key: things[noun.target_id] for key, noun in nouns.items() if noun.target_id in things and key in told}
    related = shape.related({key: told[key] for key in by_key}, by_key, work)
    changed, lacking, kept = [], [], []
    before = {noun.pk: noun.said for noun in nouns.values()}
    for key, thing in by_key.items():
        values, said = related.get(key, {}), nouns[key].said
        if _write(shape, nouns[key], thing, values):
            changed.append(thing)
        for name in shape.relations:
            if name in values and values[name] not in (said.get(name), plain(getattr(thing, name))):
                kept.append(str(thing))
            if name not in values and shape.fields_of[name] in told[key].fields:
                lacking.append(told[key].fields[shape.fields_of[name]])
    save_changed(shape, changed, work)
    SourcedNoun.objects.bulk_create(
        [noun for noun in nouns.values() if noun.said != before[noun.pk]],
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["said", "found"],
    )
    return lacking, kept


def _write(shape: Shape, noun: SourcedNoun, thing: Any, values: dict[str, Any]) -> bool:
    """Whether the thing changed. A relation that a person set stays."""
    is_changed = False
    for name in shape.relations:
        present = plain(getattr(thing, name))
        if noun.found is not None:
            noun.found.setdefault(name, present)
        wanted = values.get(name, (noun.found or {}).get(name))
        if present == noun.said.get(name) and present != wanted:
            setattr(thing, name, python(shape.model, name, wanted))
            is_changed = True
        noun.said = {key: value for key, value in noun.said.items() if key != name}
        if name in values:
            noun.said[name] = values[name]
    return is_changed


def forget(shape: Shape, ids: Sequence[int]) -> None:
    """Things are about to go: nothing may point to them any more because rows say so."""
    for name in shape.relations:
        pointing = list(
            SourcedNoun.objects.filter(recipe=shape.recipe, **{f"said__{name}__in": list(ids)}).values_list(
                "pk", "said"
            )
        )
        for pk, said in pointing:
            SourcedNoun.objects.filter(pk=pk).update(said={key: v for key, v in said.items() if key != name})
        targets = SourcedNoun.objects.filter(pk__in=[pk for pk, _ in pointing]).values("target_id")
        shape.model._default_manager.filter(pk__in=targets, **{f"{name}__in": list(ids)}).update(**{name: None})
