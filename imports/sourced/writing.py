"""Attributes as rows tell them onto things, where no person changed these since (docs/adr/0036)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from imports.models import RowProblem, SourcedNoun, SourcedRow
from imports.sourced.noun import Work
from imports.sourced.relations import forget
from imports.sourced.shape import Shape, Told, default_of, plain, python, save_changed

CHANGED_HERE = "changed_here"


@dataclass(slots=True)
class Case:
    """One key on its way: what is told of it, its noun and the thing. `kept`: attributes of which a person's value
    stays against what is told now."""

    told: Told
    noun: SourcedNoun
    thing: Any
    is_new: bool = False
    is_changed: bool = False
    says_otherwise: bool = False
    kept: list[str] = field(default_factory=list)


def write(shape: Shape, case: Case, values: Mapping[str, Any], *, leave: Collection[str] = ()) -> None:
    """Set what nobody changed since, and remember what the rows said. Attributes in `leave` stay as they are."""
    noun, thing = case.noun, case.thing
    told = {name: plain(value) for name, value in values.items()}
    wanted = {name: told.get(name) for name in dict.fromkeys([*told, *noun.said]) if name not in leave}
    for name in wanted:
        if noun.found is not None:
            noun.found.setdefault(name, plain(getattr(thing, name)))
        if name not in told:
            wanted[name] = (noun.found or {}).get(name, plain(default_of(shape.model, name)))
    theirs = set() if case.is_new else _changed_by_people(shape, case, wanted)
    for name, value in wanted.items():
        if plain(getattr(thing, name)) == value:
            continue
        if name not in theirs:
            setattr(thing, name, python(shape.model, name, value))
            case.is_changed = True
        elif noun.said.get(name) != value:
            case.kept.append(name)
    said = told | {name: value for name, value in noun.said.items() if name in leave}
    case.says_otherwise = said != noun.said
    noun.said = said


def _changed_by_people(shape: Shape, case: Case, wanted: Mapping[str, Any]) -> set[str]:
    """Attributes that a person set to something else than the rows say, and those that stand together with them."""
    names = {
        name for name in (*wanted, *(name for group in shape.together for name in group))
        if plain(getattr(case.thing, name)) != wanted.get(name)
        and not _is_untouched(shape, case.noun, name, plain(getattr(case.thing, name)))
    }  # fmt: skip
    for group in shape.together:
        if names.intersection(group):
            names.update(group)
    return names


def _is_untouched(shape: Shape, noun: SourcedNoun, name: str, present: Any) -> bool:
    """Whether an attribute stands as the rows last said it, or empty where they had said nothing of it."""
    if name in noun.said:
        return bool(present == noun.said[name])
    return present in (None, "", [], {}) or (noun.is_made and present == plain(default_of(shape.model, name)))


def store(shape: Shape, cases: Sequence[Case], work: Work) -> None:
    """Things first, since their nouns point to them."""
    manager = shape.model._default_manager
    new = [case.thing for case in cases if case.is_new]
    changed = [case.thing for case in cases if case.is_changed and not case.is_new]
    shape.making([*new, *changed], work)
    manager.bulk_create(new)
    shape.made(new, work)
    save_changed(shape, changed, work)
    for case in cases:
        case.noun.target_id = case.thing.pk
    SourcedNoun.objects.bulk_create(
        [case.noun for case in cases if case.noun.pk is None or case.says_otherwise],
        update_conflicts=True, unique_fields=["recipe", "dataset", "key"], update_fields=["target_id", "said", "found"],
    )  # fmt: skip


def let_go(shape: Shape, nouns: Sequence[SourcedNoun]) -> None:
    """Delete what was made of rows that are gone; give what was found there back what it held."""
    manager = shape.model._default_manager
    found = {noun.target_id: noun for noun in nouns if not noun.is_made}
    for thing in manager.select_for_update(of=("self",)).filter(pk__in=found).order_by("pk"):
        noun = found[thing.pk]
        for name, value in noun.said.items():
            if plain(getattr(thing, name)) == value:
                setattr(thing, name, python(shape.model, name, (noun.found or {}).get(name)))
        thing.save()
    made = [noun.target_id for noun in nouns if noun.is_made]
    if made:
        forget(shape, made)
        manager.filter(pk__in=made).delete()
    SourcedNoun.objects.filter(pk__in=[noun.pk for noun in nouns]).delete()


def say_what_is_kept(shape: Shape, cases: Sequence[Case], rows: Mapping[str, SourcedRow], work: Work) -> None:
    """A line in the report for each attribute that keeps a person's value against what a row of this import says."""
    found = []
    for case in cases:
        row = rows.get(case.told.key)
        found += [_problem(shape, case, name, row, work) for name in case.kept if row is not None]
    RowProblem.objects.bulk_create(found)


def _problem(shape: Shape, case: Case, name: str, row: SourcedRow, work: Work) -> RowProblem:
    recipe_field = shape.fields_of.get(name, name)
    return RowProblem(
        import_run_id=work.import_id, record=row.source_record, line=row.source_line, code=CHANGED_HERE,
        column=work.columns.get(recipe_field, ""), field=recipe_field, value=str(case.noun.said.get(name, ""))[:500],
        detail=str(plain(getattr(case.thing, name)))[:200],
    )  # fmt: skip
