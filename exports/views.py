"""Pages of exports (those of a person, one with its progress and file, the form that starts one) and saved queries."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.requests import SignedInRequest
from exports.actions import delete_export, delete_query, save_query, share_query, start_export
from exports.availability import reason_against
from exports.filters import ExportFilter, SavedQueryFilter
from exports.forms import ExportForm, SavedQueryForm
from exports.models import Export, SavedQuery
from exports.selectors import found_by
from exports.serving import file_of
from jobs.models import JobState
from jobs.views import progress_fragment
from rest.elsewhere import site_of
from rest.examples import all_rows
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
    context = {"export": export, "reason": reason, "citation": export.cited(site_of(request))}
    return render(request, "exports/export_detail.html", context)


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


@require_GET
@login_required
def saved_query_list(request: SignedInRequest) -> HttpResponse:
    shown = listing(request, SavedQuery.objects.made_by(request.user), SavedQueryFilter)
    return render(request, "exports/query_list.html", {"listing": shown}, status=shown.status)


@require_http_methods(["GET", "POST"])
@login_required
def saved_query_new(request: SignedInRequest) -> HttpResponse:
    """Give the filters of a list a name; the page before it gave its address."""
    form = SavedQueryForm(posted(request), initial={"query": request.GET.get("query", "")})
    if done := submit(request, form, lambda: save_query(**form.cleaned_data, by=request.user)):
        return see_other(done.result)
    return form_page(request, "exports/query_new.html", form)


@require_GET
def saved_query_detail(request: HttpRequest, key: UUID) -> HttpResponse:
    """Name, filters, how many rows whoever reads has, and how to read them all; or why it cannot be answered now."""
    saved = get_object_or_404(SavedQuery.objects.visible_to(request.user).select_related("created_by"), key=key)
    site = site_of(request)
    mark = "&" if saved.filters else "?"
    exported = f"{site}{saved.query}{mark}format=csv"
    context = {
        "saved": saved,
        "found": found_by(saved, request.user),
        "is_own": saved.created_by == request.user,
        "link": request.build_absolute_uri(saved.get_absolute_url()),
        "calls": all_rows(f"{site}{saved.api_url}{mark}ordering=id&page_size=1000", exported),
    }
    return render(request, "exports/query_detail.html", context)


@require_POST
@login_required
def saved_query_share(request: SignedInRequest, key: UUID) -> HttpResponse:
    saved = _own_query(request, key)
    is_shared = request.POST.get("shared") == "yes"
    press(request, lambda: share_query(saved=saved, is_shared=is_shared, by=request.user))
    return see_other(saved)


@require_POST
@login_required
def saved_query_delete(request: SignedInRequest, key: UUID) -> HttpResponse:
    saved = _own_query(request, key)
    press(request, lambda: delete_query(saved=saved, by=request.user))
    return see_other("saved-query-list")


def _own_query(request: SignedInRequest, key: UUID) -> SavedQuery:
    return get_object_or_404(SavedQuery.objects.made_by(request.user), key=key)


def _own(request: SignedInRequest, pk: int) -> Export:
    return get_object_or_404(Export.objects.visible_to(request.user), pk=pk)
