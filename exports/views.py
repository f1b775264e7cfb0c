"""Pages of exports: those of a person, one with its progress and file, and the form that starts one."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest
from exports.actions import delete_export, start_export
from exports.availability import reason_against
from exports.filters import ExportFilter
from exports.forms import ExportForm
from exports.models import Export
from exports.serving import file_of
from jobs.models import JobState
from jobs.views import progress_fragment
from rest.forms import form_page, posted, press, see_other, submit
from rest.listing import listing


@require_GET
@login_required
def export_list(request: SignedInRequest) -> HttpResponse:
    shown = listing(request, Export.objects.visible_to(request.user), ExportFilter)
    return render(request, "exports/export_list.html", {"listing": shown}, status=shown.status)


@require_http_methods(["GET", "POST"])
@login_required
def export_new(request: SignedInRequest) -> HttpResponse:
    """Choose a format for all rows of the list whose address the page before it gave."""
    query = request.GET.get("query", "")
    form = ExportForm(posted(request), initial={"query": query, "format": request.GET.get("format", "csv")})
    if done := submit(
        request,
        form,
        lambda: start_export(query=form.cleaned_data["query"], fmt=form.cleaned_data["format"], by=request.user),
    ):
        return see_other(done.result)
    return form_page(request, "exports/export_new.html", form)


@require_GET
@login_required
def export_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """Its progress, as a fragment for htmx; then the file and what describes it, or why there is none."""
    export = _own(request, pk)
    if request.htmx:
        return progress_fragment(request, export)
    reason = reason_against(export) if export.state == JobState.FINISHED else None
    return render(request, "exports/export_detail.html", {"export": export, "reason": reason})


@require_POST
@login_required
def export_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    export = _own(request, pk)
    press(request, lambda: delete_export(export=export, by=request.user))
    return see_other("export-list")


@require_GET
@login_required
def export_file(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The file; where it cannot be had, the page of the export says why."""
    export = _own(request, pk)
    done = press(request, lambda: file_of(request, export))
    return see_other(export) if done is None else done.result


def _own(request: SignedInRequest, pk: int) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user), pk=pk)
