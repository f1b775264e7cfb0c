"""An import from upload to report."""

from http import HTTPStatus

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.models import User
from accounts.requests import SignedInRequest
from exports.downloads import download_for_page
from imports import policies
from imports.actions import (
    Decision,
    add_labels_to_codebook,
    cancel_import,
    delete_original,
    load_checked,
    read_again,
    receive_file,
    receive_first_file,
    retry_import,
    start_import,
)
from imports.filters import ProblemFilter
from imports.folder import as_delivery
from imports.forms import PersonalDataForm, ReadingForm, UploadForm
from imports.guess import Guess
from imports.jobs.keys import key_counter
from imports.jobs.propose import proposal
from imports.jobs.samples import sampler
from imports.mapping import read_definition
from imports.mapping_form import MappingForm
from imports.models import Import, RowProblem
from imports.originals import erased_in_file, stored_path
from imports.preview import preview
from imports.recipe import Recipe, recipe_named
from imports.selectors import bad_rows, problem_groups
from imports.selectors.comparing import can_compare
from imports.selectors.drawn import of_import
from imports.selectors.personal import can_withhold, personal_columns
from imports.selectors.steps import steps_of
from jobs.views import progress_fragment
from rest.bodies import takes_files
from rest.forms import UNPROCESSABLE, form_page, posted, press, see_other, submit
from rest.listing import listing
from standards.json_values import JsonObject


def own_import(request: SignedInRequest, pk: int) -> Import:
    rows = Import.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("dataset", "source_file", "mapping", "created_by"), pk=pk)


@require_http_methods(["GET", "POST"])
@login_required
@takes_files(lambda: settings.UPLOAD_MAX_BYTES)
def import_new(request: SignedInRequest, slug: str = "") -> HttpResponse:
    policies.check_can_manage_datasets(request.user)
    form = UploadForm(posted(request), request.FILES or None, by=request.user, initial={"dataset": slug})
    if done := submit(request, form, lambda: _receive(form, request.user), field="file"):
        return see_other("import-mapping", done.result.pk)
    return form_page(request, "imports/import_new.html", form, steps=steps_of(None))


def _receive(form: UploadForm, by: User) -> Import:
    dataset = form.cleaned_data["dataset"]
    with as_delivery(form.uploads()) as (name, chunks):
        if dataset is None:
            return receive_first_file(organisation=form.owner(), chunks=chunks, name=name, by=by)
        return receive_file(dataset=dataset, chunks=chunks, name=name, by=by)


@require_GET
@login_required
def import_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """The state of an import: its progress, the analysis of its file, or its report. A fragment for htmx while it
    runs."""
    run = own_import(request, pk)
    if request.htmx:
        return progress_fragment(request, run)
    groups = [] if run.is_active else problem_groups(run)
    context = {"run": run, "groups": groups, "counts": _counts(run), "reading": _reading_form(run)}
    context["drawings"] = [] if run.is_active else of_import(run, _counts(run)[1:])
    context["erased_in_file"] = erased_in_file(run)
    recipe = recipe_named(run.recipe)
    context["address"] = recipe.address(run.dataset.slug) if recipe and recipe.address else ""
    context |= {"can_compare": can_compare(run), "personal": personal_columns(run), "steps": steps_of(run)}
    return render(request, "imports/import_detail.html", context)


@require_POST
@login_required
def import_reading(request: SignedInRequest, pk: int) -> HttpResponse:
    run = own_import(request, pk)
    form = ReadingForm(posted(request), understanding=run.understanding)
    if submit(request, form, lambda: read_again(run=run, reading_options=form.reading_options(), by=request.user)):
        return see_other("import-detail", pk)
    context = {"run": run, "groups": [], "counts": _counts(run), "reading": form, "steps": steps_of(run)}
    return render(request, "imports/import_detail.html", context, status=UNPROCESSABLE)


@require_http_methods(["GET", "POST"])
@login_required
def import_mapping(request: SignedInRequest, pk: int) -> HttpResponse:
    """Map the columns. Three buttons: refresh the preview, check without loading, load. While the file is read, the
    progress is shown; a file without columns has only its report."""
    run = own_import(request, pk)
    recipe = recipe_named(run.recipe)
    if request.htmx:
        return progress_fragment(request, run)
    if request.method == "GET" and run.state == Import.State.RECEIVED:
        return _progress_page(request, run)
    if recipe is None or not run.understanding.get("columns") or run.is_active:
        if request.method == "POST":
            raise Http404
        return see_other("import-detail", pk)
    if request.POST.get("button") == "load-checked":
        press(request, lambda: load_checked(run=run, by=request.user))
        return see_other("import-detail", pk)
    guess = _shown_mapping(run, recipe)
    form = MappingForm(
        run, recipe, guess.definition, posted(request), sampler(run), count=key_counter(run), questions=guess.questions
    )  # fmt: skip
    button = request.POST.get("button", "")
    if button in ("check", "load") and submit(request, form, lambda: _start(request, run, form, button)):
        return see_other("import-detail", pk)
    shown = preview(form.definition, recipe, form.names, run.understanding["head"][:5])
    context = {"run": run, "form": form, "notes": guess.notes, "preview": shown, "is_guess": run.mapping is None}
    context["doubts"] = [row for row in form.rows if row.doubt]
    context |= {"decision": _decision_form(run, request), "personal": personal_columns(run), "steps": steps_of(run)}
    context["can_read_again"] = run.state in (Import.State.UNDERSTOOD, Import.State.REFUSED)
    return mapping_page(request, context)


def _progress_page(request: SignedInRequest, run: Import) -> HttpResponse:
    return render(request, "imports/import_progress.html", {"run": run, "steps": steps_of(run)})


def _start(request: SignedInRequest, run: Import, form: MappingForm, button: str) -> Import:
    return start_import(
        run=run,
        definition=form.definition,
        by=request.user,
        is_dry_run=button == "check",
        decision=chosen_decision(request, button),
    )


def mapping_page(request: SignedInRequest, context: JsonObject) -> HttpResponse:
    """The page, or only the form for the script that refreshes it."""
    template = "imports/mapping_form.html" if "X-Fragment" in request.headers else "imports/import_mapping.html"
    return render(request, template, context, status=UNPROCESSABLE if context["form"].error else HTTPStatus.OK)


@require_POST
@login_required
def import_codebook(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add what the file says about its columns to the codebook of the dataset."""
    run = own_import(request, pk)
    done = press(
        request,
        lambda: add_labels_to_codebook(run=run, by=request.user),
        _("The questions and the labels of codes were added to the codebook."),
    )
    return see_other("dataset-detail", done.result.slug) if done else see_other("import-detail", pk)


@require_POST
@login_required
def import_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    run = own_import(request, pk)
    press(request, lambda: cancel_import(run=run, by=request.user))
    return see_other("import-detail", pk)


@require_POST
@login_required
def import_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    run = own_import(request, pk)
    press(request, lambda: retry_import(run=run, by=request.user))
    return see_other("import-detail", pk)


@require_GET
@login_required
def import_problems(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every problem by line, column, value, code and sentence."""
    run = own_import(request, pk)
    shown = listing(request, RowProblem.objects.filter(import_run=run), ProblemFilter)
    context = {"run": run, "listing": shown, "groups": problem_groups(run)}
    return render(request, "imports/import_problems.html", context, status=shown.status)


@require_GET
@login_required
def import_bad_rows(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """Every problem with its row as CSV."""
    run = own_import(request, pk)
    return download_for_page(request, bad_rows(run), fmt="csv", name=f"import-{run.pk}-problems")


@require_GET
@login_required
def import_source(request: SignedInRequest, pk: int) -> FileResponse:
    """The original file, unless it may hold text that was erased."""
    run = own_import(request, pk)
    if why := erased_in_file(run):
        raise PermissionDenied(why)
    path = stored_path(run)
    if path is None:
        raise Http404
    return FileResponse(
        path.open("rb"), as_attachment=True, filename=run.file_name, content_type="application/octet-stream"
    )


@require_POST
@login_required
def import_source_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    run = own_import(request, pk)
    press(request, lambda: _delete_original(request, run), _("The original file was deleted."))
    return see_other("import-detail", pk)


def _delete_original(request: SignedInRequest, run: Import) -> Import:
    if "confirmed" not in request.POST:
        raise ValidationError(_("Tick the box to delete the original file. Nothing was changed."), code="not_confirmed")
    return delete_original(run=run, by=request.user)


def chosen_decision(request: SignedInRequest, button: str) -> Decision | None:
    """The decision about personal data in the form of the mapping page; None if nothing was chosen."""
    choice = request.POST.get("choice", "")
    return Decision(choice, request.POST.get("reason", "")) if choice and button == "load" else None


def _decision_form(run: Import, request: SignedInRequest) -> PersonalDataForm | None:
    """The form beside the Load button while nobody has decided; its input remains if something else is wrong."""
    if not run.needs_decision:
        return None
    posted: dict[str, object] = {name: request.POST.get(name, "") for name in ("choice", "reason")}
    return PersonalDataForm(run=run, initial=posted, can_withhold=can_withhold(run))


def _shown_mapping(run: Import, recipe: Recipe) -> Guess:
    if run.mapping:
        year = run.created_at.year
        return Guess(read_definition(run.mapping.definition, recipe, latest_year=year), run.notes)
    return proposal(run, recipe)


def _counts(run: Import) -> list[tuple[str, int]]:
    if run.rows is None or run.created is None:
        return []
    if run.state == Import.State.CHECKED:
        return [
            (_("Rows"), run.rows), (_("Would be created"), run.created), (_("Would be updated"), run.updated or 0),
            (_("Unchanged"), run.unchanged or 0), (_("Would be quarantined"), run.quarantined or 0),
            (_("Would be skipped"), run.skipped or 0),
        ]  # fmt: skip
    return [
        (_("Rows"), run.rows), (_("Created"), run.created), (_("Updated"), run.updated or 0),
        (_("Unchanged"), run.unchanged or 0), (_("Quarantined"), run.quarantined or 0),
        (_("Skipped"), run.skipped or 0),
    ]  # fmt: skip


def _reading_form(run: Import) -> ReadingForm | None:
    if run.state not in (Import.State.UNDERSTOOD, Import.State.REFUSED):
        return None
    options = run.understanding.get("options", {}) | run.reading_options
    return ReadingForm(understanding=run.understanding, initial=options)
