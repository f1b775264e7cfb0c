"""Run an import from its present state to the point where it needs a person. Safe to call twice."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from imports.jobs import publish as publishing
from imports.jobs.check import check
from imports.jobs.expressions import Expressions
from imports.jobs.findings import mapped_findings
from imports.jobs.forgotten import drop_forgotten_tables
from imports.jobs.languages import detect_language
from imports.jobs.propose import proposed_mapping
from imports.jobs.recognise import decided_recipe
from imports.jobs.replay import replay
from imports.jobs.understand import is_staged, understand
from imports.jobs.undo import undo
from imports.mapping import check_complete, read_definition
from imports.models import Import
from imports.problems import Refused
from imports.recipe import AUTO, Recipe, recipe_named
from imports.selectors.personal import must_wait
from jobs.kinds import Kind
from jobs.lease import Lease, signed
from jobs.problems import Postponed, Stopped
from jobs.running import run as run_job
from standards.json_values import JsonObject
from standards.translation import gettext as _


class Imports(Kind[Import]):
    """Imports of files into datasets, replays of repaired rows, and undo."""

    model = Import

    def get(self, job_id: int) -> Import:
        return Import.objects.select_related("dataset", "source_file", "mapping", "created_by").get(pk=job_id)

    def begin(self, job: Import, lease: Lease) -> None:
        if job.operation != Import.Operation.LOAD:
            lease.write(state=Import.State.RUNNING)
            return
        is_only_read = job.mapping is None and not job.is_automatic
        state = Import.State.RECEIVED if is_only_read else Import.State.RUNNING
        lease.write(state=state, started_at=job.started_at or timezone.now())

    def work(self, job: Import, lease: Lease) -> None:
        recipe = decided_recipe(job, lease) if job.recipe == AUTO else recipe_named(job.recipe)
        if recipe is None:
            raise Refused("no_such_recipe", _("There is no recipe %(recipe)s.") % {"recipe": repr(job.recipe)})
        steps = {Import.Operation.REPLAY: replay, Import.Operation.UNDO: undo}
        steps.get(Import.Operation(job.operation), _load)(job, recipe, lease)

    def end(self, job: Import, lease: Lease, state: str, problem: Stopped | None) -> None:
        _end(job, lease, state, problem)

    def tidy(self) -> None:
        drop_forgotten_tables()

    def consequence(self, job: Import) -> str:
        return _("Nothing was published.") if job.operation == Import.Operation.LOAD else _("Nothing was changed.")


IMPORTS = Imports()
# Notes on a replay or an undo without a result; translated when they are read.
_ENDED = {
    Import.Operation.REPLAY: _("The repaired rows were not replayed. %(reason)s"),
    Import.Operation.UNDO: _("The import was not undone. %(reason)s"),
}


def run_import(import_id: int) -> bool:
    """One attempt at an import, by `jobs.running.run`."""
    return run_job(IMPORTS, import_id)


def _load(run: Import, recipe: Recipe, lease: Lease) -> None:
    is_dry = run.is_dry_run
    earlier = None if is_dry else _same_again(run)
    if earlier:
        publishing.publish_again(run, earlier, lease)
        return
    if not is_staged(run):
        understand(run, recipe.known_headers, lease)
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
    bare = [column["name"] for column in run.understanding["columns"] if not column.get("blank_ends", True)]
    expressions = Expressions(run.pk, run.staging, recipe, definition, columns, bare=bare)
    found = check(run, expressions, definition, lease)
    rows = run.rows or 0
    load = expressions.load(run.dataset_id, 1, rows, rows - found.quarantined - found.skipped)
    lease.write(findings=mapped_findings(run, definition, recipe))
    if not run.is_dry_run:
        detect_language(run, recipe, definition)
    step = publishing.dry_run if run.is_dry_run or must_wait(run) else publishing.publish
    step(run, load, recipe.publisher, found, lease)
    publishing.clear_up(run.pk)


def _map_by_guess(run: Import, recipe: Recipe, lease: Lease) -> None:
    """Save mapping and import in one transaction: otherwise a later attempt would report this mapping as one of an
    earlier file. If an identical import is active this one waits for its end."""
    try:
        with transaction.atomic():
            mapping, notes = proposed_mapping(run, recipe)
            lease.write(mapping=mapping, notes=[*run.notes, *notes])
    except IntegrityError as error:
        if "identical_imports" not in str(error):
            raise
        lease.put_back()
        raise Postponed from error
    run.mapping, run.notes = mapping, [*run.notes, *notes]


def _same_again(run: Import) -> Import | None:
    """The latest import into the dataset, if it loaded this file with this mapping."""
    records = Import.objects.holding_records().filter(dataset=run.dataset)
    latest = records.order_by("-finished_at", "-id").first()
    if latest is None or not latest.was_loaded or latest.source_file_id != run.source_file_id:
        return None
    if records.exclude(pk=latest.pk).filter(changed_at__gt=latest.finished_at).exists():
        return None
    if run.all_or_nothing and latest.quarantined:
        return None
    if run.mapping is None:
        may_repeat = run.is_automatic and latest.is_automatic and latest.reading_options == run.reading_options
        return latest if may_repeat else None
    return latest if latest.mapping_id == run.mapping_id else None


def _end(run: Import, lease: Lease, state: str, problem: Stopped | None) -> None:
    """Close an import that did not load, and drop its work tables. One that was loaded before stays loaded, with a note
    that says why it was not replayed or undone. The transaction names its connection, so that a frozen worker in it can
    be stopped."""
    recipe = recipe_named(run.recipe)
    with signed(lease), transaction.atomic():
        held = Import.objects.select_for_update().filter(pk=run.pk, fence=lease.fence).first()
        if held is None:
            return
        if recipe and _has_turn(held):
            publishing.discard_beside(run.dataset_id, recipe.publisher)
        lease.end(**_closing(run, state, problem))
    publishing.clear_up(run.pk)


def _closing(run: Import, state: str, problem: Stopped | None) -> JsonObject:
    code, message = (problem.code, problem.message) if problem else ("", "")
    closing = {"staging": "", "state": state, "error_code": code, "error_message": message}
    if run.operation == Import.Operation.LOAD:
        return closing
    if state == Import.State.FAILED:
        return closing | {"finished_at": run.finished_at}
    notes = [_ENDED[Import.Operation(run.operation)] % {"reason": message}] if problem else []
    return publishing.back_to_loaded(run) | {"notes": [*run.notes, *notes]}


def _has_turn(held: Import) -> bool:
    """Whether it is this import's turn to write, or can be: an import that was filling a new table may be reading again
    after a crash of the database, and its table still exists."""
    if held.operation != Import.Operation.LOAD or held.stage in Import.PUBLISHING_STAGES:
        return held.stage in Import.PUBLISHING_STAGES
    try:
        with transaction.atomic():
            turn = {"state": Import.State.RUNNING, "stage": Import.Stage.SWITCHING}
            Import.objects.filter(pk=held.pk).update(**turn)
    except IntegrityError:
        return False  # the import whose turn it is drops the table before it begins
    return True
