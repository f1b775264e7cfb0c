"""What a delivery changed against the one before it, and any two deliveries side by side; as pages and as files."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from exports.downloads import download
from imports import policies
from imports.actions import compare_deliveries
from imports.filters import ComparisonRowFilter
from imports.models import Comparison, ComparisonRow, Dataset, Import
from imports.recipe import Recipe, recipe_named
from imports.selectors.comparing import can_compare, comparison, comparison_lines, first_missing, share_read
from imports.views.imports import own_import
from rest.listing import listing

PAGE = 50


@require_GET
@login_required
def import_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Changed records field by field, created ones, and those missing from the file."""
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
def import_changes_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    run, recipe = _comparable(request, pk)
    return download(request, comparison(run, recipe), fmt="csv", name=f"import-{run.pk}-changes")


def _comparable(request: HttpRequest, pk: int) -> tuple[Import, Recipe]:
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
def comparison_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose two finished imports of a dataset."""
    dataset = get_object_or_404(Dataset.objects.visible_to(request.user), slug=slug)
    policies.check_can_manage_dataset(request.user, dataset)
    runs = list(Import.objects.comparable().filter(dataset=dataset).select_related("mapping").order_by("-id")[:200])
    chosen = {name: _chosen(runs, request.POST.get(name) or request.GET.get(name, "")) for name in ("older", "newer")}
    error = ""
    if request.method == "POST":
        try:
            return redirect("comparison-detail", _asked_for(request, chosen).pk)
        except ValidationError as problem:
            error = " ".join(problem.messages)
    chosen = {"newer": chosen["newer"] or (runs[0] if runs else None), "older": chosen["older"] or _next(runs, chosen)}
    made = Comparison.objects.filter(newer__dataset=dataset).select_related("older", "newer")
    context = {"dataset": dataset, "runs": runs, "chosen": chosen, "error": error, "made": made}
    return render(request, "imports/comparison_new.html", context, status=422 if error else 200)


def _asked_for(request: HttpRequest, chosen: dict[str, Import | None]) -> Comparison:
    older, newer = chosen["older"], chosen["newer"]
    if older is None or newer is None:
        raise ValidationError("Choose an older and a newer delivery.", code="required")
    by: Any = request.user
    return compare_deliveries(older=older, newer=newer, by=by)


def _chosen(runs: list[Import], text: str) -> Import | None:
    return next((run for run in runs if str(run.pk) == text), None)


def _next(runs: list[Import], chosen: dict[str, Import | None]) -> Import | None:
    """The delivery before the newer one."""
    newer = chosen["newer"] or (runs[0] if runs else None)
    return next((run for run in runs if newer and run.pk < newer.pk), None)


@require_GET
@login_required
def comparison_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What differs. While it is being made, a fragment for htmx says so."""
    found = _own_comparison(request, pk)
    if request.htmx:
        response = render(request, "imports/comparison_progress.html", _progress(found))
        if not found.is_waiting:
            response["HX-Refresh"] = "true"
        return response
    rows = ComparisonRow.objects.filter(comparison=found)
    shown = listing(request, rows, ComparisonRowFilter)
    figures = [(found.created, "created"), (found.changed, "changed"), (found.missing, "missing")]
    context = {"dataset": found.newer.dataset, "listing": shown, "figures": figures, **_progress(found)}
    return render(request, "imports/comparison_detail.html", context, status=shown.status)


def _progress(found: Comparison) -> dict[str, Any]:
    return {"comparison": found, "percent": share_read(found) if found.is_waiting else None}


@require_GET
@login_required
def comparison_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All of it, a line for each changed field, created record and missing record."""
    found = _own_comparison(request, pk)
    name = f"comparison-{found.older_id}-{found.newer_id}"
    return download(request, comparison_lines(found), fmt="csv", name=name)


def _own_comparison(request: HttpRequest, pk: int) -> Comparison:
    rows = Comparison.objects.visible_to(request.user).select_related("older", "newer__dataset", "created_by")
    return get_object_or_404(rows, pk=pk)
