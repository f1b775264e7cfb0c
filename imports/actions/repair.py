"""Repair, dismiss and replay rows in quarantine; undo imports."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from imports.actions.locking import locked_import, save_active
from imports.jobs.propose import kept_mapping
from imports.mapping import Definition, check_complete
from imports.models import Import, QuarantinedRow
from imports.problems import Refused
from imports.readers.table import MAX_CELL
from imports.recipe import recipe_named
from imports.selectors.undoing import dependents_of
from jobs.tasks import wake_worker
from rest.problems import Conflict

_LONGEST_REASON = 500


@transaction.atomic
def repair_row(*, row: QuarantinedRow, cells: Sequence[str], by: User) -> QuarantinedRow:
    """Correct the cells of a row in quarantine; the next replay loads them. The original cells remain stored."""
    run, row = _locked_row(row, by)
    _check_open(row)
    cells = [str(cell) for cell in cells]
    width = len(run.understanding["columns"])
    if len(cells) != width:
        raise _wrong(
            "cells",
            "wrong_width",
            _("The header has %(width)s columns, so the row needs %(width_2)s cells.")
            % {"width": width, "width_2": width},
        )
    if any("\0" in cell for cell in cells):
        raise _wrong("cells", "nul_character", _("A cell contains a NUL character, which cannot be stored."))
    if sum(len(cell) for cell in cells) > MAX_CELL:
        raise _wrong(
            "cells",
            "too_long",
            _("The cells together are longer than %(max_cell)s characters.") % {"max_cell": f"{MAX_CELL:,}"},
        )
    if cells == row.present_cells:
        return row
    row.repaired = None if cells == row.cells else cells
    row.save(update_fields=["repaired"])
    changed = [at for at, (old, new) in enumerate(zip(row.cells, cells, strict=False)) if old != new]
    audit.record("row.repaired", by=by, target=run, line=row.line, columns=_names(run, changed))
    return row


@transaction.atomic
def dismiss_row(*, row: QuarantinedRow, reason: str, by: User) -> QuarantinedRow:
    """Leave a row out for good, with a reason. It counts as skipped."""
    run, row = _locked_row(row, by)
    _check_open(row)
    _dismiss(run, QuarantinedRow.objects.filter(pk=row.pk), reason, by)
    row.refresh_from_db()
    return row


@transaction.atomic
def dismiss_rows(*, run: Import, rows: QuerySet[QuarantinedRow], reason: str, by: User) -> int:
    """Leave all of these open rows of one import out; returns their number."""
    run = locked_import(run, by, Import.State.LOADED)
    return _dismiss(run, rows.filter(import_run=run, state=QuarantinedRow.State.OPEN), reason, by)


@transaction.atomic
def reopen_row(*, row: QuarantinedRow, by: User) -> QuarantinedRow:
    """Put a dismissed row back into quarantine."""
    run, row = _locked_row(row, by)
    if row.state != QuarantinedRow.State.DISMISSED:
        raise ValidationError(_("Only a dismissed row can be reopened."), code="not_dismissed")
    row.state, row.reason, row.decided_by, row.decided_at = QuarantinedRow.State.OPEN, "", None, None
    row.save()
    run.quarantined, run.skipped = (run.quarantined or 0) + 1, (run.skipped or 0) - 1
    run.save(update_fields=["quarantined", "skipped"])
    audit.record("row.reopened", by=by, target=run, line=row.line)
    return row


@transaction.atomic
def replay_import(*, run: Import, by: User, definition: Definition | None = None) -> Import:
    """Replay the rows in quarantine with their repaired cells, under a new mapping if one is given."""
    run = locked_import(run, by, Import.State.LOADED)
    recipe = recipe_named(run.recipe)
    if recipe is None:
        raise Refused("no_such_recipe", _("There is no recipe %(recipe)s.") % {"recipe": repr(run.recipe)})
    if not run.quarantined:
        raise ValidationError(_("This import has no rows in quarantine."), code="nothing_to_replay")
    if definition is not None:
        check_complete(definition, recipe, [column["name"] for column in run.understanding["columns"]])
        run.replay_mapping = kept_mapping(run.dataset, recipe, definition, by=by)
    _send(run, Import.Operation.REPLAY, by)
    version = run.replay_mapping.version if run.replay_mapping else None
    audit.record("replay.requested", by=by, target=run, rows=run.quarantined, mapping=version)
    return run


@transaction.atomic
def undo_import(*, run: Import, by: User) -> Import:
    """Delete what an import created and restore what it overwrote. Raises Conflict `undo_blocked` with `blockers` if
    something depends on it; nothing is changed then."""
    run = locked_import(run, by, Import.State.LOADED)
    recipe = recipe_named(run.recipe)
    if recipe is None:
        raise Refused("no_such_recipe", _("There is no recipe %(recipe)s.") % {"recipe": repr(run.recipe)})
    if blockers := dependents_of(run, recipe):
        shown = [{"code": b.code, "message": b.sentence, "count": b.count} for b in blockers]
        raise Conflict(" ".join(b.sentence for b in blockers), code="undo_blocked", blockers=shown)
    _send(run, Import.Operation.UNDO, by)
    audit.record("undo.requested", by=by, target=run)
    return run


def _send(run: Import, operation: Import.Operation, by: User) -> None:
    run.operation, run.state, run.stage, run.attempts = operation, Import.State.WAITING, "", 0
    run.progress_done = run.progress_total = 0
    run.changed_by = by
    save_active(run)
    transaction.on_commit(lambda: wake_worker(run))


def _locked_row(row: QuarantinedRow, by: User) -> tuple[Import, QuarantinedRow]:
    """Lock the import before the row, as the worker does: its counts and its rows change together."""
    run = locked_import(row.import_run, by, Import.State.LOADED)
    return run, QuarantinedRow.objects.select_for_update().get(pk=row.pk)


def _check_open(row: QuarantinedRow) -> None:
    if row.state != QuarantinedRow.State.OPEN:
        raise ValidationError(
            _("This row is in the state “%(state)s”.") % {"state": row.get_state_display()},
            code="not_open",
        )


def _dismiss(run: Import, rows: QuerySet[QuarantinedRow], reason: str, by: User) -> int:
    reason = reason.strip()
    if not reason:
        raise _wrong("reason", "required", _("Give a reason."))
    if len(reason) > _LONGEST_REASON:
        raise _wrong(
            "reason",
            "max_length",
            _("Keep the reason within %(longest_reason)s characters.") % {"longest_reason": _LONGEST_REASON},
        )
    lines = list(rows.order_by("record").values_list("line", flat=True)[:20])
    state = QuarantinedRow.State.DISMISSED
    number = rows.update(state=state, reason=reason, decided_by=by, decided_at=timezone.now())
    run.quarantined, run.skipped = (run.quarantined or 0) - number, (run.skipped or 0) + number
    run.save(update_fields=["quarantined", "skipped"])
    audit.record("rows.dismissed", by=by, target=run, rows=number, lines=lines, reason=reason)
    return number


def _names(run: Import, positions: Sequence[int]) -> list[str]:
    columns = run.understanding["columns"]
    return [columns[at]["name"] for at in positions if at < len(columns)]


def _wrong(field: str, code: str, sentence: str) -> ValidationError:
    return ValidationError({field: ValidationError(sentence, code=code)})
