"""Request and cancel the comparison of two imports."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from imports import policies
from imports.models import Comparison, Import
from jobs.models import JobState
from jobs.tasks import wake_worker

MOST_KEPT = 20  # of one dataset


@transaction.atomic
def compare_imports(*, older: Import, newer: Import, by: User) -> Comparison:
    """Compare two finished imports of one dataset; returns the earlier comparison of the two if it is still valid."""
    policies.check_can_manage_dataset(by, newer.dataset)
    if older.dataset_id != newer.dataset_id or older.pk == newer.pk:
        raise ValidationError(_("Choose two different imports of one dataset."), code="not_comparable")
    both = Import.objects.comparable().filter(pk__in=[older.pk, newer.pk]).select_for_update(of=("self",))
    if len(both.order_by("pk")) != 2:
        raise ValidationError(
            _("Only imports whose file was read completely with a mapping can be compared."), code="not_comparable"
        )
    known = Comparison.objects.filter(older=older, newer=newer).first()
    if known and _holds(known):
        return known
    if known:
        known.delete()
    _forget_oldest(newer)
    found = Comparison.objects.create(older=older, newer=newer, created_by=by)
    audit.record("comparison.requested", by=by, target=newer, older=older.pk)
    transaction.on_commit(lambda: wake_worker(found))
    return found


def _holds(known: Comparison) -> bool:
    """Whether rows were replayed into neither import since. A failed or cancelled comparison is made again."""
    if not known.is_active and known.state != JobState.FINISHED:
        return False
    changes = [run.changed_at for run in (known.older, known.newer) if run.changed_at]
    return all(known.created_at > changed for changed in changes)


def _forget_oldest(newer: Import) -> None:
    kept = Comparison.objects.filter(newer__dataset=newer.dataset_id).order_by("-id")[: MOST_KEPT - 1]
    others = Comparison.objects.filter(newer__dataset=newer.dataset_id).exclude(
        pk__in=list(kept.values_list("pk", flat=True))
    )
    others.exclude(state__in=Comparison.ACTIVE).delete()


@transaction.atomic
def cancel_comparison(*, comparison: Comparison, by: User) -> Comparison:
    """Cancel a comparison and discard its result; a running one stops within seconds."""
    found = Comparison.objects.select_for_update(of=("self",)).get(pk=comparison.pk)
    policies.check_can_manage_dataset(by, found.newer.dataset)
    if not found.is_active:
        raise ValidationError(_("This comparison has already ended."), code="already_ended")
    found.cancel_requested = True
    found.save(update_fields=["cancel_requested"])
    audit.record("comparison.cancelled", by=by, target=found.newer, older=found.older_id)
    transaction.on_commit(lambda: wake_worker(found))
    return found
