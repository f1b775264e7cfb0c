"""Pages of complaint records."""

from http import HTTPStatus
from typing import cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.requests import SignedInRequest
from complaints import actions, policies
from complaints.filters import RecordFilter, counted_datasets_named
from complaints.forms import SendToCodingForm
from complaints.models import ComplaintRecord
from complaints.querysets import RecordQuerySet
from complaints.record_columns import other_columns
from complaints.selectors import comparing, exploring, facets, highlights, reading
from complaints.sentences import sent_in_words
from exports.models import SavedQuery
from exports.ways import ways_to
from rest.brush import year_brush
from rest.citation import citation
from rest.elsewhere import site_of
from rest.forms import form_page, posted, see_other, submit
from rest.listing import Listing, errors_in, listing
from rest.replica import may_lag

FORM_FIELDS = (
    "search", "received_on__gte", "received_on__lte", "closed_on__gte", "closed_on__lte", "days_open__gte",
    "days_open__lte", "respondent", "reference",
)  # fmt: skip
FORM_EXTRAS = ("cursor", "ordering", "columns")
SORTED_BY = frozenset(RecordFilter.ordering_fields)


@require_GET
@may_lag
def record_list(request: HttpRequest) -> HttpResponse:
    """The records that match the filters in the address, with facets."""
    until = exploring.counted_until(request.GET)
    records = ComplaintRecord.objects.visible_to(request.user).with_days_open()
    shown = listing(
        request,
        records,
        RecordFilter,
        default_ordering=reading.LIST_ORDERING,
        extra=["columns", "view"],
        fields=FORM_FIELDS,
        # No link of the page asks for all counts, only the one to them.
        params=_without_counts(request.GET) if exploring.COUNTS in request.GET else None,
        until=until,
    )
    shown_as = exploring.shown_as(request.GET.get("view", ""))
    columns = exploring.chosen_columns(request.GET.get("columns", ""))
    labels = {name: str(exploring.COLUMNS[name]) for name in columns}
    words = shown.query.get("search", "")
    quotes = highlights.snippets(shown.rows, words, records.scope)
    reading.record_reads(
        records.scope, [(row.dataset_id, row.pk) for row in shown.rows if quotes.get(row.pk, {}).get("text")]
    )
    rows = [(row, quotes.get(row.pk), exploring.cells(row, labels, records.scope)) for row in shown.rows]
    context = {
        "listing": shown,
        "rows": rows,
        "columns": columns,
        # The page of a record leads back to this list, and to its next record.
        "back": urlencode(({"search": words} if words else {}) | {"from": request.get_full_path()}),
        "shown_columns": labels.items(),
        "sortable": SORTED_BY,
        "of_days": exploring.OF_DAYS,
        "is_table": shown_as != "list",
        "list_view": shown_as,
        "list_views": [(name, label, shown.url_with("view", name)) for name, label in exploring.VIEWS.items()],
        "column_choices": exploring.COLUMNS,
        "orderings": exploring.ORDERINGS.items(),
        "form_fields": [shown.filterset.form[name] for name in FORM_FIELDS],
        "hidden_fields": shown.query_without((*FORM_FIELDS, *FORM_EXTRAS)),
        "can_send": policies.can_send_to_coding(request.user),
    }
    if not shown.errors:
        context |= _side_column(request, shown, records, until)
    return render(request, "complaints/record_list.html", context, status=shown.status)


def _side_column(request: HttpRequest, shown: Listing, records: RecordQuerySet, until: float) -> dict[str, object]:
    """Facets, years, API calls and citation of a list. Where its rows were not all counted in time, no value is: that
    takes longer still."""
    given = {name: text for name, text in request.GET.dict().items() if name != exploring.COUNTS}
    params, is_map = exploring.filters_of(given), exploring.shown_as(given.get("view", "")) == "map"
    is_whole = exploring.is_patient(request.GET)
    is_tried = is_whole or shown.count is None or shown.count.exact
    until = until if is_tried else 0
    found = facets.facets(records, params, exploring.SHOWN_FACETS, most=exploring.FACET_VALUES, until=until)
    [years] = facets.facets(records, params, ["received_year"], most=exploring.MOST_YEARS, until=until)
    query = exploring.query_sentence(shown.tags)
    time_line = exploring.time_line(years, given)
    of_years = [year.label for year in time_line.links] if time_line else []
    [countries] = [facet for facet in found if facet.field == "country"]
    is_cut = not is_whole and any(facet.timed_out for facet in (*found, years))
    if is_cut:
        found = [facet for facet in found if not facet.timed_out]
    return {
        **(exploring.by_country(countries, given) if is_map else {}),
        "all_counts": exploring.all_counts(given) if is_cut else "",
        "counted_only": [dataset.title for dataset in counted_datasets_named(params, records.scope)],
        "facets": exploring.facet_links(found, given),
        "time_line": time_line,
        "brush": year_brush(request.path, "received_on", of_years, given),
        "ways": ways_to("complaint-record", params, site=site_of(request)),
        "filters": exploring.written(params),
        "citation": citation(
            exploring.cited(query, shown.count), f"{site_of(request)}{request.path}{exploring.asked(params)}"
        ),
    }


def _without_counts(query: QueryDict) -> QueryDict:
    kept = query.copy()
    kept.pop(exploring.COUNTS, None)
    return kept


@require_GET
@may_lag
def record_compare(request: HttpRequest) -> HttpResponse:
    """Two queries side by side, each as the list of records would answer it."""
    records = ComplaintRecord.objects.visible_to(request.user).with_days_open()
    texts = [request.GET.get("first", ""), request.GET.get("second", "")]
    site = site_of(request)
    found = [comparing.facets_of(records, text) for text in texts]
    queries = [comparing.query_of(records, text, site, counted) for text, counted in zip(texts, found, strict=True)]
    context = {
        "queries": queries,
        "tables": comparing.tables_of(found, texts),
        "saved": SavedQuery.objects.made_by(request.user).of_list("complaint-records"),
    }
    status = HTTPStatus.BAD_REQUEST if any(query.errors for query in queries) else HTTPStatus.OK
    return render(request, "complaints/record_compare.html", context, status=status)


@require_GET
@may_lag
def record_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One record: texts, facts, parts, provenance and the other records of its case."""
    records = ComplaintRecord.objects.visible_to(request.user).with_days_open()
    record = get_object_or_404(records.select_related("dataset__organisation"), pk=pk)
    is_readable = records.scope.datasets[record.dataset_id].is_readable
    is_erased = reading.is_erased(record)
    reading.record_reads(records.scope, [(record.dataset_id, record.pk)])
    words = request.GET.get("search", "")
    same_case = records.of_the_same_case(record).order_by("dataset_id", "id")[: reading.MOST_OF_A_CASE]
    record_parts = reading.parts_of(record, records.scope)
    has_text = is_readable and bool(record.narrative or record.response)
    back = reading.back_address(request.GET.get("from", ""))
    before, behind = reading.beside(record, records, back, words) if "from" in request.GET else ("", "")
    context = {
        "record": record,
        "is_readable": is_readable,
        # Without anything to read the facts take the width of the page.
        "has_account": has_text or any(record_parts.values()),
        "head": reading.head(record, records.scope),
        "citation": citation(reading.cited(record), request.build_absolute_uri(request.path)),
        "marked": highlights.highlighted(record, words, with_text=is_readable) if words.strip() else None,
        "facts": reading.facts(record, records.scope),
        "source_values": reading.source_values(record),
        "other_columns": other_columns(record.extra) if is_readable else {},
        "provenance": reading.provenance(record, with_raw=is_readable and not is_erased),
        "is_erased": is_erased,
        "target_key": reading.target_key(record),
        "same_case": [(other, records.scope.datasets[other.dataset_id]) for other in same_case],
        "case_address": f"{reverse('record-list')}?same_case_as={record.pk}",
        **record_parts,
        "back": back,
        "before": before,
        "behind": behind,
    }
    return render(request, "complaints/record_detail.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def record_send(request: SignedInRequest) -> HttpResponse:
    """Send the records of a list, whose filters are in the address, to a coding round."""
    policies.check_can_send_to_coding(request.user)
    records = ComplaintRecord.objects.visible_to(request.user)
    params = exploring.filters_of(request.GET.dict())
    filterset = RecordFilter(params, queryset=records, request=request)
    if errors := errors_in(filterset):
        raise BadRequest(" ".join(error["message"] for error in errors))
    form = SendToCodingForm(posted(request), by=request.user)
    if submit(
        request,
        form,
        lambda: actions.send_to_coding(
            records=cast(RecordQuerySet, filterset.qs),
            coding_round=form.cleaned_data["coding_round"],
            by=request.user,
            at_most=form.cleaned_data["at_most"],
            same_as=form.cleaned_data["same_as"],
        ),
        success=lambda sent: sent_in_words(sent, form.cleaned_data["coding_round"]),
    ):
        return see_other("round-detail", form.cleaned_data["coding_round"].pk)
    context = {
        "total": filterset.qs.count(),
        "back": f"{reverse('record-list')}?{request.GET.urlencode()}",
        "has_rounds": form.rounds.exists(),
    }
    return form_page(request, "complaints/record_send.html", form, **context)
