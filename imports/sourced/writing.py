"""Write attributes from rows to things, unless a person changed them (docs/adr/0036)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from imports.models import RowProblem, SourcedRow, SourcedTarget
from imports.sourced.relations import forget
from imports.sourced.shape import Reported, Shape, default_of, plain, python, save_changed
from imports.sourced.target import Work

CHANGED_HERE = "changed_here"


@dataclass(slots=True)
class Case:
    """The values reported for one key, its target and the thing. kept: attributes that keep the value of a person
    although the rows now report another one."""

    reported: Reported
    target: SourcedTarget
    thing: Any
    is_new: bool = False
    is_changed: bool = False
    says_otherwise: bool = False
    kept: list[str] = field(default_factory=list)


def write(shape: Shape, case: Case, values: Mapping[str, object], *, leave: Collection[str] = ()) -> None:
    """Set the attributes that no person changed, and store what the rows reported. leave: attributes that are not
    written."""
    target, thing = case.target, case.thing
    reported = {name: plain(value) for name, value in values.items()}
    wanted = {name: reported.get(name) for name in dict.fromkeys([*reported, *target.reported]) if name not in leave}
    for name in wanted:
        if target.found is not None:
            target.found.setdefault(name, plain(getattr(thing, name)))
        if name not in reported:
            wanted[name] = (target.found or {}).get(name, plain(default_of(shape.model, name)))
    theirs = set() if case.is_new else _changed_by_people(shape, case, wanted)
    for name, value in wanted.items():
        if plain(getattr(thing, name)) == value:
            continue
        if name not in theirs:
            setattr(thing, name, python(shape.model, name, value))
            case.is_changed = True
        elif target.reported.get(name) != value:
            case.kept.append(name)
    stored = reported | {name: value for name, value in target.reported.items() if name in leave}
    case.says_otherwise = stored != target.reported
    target.reported = stored


def _changed_by_people(shape: Shape, case: Case, wanted: Mapping[str, object]) -> set[str]:
    """Attributes that a person set to another value than the rows report, and those that belong together with them."""
    names = {
        name for name in (*wanted, *(name for group in shape.together for name in group))
        if plain(getattr(case.thing, name)) != wanted.get(name)
        and not _is_untouched(shape, case.target, name, plain(getattr(case.thing, name)))
    }  # fmt: skip
    for group in shape.together:
        if names.intersection(group):
            names.update(group)
    return names


def _is_untouched(shape: Shape, target: SourcedTarget, name: str, present: object) -> bool:
    """Whether an attribute is as the rows last stored it, or empty if they had not reported it."""
    if name in target.reported:
        return bool(present == target.reported[name])
    return present in (None, "", [], {}) or (target.is_made and present == plain(default_of(shape.model, name)))


def store(shape: Shape, cases: Sequence[Case], work: Work) -> None:
    """Store things before their targets, which refer to them."""
    manager = shape.model._default_manager
    new = [case.thing for case in cases if case.is_new]
    changed = [case.thing for case in cases if case.is_changed and not case.is_new]
    shape.making([*new, *changed], work)
    manager.bulk_create(new)
    shape.made(new, work)
    save_changed(shape, changed, work)
    for case in cases:
        case.target.target_id = case.thing.pk
    SourcedTarget.objects.bulk_create(
        [case.target for case in cases if case.target.pk is None or case.says_otherwise],
        update_conflicts=True, unique_fields=["recipe", "dataset", "key"],
        update_fields=["target_id", "reported", "found"],
    )  # fmt: skip


def let_go(shape: Shape, targets: Sequence[SourcedTarget]) -> None:
    """Delete things whose rows no longer exist; restore the earlier content of things that existed before."""
    manager = shape.model._default_manager
    found = {target.target_id: target for target in targets if not target.is_made}
    for thing in manager.select_for_update(of=("self",)).filter(pk__in=found).order_by("pk"):
        target = found[thing.pk]
        for name, value in target.reported.items():
            if plain(getattr(thing, name)) == value:
                setattr(thing, name, python(shape.model, name, (target.found or {}).get(name)))
        thing.save()
    made = [target.target_id for target in targets if target.is_made]
    if made:
        forget(shape, made)
        manager.filter(pk__in=made).delete()
    SourcedTarget.objects.filter(pk__in=[target.pk for target in targets]).delete()


def report_what_is_kept(shape: Shape, cases: Sequence[Case], rows: Mapping[str, SourcedRow], work: Work) -> None:
    """Add a line to the report for each attribute that keeps the value of a person against a row of this import."""
    found = []
    for case in cases:
        row = rows.get(case.reported.key)
        found += [_problem(shape, case, name, row, work) for name in case.kept if row is not None]
    RowProblem.objects.bulk_create(found)


def _problem(shape: Shape, case: Case, name: str, row: SourcedRow, work: Work) -> RowProblem:
    recipe_field = shape.fields_of.get(name, name)
    return RowProblem(
        import_run_id=work.import_id, record=row.source_record, line=row.source_line, code=CHANGED_HERE,
        column=work.columns.get(recipe_field, ""), field=recipe_field,
        value=str(case.target.reported.get(name, ""))[:500], detail=str(plain(getattr(case.thing, name)))[:200],
    )  # fmt: skip
