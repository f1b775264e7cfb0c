"""An import from where it stands to where it needs a person: read, map, check, publish. Safe to call twice."""

import errno
import logging

from django.conf import settings
from django.db import DatabaseError, IntegrityError, InterfaceError, connection, transaction
from django.utils import timezone

from imports.jobs import publish as publishing
from imports.jobs.check import check
from imports.jobs.expressions import Expressions
from imports.jobs.findings import mapped_findings
from imports.jobs.lease import Lease, claim, kept_alive, signed
from imports.jobs.propose import proposed_mapping
from imports.jobs.replay import replay
from imports.jobs.understand import understand
from imports.jobs.undo import undo
from imports.mapping import check_complete, read_definition
from imports.models import Import
from imports.problems import Cancelled, LostLease, Refused
from imports.recipe import Recipe, recipe_named
from imports.selectors.personal import must_wait
from imports.work_tables import holds_rows

logger = logging.getLogger(__name__)

_DISK_FULL = "53100"  # what PostgreSQL calls it
_PARKED = ("parked", "disk_full")


def run_import(import_id: int) -> bool:
    """Work on an import until it is done or waits for a person; False when somebody else holds it.

    Database errors that another attempt may get over are logged and raised; the reconciler comes back to it.
    """
    lease = claim(import_id)
    if lease is None:
        return False
    run = Import.objects.select_related("dataset", "source_file", "mapping", "created_by").get(pk=import_id)
    recipe = recipe_named(run.recipe)
    try:
        _check_attempts(run)
        with kept_alive(lease):
            _advance(run, _known_recipe(recipe, run), lease)
    except Refused as error:
        _end(run, recipe, lease, Import.State.REFUSED, error)
    except publishing.Busy:
        return True
    except LostLease:
        logger.warning("import %s was taken over", import_id)
    except (Cancelled, DatabaseError, InterfaceError, OSError) as error:
        _stopped(run, recipe, lease, error)
    return True


def _known_recipe(recipe: Recipe | None, run: Import) -> Recipe:
    if recipe is None:
        raise Refused("no_such_recipe", f"There is no recipe {run.recipe!r}.")
    return recipe


def _check_attempts(run: Import) -> None:
    """After several tries that all broke off the next one would too: park it and tell a person."""
    if run.attempts > settings.IMPORT_ATTEMPTS:
        raise Refused(
            "parked",
            f"The import broke off {settings.IMPORT_ATTEMPTS} times at the stage “{run.get_stage_display()}” and was "
            "parked. Nothing was published. The log of the worker says why; start it again when that is mended.",
        )


def _advance(run: Import, recipe: Recipe, lease: Lease) -> None:
    if run.errand == Import.Errand.LOAD:
        _load(run, recipe, lease)
        return
    lease.write(state=Import.State.RUNNING)
    if run.errand == Import.Errand.REPLAY:
        replay(run, recipe, lease)
    else:
        undo(run, recipe, lease)


def _load(run: Import, recipe: Recipe, lease: Lease) -> None:
    is_dry = run.is_dry_run
    state = Import.State.RECEIVED if run.mapping is None and not run.is_automatic else Import.State.RUNNING
    lease.write(state=state, started_at=run.started_at or timezone.now())
    earlier = None if is_dry else _same_again(run)
    if earlier:
        publishing.publish_again(run, earlier, lease)
        return
    if not _is_staged(run):
        understand(run, recipe, lease)
    if run.mapping is None and not run.is_automatic:
        lease.write(state=Import.State.UNDERSTOOD, stage="", lease_owner=None, lease_expires_at=None, attempts=0)
        return
    if run.mapping is None:
        _map_by_guess(run, recipe, lease)
        if not is_dry and (earlier := _same_again(run)):
            publishing.publish_again(run, earlier, lease)
            publishing.clear_up(run.pk)
            return
    _check_and_publish(run, recipe, lease)


def _check_and_publish(run: Import, recipe: Recipe, lease: Lease) -> None:
    assert run.mapping is not None  # noqa: S101 -- the caller mapped it
    if not run.is_dry_run:
        publishing.wait_for_turn(run, lease)
    columns = [column["name"] for column in run.understanding["columns"]]
    definition = read_definition(run.mapping.definition, recipe, latest_year=timezone.now().year)
    check_complete(definition, recipe, columns)
    expressions = Expressions(run.pk, run.staging, recipe, definition, columns)
    found = check(run, expressions, definition, lease)
    rows = run.rows or 0
    load = expressions.load(run.dataset_id, 1, rows, rows - found.quarantined - found.skipped)
    lease.write(findings=mapped_findings(run, definition))
    step = publishing.dry_run if run.is_dry_run or must_wait(run) else publishing.publish
    step(run, load, recipe.publisher, found, lease)
    publishing.clear_up(run.pk)


def _is_staged(run: Import) -> bool:
    with connection.cursor() as cursor:
        return bool(run.staging) and holds_rows(cursor, run.staging)


def _map_by_guess(run: Import, recipe: Recipe, lease: Lease) -> None:
    """Mapping and import in one transaction: a later attempt would take a mapping kept by this one for an earlier
    file's, and say so. Where the same file is under way under the same mapping it waits for that one's end."""
    try:
        with transaction.atomic():
            mapping, notes = proposed_mapping(run, recipe)
            lease.write(mapping=mapping, notes=[*run.notes, *notes])
    except IntegrityError as error:
        if "identical_imports" not in str(error):
            raise
        publishing.give_way(lease)
        raise publishing.Busy from error
    run.mapping, run.notes = mapping, [*run.notes, *notes]


def _same_again(run: Import) -> Import | None:
    """The latest import into the dataset, when it took this very file under this very mapping."""
    records = Import.objects.holding_records().filter(dataset=run.dataset)
    latest = records.order_by("-finished_at", "-id").first()
    if latest is None or not latest.was_loaded or latest.source_file_id != run.source_file_id:
        return None
    if records.exclude(pk=latest.pk).filter(changed_at__gt=latest.finished_at).exists():
        return None
    if run.mapping is None:
        may_repeat = run.is_automatic and latest.is_automatic and latest.wishes == run.wishes
        return latest if may_repeat else None
    return latest if latest.mapping_id == run.mapping_id else None


def _stopped(run: Import, recipe: Recipe | None, lease: Lease, error: Exception) -> None:
    """A person cancelled, or the database refused: a cancelled statement is a person's wish too."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    wished = isinstance(error, Cancelled) or (
        Import.objects.filter(pk=run.pk, fence=lease.fence, cancel_requested=True).exists()
    )
    if _is_disk_full(error):
        logger.error("import %s was parked: the disk is full", run.pk)
        _end(run, recipe, lease, Import.State.PARKED, _disk_full(run, error))
        return
    if not wished:
        logger.error("import %s broke off: %s", run.pk, type(error).__name__)
        Import.objects.filter(pk=run.pk, fence=lease.fence).update(lease_owner=None, lease_expires_at=None)
        raise error
    _end(run, recipe, lease, Import.State.CANCELLED, None)


def _is_disk_full(error: Exception) -> bool:
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return getattr(error.__cause__, "pgcode", None) == _DISK_FULL


def _disk_full(run: Import, error: Exception) -> Refused:
    whose = "this program keeps its files" if isinstance(error, OSError) else "the database keeps its data"
    what = "Nothing was published" if run.errand == Import.Errand.LOAD else "Nothing was changed"
    return Refused(
        "disk_full",
        f"The disk where {whose} is full. {what}, and all that the import had written was removed. Make some space, "
        "then start it again.",
    )


def _end(run: Import, recipe: Recipe | None, lease: Lease, state: str, error: Refused | None) -> None:
    """Close an import that did not load, and remove all it worked in. One that was loaded before stays loaded, and
    says in its notes why it could not be replayed or undone."""
    if error and error.code in _PARKED:
        state = Import.State.PARKED
    closing = publishing.closed() | {
        "state": state,
        "error_code": error.code if error else "",
        "error_message": error.message if error else "",
    }
    if run.errand != Import.Errand.LOAD and state == Import.State.PARKED:
        closing |= {"finished_at": run.finished_at}
    elif run.errand != Import.Errand.LOAD:
        notes = [f"{run.get_errand_display()}: {error.message}"] if error else []
        closing = publishing.back_to_loaded(run) | {"notes": [*run.notes, *notes]}
    with signed(lease), transaction.atomic():
        held = Import.objects.select_for_update().filter(pk=run.pk, fence=lease.fence).first()
        if held is None:
            return
        if recipe and _has_turn(held):
            publishing.discard_beside(run.dataset_id, recipe.publisher)
        Import.objects.filter(pk=run.pk).update(**closing)
    publishing.clear_up(run.pk)


def _has_turn(held: Import) -> bool:
    """Whether it is this import's turn to write, or can be: one that was filling a table beside the live one may have
    been set back to reading by a crash of the database, and its table is still there."""
    if held.errand != Import.Errand.LOAD or held.stage in Import.PUBLISHING_STAGES:
        return held.stage in Import.PUBLISHING_STAGES
    try:
        with transaction.atomic():
            turn = {"state": Import.State.RUNNING, "stage": Import.Stage.SWITCHING}
            Import.objects.filter(pk=held.pk).update(**turn)
    except IntegrityError:
        return False  # who has it throws the table away before beginning
    return True
