"""Targets made of rows: the values of all rows with one key become a thing, which people may have changed since.

Where nobody changed it, a thing is a function of its rows. So undo restores exactly the earlier state, and tables about
the same things can be loaded in any order (docs/adr/0036).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from django.db.models import QuerySet

from imports.models import Dataset, SourcedRow, SourcedTarget
from imports.recipe import Dependent
from imports.sourced import relations
from imports.sourced.dependents import dependents_of
from imports.sourced.shape import Reported, Shape, reported_of
from imports.sourced.target import Work
from imports.sourced.writing import Case, let_go, report_what_is_kept, store, write
from standards.json_values import JsonObject
from versions.targets import Target


def group_of(dataset: Dataset, *, joins: bool) -> tuple[Dataset, list[int]]:
    """The first of the linked datasets of one recipe about the same things, and the ids of all of them."""
    first = dataset
    if not joins:
        return first, [first.pk]
    while first.linked_with is not None and first.linked_with.recipe == dataset.recipe:
        first = first.linked_with
    ids = [first.pk]
    added = ids
    while added:
        linked = Dataset.objects.filter(linked_with__in=added, recipe=dataset.recipe).exclude(pk__in=ids)
        added = list(linked.values_list("pk", flat=True))
        ids = [*ids, *added]
    return first, ids


class Projected:
    """Implements `TargetWriter` for a model of a room, given its shape."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape

    def target(self, target_id: int | None) -> Target | None:
        return (self.shape.model._meta.label_lower, str(target_id)) if target_id is not None else None

    def dependents(self, dataset_id: int, import_id: int) -> list[Dependent]:
        return dependents_of(self.shape, dataset_id, import_id)

    def apply(self, rows: Sequence[SourcedRow], work: Work) -> Sequence[int | None]:
        first, group = group_of(work.dataset, joins=self.shape.joins)
        moved = self._targets(first).filter(target_id__in=[row.target_id for row in rows if row.target_id])
        keys = dict.fromkeys([*(row.key for row in rows), *moved.values_list("key", flat=True)])
        things = self._settle(keys, first, group, work, {row.key: row for row in rows})
        return [things[row.key].pk for row in rows]

    def withdraw(self, rows: Sequence[SourcedRow], work: Work) -> None:
        first, group = group_of(work.dataset, joins=self.shape.joins)
        self._settle(dict.fromkeys(row.key for row in rows), first, group, work, {})

    def finish(self, work: Work) -> None:
        """Also complete relations in datasets that are linked with this one and that waited for these rows."""
        if not self.shape.relations:
            return
        _, linked = group_of(work.dataset, joins=True)
        first, group = group_of(work.dataset, joins=self.shape.joins)
        relations.settle(self.shape, first, group, work)
        for dataset in Dataset.objects.filter(pk__in=linked).exclude(pk__in=group).select_related("linked_with"):
            relations.settle(self.shape, dataset, [dataset.pk], replace(work, dataset=dataset))

    def _targets(self, first: Dataset) -> QuerySet[SourcedTarget]:
        return SourcedTarget.objects.filter(recipe=self.shape.recipe, dataset=first)

    def _settle(
        self, keys: Iterable[str], first: Dataset, group: list[int], work: Work, rows: Mapping[str, SourcedRow]
    ) -> JsonObject:
        """Update the things of these keys from all their rows; returns the remaining things by key."""
        reported = reported_of(list(keys), group, self.shape.gathered)
        targets = {target.key: target for target in self._targets(first).filter(key__in=list(keys))}
        let_go(self.shape, [target for key, target in targets.items() if key not in reported])
        known = self.shape.known(list(reported.values()), work)
        cases = self._cases(reported, targets, first, work)
        for case in cases:
            write(self.shape, case, self.shape.values_of(case.reported, known), leave=self.shape.relations)
        store(self.shape, cases, work)
        report_what_is_kept(self.shape, cases, rows, work)
        return {case.reported.key: case.thing for case in cases}

    def _cases(
        self, reported: Mapping[str, Reported], targets: Mapping[str, SourcedTarget], first: Dataset, work: Work
    ) -> list[Case]:
        """Lock things in the order of their ids, so that two imports never wait for each other."""
        model = self.shape.model._default_manager
        ids = [target.target_id for key, target in targets.items() if key in reported]
        things = {thing.pk: thing for thing in model.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")}
        lacking = [one for key, one in reported.items() if key not in targets or targets[key].target_id not in things]
        met = self.shape.find(lacking, work)
        cases = []
        for key, one in reported.items():
            target = targets.get(key) or SourcedTarget(recipe=self.shape.recipe, dataset=first, key=key)
            thing = things.get(target.target_id)
            if thing is not None:
                cases.append(Case(one, target, thing))
            elif key in met:
                target.reported, target.found = {}, {}
                cases.append(Case(one, target, met[key]))
            else:
                target.reported, target.found = {}, None
                cases.append(Case(one, target, self.shape.new(one, work), is_new=True))
        return cases
