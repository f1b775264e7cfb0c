"""The changes that an import made, and the comparison of any two imports; as pages and as files."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest
from exports.downloads import download_for_page
from imports import policies
from imports.actions import cancel_comparison, compare_imports
from imports.filters import ComparisonRowFilter
from imports.forms import ComparisonForm
from imports.models import Comparison, ComparisonRow, Dataset, Import
from imports.recipe import Recipe, recipe_named
from imports.selectors.comparing import can_compare, comparison, comparison_lines, first_missing
from imports.views.imports import own_import
from jobs.views import progress_fragment
from rest.forms import form_page, posted, press, see_other, sentences, submit
from rest.listing import listing

PAGE = 50


@require_GET
@login_required
def import_changes(request: SignedInRequest, pk: int) -> HttpResponse:
    """Changed records field by field, created records, and those missing from the file."""
    run, recipe = _comparable(request, pk)
    changed_after, created_after = (_number(request.GET.get(name, "")) for name in ("changed", "created"))
    publisher = recipe.publisher
    changed = publisher.touched(run.dataset_id, pk, overwritten=True, most=PAGE + 1, after=changed_after)
    created = publisher.touched(run.dataset_id, pk, overwritten=False, most=PAGE + 1, after=created_after)
    context = {
        "run": run, "changed": changed[:PAGE], "created": created[:PAGE], "missing": first_missing(run, recipe),
        "next_changed": changed[PAGE - 1].pk if len(changed) > PAGE else None,
        "next_created": created[PAGE - 1].pk if len(created) > PAGE else None,
    }  # fmt: skip
    return render(request, "imports/import_changes.html", context)


@require_GET
@login_required
def import_changes_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    run, recipe = _comparable(request, pk)
    return download_for_page(request, comparison(run, recipe), fmt="csv", name=f"import-{run.pk}-changes")


def _comparable(request: SignedInRequest, pk: int) -> tuple[Import, Recipe]:
    run = own_import(request, pk)
    recipe = recipe_named(run.recipe)
    if recipe is None or not can_compare(run):
        raise Http404
    return run, recipe


def _number(text: str) -> int:
    if not text:
        return 0
    if not text.isdecimal() or len(text) > 18:
        raise Http404
    return int(text)


@require_http_methods(["GET", "POST"])
@login_required
def comparison_new(request: SignedInRequest, slug: str) -> HttpResponse:
    """Choose two finished imports of a dataset."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), slug=slug)
    policies.check_can_manage_dataset(request.user, dataset)
    imports = Import.objects.comparable().filter(dataset=dataset)
    runs = list(imports.select_related("mapping").order_by("-id")[:200])
    form = ComparisonForm(posted(request), imports=imports)
    if done := submit(request, form, lambda: compare_imports(by=request.user, **form.cleaned_data)):
        return see_other("comparison-detail", done.result.pk)
    chosen = {name: _chosen(runs, request.POST.get(name) or request.GET.get(name, "")) for name in ("older", "newer")}
    chosen = {"newer": chosen["newer"] or (runs[0] if runs else None), "older": chosen["older"] or _next(runs, chosen)}
    made = Comparison.objects.filter(newer__dataset=dataset).select_related("older", "newer")
    context = {"dataset": dataset, "runs": runs, "chosen": chosen, "error": sentences(form), "made": made}
    return form_page(request, "imports/comparison_new.html", form, **context)


def _chosen(runs: list[Import], text: str) -> Import | None:
    return next((run for run in runs if str(run.pk) == text), None)


def _next(runs: list[Import], chosen: dict[str, Import | None]) -> Import | None:
    """The import before the newer one."""
    newer = chosen["newer"] or (runs[0] if runs else None)
    return next((run for run in runs if newer and run.pk < newer.pk), None)


@require_GET
@login_required
def comparison_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """The differences; while the comparison runs, its progress, as a fragment for htmx."""
    found = _own_comparison(request, pk)
    if request.htmx:
        return progress_fragment(request, found)
    rows = ComparisonRow.objects.filter(comparison=found)
    shown = listing(request, rows, ComparisonRowFilter)
    figures = [(found.created, "created"), (found.changed, "changed"), (found.missing, "missing")]
    context = {"dataset": found.newer.dataset, "listing": shown, "figures": figures, "comparison": found}
    return render(request, "imports/comparison_detail.html", context, status=shown.status)


@require_POST
@login_required
def comparison_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    found = _own_comparison(request, pk)
    press(request, lambda: cancel_comparison(comparison=found, by=request.user))
    return see_other("comparison-detail", pk)


@require_GET
@login_required
def comparison_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """All differences: a line for each changed field, created record and missing record."""
    found = _own_comparison(request, pk)
    name = f"comparison-{found.older_id}-{found.newer_id}"
    return download_for_page(request, comparison_lines(found), fmt="csv", name=name)


def _own_comparison(request: SignedInRequest, pk: int) -> Comparison:
    rows = Comparison.objects.visible_to(request.user).select_related("older", "newer__dataset", "created_by")
    return get_object_or_404(rows, pk=pk)
