"""An import from upload to report."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from exports.downloads import download
from imports import policies, storage
from imports.actions import (
    Decision,
    add_labels_to_codebook,
    cancel_import,
    read_again,
    receive_file,
    retry_import,
    start_import,
)
from imports.filters import ProblemFilter
from imports.forms import PersonalDataForm, ReadingForm, UploadForm
from imports.jobs.propose import proposal
from imports.jobs.samples import sampler
from imports.mapping import read_definition
from imports.mapping_form import MappingForm
from imports.models import Import, RowProblem
from imports.preview import preview
from imports.problems import Refused
from imports.recipe import Recipe, recipe_named
from imports.selectors import bad_rows, problem_groups
from imports.selectors.comparing import can_compare
from imports.selectors.personal import can_withhold, personal_columns
from rest.listing import listing


def own_import(request: HttpRequest, pk: int) -> Import:
    rows = Import.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("dataset", "source_file", "mapping", "created_by"), pk=pk)


@require_http_methods(["GET", "POST"])
@login_required
def import_new(request: HttpRequest, slug: str = "") -> HttpResponse:
    policies.check_can_manage_datasets(request.user)
    form = UploadForm(request.POST or None, request.FILES or None, by=request.user, initial={"dataset": slug})
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            run = receive_file(
                dataset=form.cleaned_data["dataset"], chunks=upload.chunks(), name=upload.name, by=request.user
            )
            return redirect("import-detail", run.pk)
        except Refused as refused:
            form.add_error("file", ValidationError(refused.message, code=refused.code))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "imports/import_new.html", {"form": form}, status=status)


@require_GET
@login_required
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an import stands: progress, what was understood, or the report. A fragment for htmx while it runs."""
    run = own_import(request, pk)
    if request.htmx:
        response = render(request, "imports/progress.html", {"run": run})
        if not run.is_active:
            response["HX-Refresh"] = "true"
        return response
    groups = [] if run.is_active else problem_groups(run)
    context = {"run": run, "groups": groups, "counts": _counts(run), "reading": _reading_form(run)}
    recipe = recipe_named(run.recipe)
    context["address"] = recipe.address(run.dataset.slug) if recipe and recipe.address else ""
    context |= {"can_compare": can_compare(run), "personal": personal_columns(run)}
    return render(request, "imports/import_detail.html", context)


@require_POST
@login_required
def import_reading(request: HttpRequest, pk: int) -> HttpResponse:
    run = own_import(request, pk)
    form = ReadingForm(request.POST, understanding=run.understanding)
    if form.is_valid():
        try:
            read_again(run=run, wishes=form.wishes(), by=request.user)
            return redirect("import-detail", pk)
        except ValidationError as problem:
            form.add_error(None, problem)
    context = {"run": run, "groups": [], "counts": _counts(run), "reading": form}
    return render(request, "imports/import_detail.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


@require_http_methods(["GET", "POST"])
@login_required
def import_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """Map the columns. Three buttons: show the rows anew, check without loading, run."""
    run = own_import(request, pk)
    recipe = recipe_named(run.recipe)
    if recipe is None or not run.understanding.get("columns") or run.is_active:
        raise Http404
    definition, notes = _shown_definition(run, recipe)
    posted = request.POST if request.method == "POST" else None
    form = MappingForm(run, recipe, definition, posted, sampler(run))
    wish = request.POST.get("wish", "")
    if wish in ("check", "load") and not form.error:
        try:
            start_import(
                run=run, definition=form.definition, by=request.user, is_dry_run=wish == "check",
                decision=said_decision(request, wish),
            )  # fmt: skip
            return redirect("import-detail", pk)
        except Refused as refused:
            form.error = refused.message
        except ValidationError as problem:
            form.error = " ".join(problem.messages)
    shown = preview(form.definition, recipe, form.names, run.understanding["head"][:5])
    context = {"run": run, "form": form, "notes": notes, "preview": shown, "is_guess": run.mapping is None}
    context |= {"decision": _decision_form(run, request), "personal": personal_columns(run)}
    context["can_read_again"] = run.state in (Import.State.UNDERSTOOD, Import.State.REFUSED)
    return mapping_page(request, context)


def mapping_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The page, or the form alone for the script that shows it anew."""
    template = "imports/mapping_form.html" if "X-Fragment" in request.headers else "imports/import_mapping.html"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if context["form"].error else HTTPStatus.OK
    return render(request, template, context, status=status)


@require_POST
@login_required
def import_codebook(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what the file says of its columns to the dataset's codebook."""
    run = own_import(request, pk)
    try:
        dataset = add_labels_to_codebook(run=run, by=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("import-detail", pk)
    messages.success(request, "The questions and the words of codes stand in the codebook.")
    return redirect("dataset-detail", dataset.slug)


@require_POST
@login_required
def import_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    return _asked(cancel_import, request, pk)


@require_POST
@login_required
def import_retry(request: HttpRequest, pk: int) -> HttpResponse:
    return _asked(retry_import, request, pk)


@require_GET
@login_required
def import_problems(request: HttpRequest, pk: int) -> HttpResponse:
    """Every problem by line, column, value, code and sentence."""
    run = own_import(request, pk)
    shown = listing(request, RowProblem.objects.filter(import_run=run), ProblemFilter)
    context = {"run": run, "listing": shown, "groups": problem_groups(run)}
    return render(request, "imports/import_problems.html", context, status=shown.status)


@require_GET
@login_required
def import_bad_rows(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every problem with its row as CSV."""
    run = own_import(request, pk)
    return download(request, bad_rows(run), fmt="csv", name=f"import-{run.pk}-problems")


@require_GET
@login_required
def import_source(request: HttpRequest, pk: int) -> FileResponse:
    """The file as it was delivered."""
    run = own_import(request, pk)
    path = storage.path_of(run.source_file.sha256)
    if not path.exists():
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=run.file_name, content_type="application/octet-stream"
    )


def said_decision(request: HttpRequest, wish: str) -> Decision | None:
    """What the mapping page's form says about personal data; None where nothing was chosen."""
    choice = request.POST.get("choice", "")
    return Decision(choice, request.POST.get("reason", "")) if choice and wish == "load" else None


def _decision_form(run: Import, request: HttpRequest) -> PersonalDataForm | None:
    """Beside the Load button, while nobody has decided; what was said stays when something else is wrong."""
    if not run.needs_decision:
        return None
    posted = {name: request.POST.get(name, "") for name in ("choice", "reason")}
    return PersonalDataForm(initial=posted, can_withhold=can_withhold(run))


def _asked(act: Callable[..., Import], request: HttpRequest, pk: int) -> HttpResponse:
    """Have it done, or say on the import's page why not."""
    try:
        act(run=own_import(request, pk), by=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("import-detail", pk)


def _shown_definition(run: Import, recipe: Recipe) -> Any:
    if run.mapping:
        year = run.created_at.year
        return read_definition(run.mapping.definition, recipe, latest_year=year), run.notes
    return proposal(run, recipe)


def _counts(run: Import) -> list[tuple[str, int]]:
    if run.rows is None or run.created is None:
        return []
    names = ("rows", "created", "updated", "unchanged", "quarantined", "skipped")
    labels = {"quarantined": "Set aside"}
    return [(labels.get(name, name.capitalize()), getattr(run, name)) for name in names]


def _reading_form(run: Import) -> ReadingForm | None:
    if run.state not in (Import.State.UNDERSTOOD, Import.State.REFUSED):
        return None
    options = run.understanding.get("options", {}) | run.wishes
    return ReadingForm(understanding=run.understanding, initial=options)
