"""Undo of a loaded import: delete what it created and restore what it overwrote, in one transaction (docs/adr/0034)."""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from imports.jobs.publish import closed, take_turn
from imports.models import Dataset, Import, PreviousVersion
from imports.problems import Refused
from imports.recipe import Recipe
from imports.selectors.undoing import dependents_of
from jobs.lease import Lease
from standards.translation import together


def undo(run: Import, recipe: Recipe, lease: Lease) -> None:
    """Delete, restore and record it. Dependents are checked again, now that nobody else can write."""
    publisher = recipe.publisher
    reach = publisher.reach(run.dataset_id, run.pk)
    take_turn(run, lease, reach.created + reach.updated, Import.Stage.RESTORING)
    with transaction.atomic():
        if blockers := dependents_of(run, recipe):
            raise Refused("undo_blocked", together([blocker.sentence for blocker in blockers]))
        done = publisher.undo(run.dataset_id, run.pk)
        PreviousVersion.objects.filter(import_run=run).delete()
        facts = publisher.after(run.dataset_id)
        Dataset.objects.filter(pk=run.dataset_id).update(updated_at=timezone.now(), **facts)
        audit.record("import.undone", by=run.changed_by, target=run, deleted=done.created, restored=done.updated)
        lease.write(
            **closed() | {"finished_at": run.finished_at}, state=Import.State.UNDONE, operation=Import.Operation.LOAD,
            attempts=0, changed_at=timezone.now(),
        )  # fmt: skip
