"""Rows in quarantine, their replay, and the undo of an import."""

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from imports.actions import dismiss_row, dismiss_rows, reopen_row, repair_row, replay_import, undo_import
from imports.filters import QuarantineFilter
from imports.forms import ReasonForm
from imports.mapping import read_definition
from imports.mapping_form import MappingForm
from imports.models import Import, QuarantinedRow
from imports.preview import preview
from imports.recipe import Recipe, recipe_named
from imports.selectors import problem_groups
from imports.selectors.quarantine import cells_of, next_open, rows_with_problems, sentences_of
from imports.selectors.undoing import undo_preview
from imports.views.imports import mapping_page, own_import
from rest.forms import UNPROCESSABLE, attempt, form_page, posted, press, see_other, sentences, submit
from rest.listing import listing

_FIRST_CELLS = 6
_SHOWN = 80


@require_GET
@login_required
def import_quarantine(request: SignedInRequest, pk: int) -> HttpResponse:
    """The rows of one import in quarantine, by problem, with the actions for all rows that are shown."""
    return _quarantine_page(request, own_import(request, pk))


def _quarantine_page(request: SignedInRequest, run: Import, *, reason: str = "", error: str = "") -> HttpResponse:
    shown = listing(request, rows_with_problems(Import.objects.filter(pk=run.pk)), QuarantineFilter)
    columns = [column["name"] for column in run.understanding.get("columns", ())][:_FIRST_CELLS]
    rows = [(row, sentences_of(row), _first_cells(columns, row)) for row in shown.rows]
    open_rows = QuarantinedRow.objects.filter(import_run=run, state=QuarantinedRow.State.OPEN)
    context = {
        "run": run, "listing": shown, "rows": rows, "groups": problem_groups(run), "reason": reason, "error": error,
        "columns": columns,
        "repaired": open_rows.filter(repaired__isnull=False).count(),
        "query": urlencode({name: value for name, value in request.GET.items() if name in ("code", "column", "line")}),
    }  # fmt: skip
    status = UNPROCESSABLE if error else shown.status
    return render(request, "imports/quarantine.html", context, status=status)


def _first_cells(columns: list[str], row: QuarantinedRow) -> list[tuple[str, str]]:
    """Column and cell. A row of the wrong width has more or fewer cells than the header."""
    return [(column, cell[:_SHOWN]) for column, cell in zip(columns, row.present_cells, strict=False)]


@require_POST
@login_required
def quarantine_dismiss(request: SignedInRequest, pk: int) -> HttpResponse:
    """Dismiss every open row that matches the filters in the address, with one reason."""
    run = own_import(request, pk)
    form = ReasonForm(posted(request))
    if submit(
        request,
        form,
        lambda: _dismiss_shown(request, run, form.cleaned_data["reason"]),
        success=lambda number: (
            ngettext("%(number)s row dismissed.", "%(number)s rows dismissed.", number) % {"number": f"{number:,}"}
        ),
    ):
        return see_other("import-quarantine", pk)
    return _quarantine_page(request, run, reason=request.POST.get("reason", ""), error=sentences(form))


def _dismiss_shown(request: SignedInRequest, run: Import, reason: str) -> int:
    rows = rows_with_problems(Import.objects.filter(pk=run.pk))
    filterset = QuarantineFilter(request.GET, queryset=rows, request=request, only_given=True)
    filterset.check()
    chosen = QuarantinedRow.objects.filter(pk__in=filterset.qs.order_by().values("pk"))
    return dismiss_rows(run=run, rows=chosen, reason=reason, by=request.user)


@require_http_methods(["GET", "POST"])
@login_required
def quarantine_row(request: SignedInRequest, pk: int, row_pk: int) -> HttpResponse:
    """One row: its cells, their problems, and the forms to repair or dismiss it."""
    run = own_import(request, pk)
    row = get_object_or_404(rows_with_problems(Import.objects.filter(pk=run.pk)), pk=row_pk)
    form = ReasonForm(posted(request))
    if submit(request, form, lambda: _decide(run, row, request.POST, request.user), success=lambda message: message):
        following = next_open(row) if request.POST.get("button") == "next" else None
        return see_other("quarantine-row", pk, following.pk) if following else see_other("import-quarantine", pk)
    if request.method == "POST":
        row.repaired = _posted_cells(run, row, request.POST)
    recipe = recipe_named(run.recipe)
    labels = {field.name: field.shown_label for field in recipe.fields} if recipe else {}
    cells = cells_of(run, row, labels)
    context = {
        "run": run, "row": row, "error": sentences(form), "reason": request.POST.get("reason", ""),
        "problems": sentences_of(row), "cells": cells,
        "beyond": row.cells[len(run.understanding["columns"]):],
        "can_change": run.was_loaded and row.state == QuarantinedRow.State.OPEN,
    }  # fmt: skip
    return form_page(request, "imports/quarantine_row.html", form, **context)


def _decide(run: Import, row: QuarantinedRow, sent: Mapping[str, str], by: User) -> str:
    """Do what the pressed button asks for; returns the message about it."""
    line = {"line": f"{row.line:,}"}
    if sent.get("button") == "dismiss":
        dismiss_row(row=row, reason=sent.get("reason", ""), by=by)
        return _("The row at line %(line)s was dismissed.") % line
    if sent.get("button") == "reopen":
        reopen_row(row=row, by=by)
        return ""
    repair_row(row=row, cells=_posted_cells(run, row, sent), by=by)
    return _("The row at line %(line)s was saved as repaired. The next replay loads it.") % line


def _posted_cells(run: Import, row: QuarantinedRow, posted: Mapping[str, str]) -> list[str]:
    """The cells of the row with those of the request. Browsers send each line break as two characters; unchanged cells
    keep theirs."""
    width = len(run.understanding["columns"])
    cells = [*row.present_cells, *[""] * width][:width]
    for at, present in enumerate(cells):
        sent = posted.get(f"cell-{at}")
        if sent is not None and sent.replace("\r\n", "\n") != present.replace("\r\n", "\n"):
            cells[at] = sent.replace("\r\n", "\n")
    return cells


@require_http_methods(["GET", "POST"])
@login_required
def import_replay(request: SignedInRequest, pk: int) -> HttpResponse:
    """Replay the rows in quarantine, as they are or under another mapping."""
    run = own_import(request, pk)
    recipe = recipe_named(run.recipe)
    if recipe is None or run.mapping is None or not run.was_loaded:
        raise Http404
    button = request.POST.get("button", "")
    if button == "as-they-are":
        press(request, lambda: replay_import(run=run, by=request.user))
        return see_other("import-detail", pk)
    definition = read_definition(run.mapping.definition, recipe, latest_year=timezone.now().year)
    form = MappingForm(run, recipe, definition, request.POST if "button" in request.POST else None)
    if button == "replay" and submit(
        request, form, lambda: replay_import(run=run, by=request.user, definition=form.definition)
    ):
        return see_other("import-detail", pk)
    return _mapping_page(request, run, recipe, form)


def _mapping_page(request: SignedInRequest, run: Import, recipe: Recipe, form: MappingForm) -> HttpResponse:
    """The mapping page with the first rows in quarantine instead of the first rows of the file."""
    rows = QuarantinedRow.objects.filter(import_run=run, state=QuarantinedRow.State.OPEN).order_by("record")[:10]
    width = len(form.names)
    bad = [[*row.present_cells, *[""] * width][:width] for row in rows]
    context = {
        "run": run, "form": form, "notes": [], "is_guess": False, "is_replay": True,
        "preview": preview(form.definition, recipe, form.names, bad),
    }  # fmt: skip
    return mapping_page(request, context)


@require_http_methods(["GET", "POST"])
@login_required
def import_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """What undo would delete and restore, what prevents it, and the button."""
    run = own_import(request, pk)
    recipe = recipe_named(run.recipe)
    if recipe is None or not run.was_loaded:
        raise Http404
    is_post = request.method == "POST"
    if is_post and attempt(lambda: undo_import(run=run, by=request.user)):
        return see_other("import-detail", pk)
    # The preview shows what prevents it.
    context = {"run": run, "preview": undo_preview(run, recipe), "back": reverse("import-detail", args=[pk])}
    return render(
        request, "imports/import_undo.html", context, status=HTTPStatus.CONFLICT if is_post else HTTPStatus.OK
    )
