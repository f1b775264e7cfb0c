"""The codebook of what an address returns, or of an export: from the same viewset as its rows."""

from dataclasses import replace
from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.request import Request

from exports.asked import address_to_cite, canonical, view_of
from exports.codebook import Codebook
from exports.downloads import download
from exports.models import Export
from exports.viewsets import OF_COUNTS, ExportMixin
from rest.answers import json_answer
from rest.citation import citation, rows_cited
from rest.elsewhere import site_of

JSON, CSV, DDI = FORMS = ("json", "csv", "ddi")


def codebook_of(request: Request, query: str, export: Export | None = None) -> Codebook:
    """What describes the rows that `query` has for the person of the request. Raises ValidationError and Http404 as the
    address itself."""
    address = canonical(query, counts=True)
    view = view_of(address, request.user)
    if view.action != "export":
        return _of_counts(address, view, site_of(request))
    found = view.exported(view.request)
    names = set(found.table.names)
    site = site_of(request)
    book = Codebook(
        title=_("Export of %(list)s") % {"list": view.export_name},
        address=f"{site}{address}",
        query=address,
        columns=found.table.columns,
        source_values=[one for one in view.source_values(found.rows) if one.column in names],
        described_on=timezone.localdate(),
    )
    if export is None:
        told = rows_cited(view.in_words(view.request), found.count())
        return replace(book, citation=citation(told, f"{site}{address_to_cite(address)}"))
    return replace(
        book, title=_("Export %(number)s of %(list)s") % {"number": export.pk, "list": view.export_name},
        address=f"{site}{export.get_absolute_url()}", rows=export.rows, sha256=export.sha256, made_at=export.made_at,
        citation=export.cited(site),
    )  # fmt: skip


def _of_counts(address: str, view: ExportMixin, site: str) -> Codebook:
    """Of a file of counts, which is made for it: its labels are those of the values that are counted."""
    table = view.count_table(view.request)
    fields = table.names[: 2 if view.action == "cross_table_export" else 1]
    labels = view.serializer_class().fields
    rows = view.filtered(view.request, reserved=view.reserved | OF_COUNTS)
    told = rows_cited(view.counts_in_words(view.request, fields), table.n)
    return Codebook(
        title=_("Counts of %(list)s by %(fields)s") % {"list": view.export_name, "fields": ", ".join(fields)},
        address=f"{site}{address}",
        query=address,
        columns=[
            replace(one, label=one.label or (str(labels[one.name].label or "") if one.name in labels else ""))
            for one in table.columns
        ],
        source_values=[one for one in view.source_values(rows) if one.column in fields],
        rows=table.n,
        described_on=timezone.localdate(),
        citation=citation(told, f"{site}{address_to_cite(address)}"),
        notes=table.notes,
    )


def answer_with(request: Request, book: Codebook, *, name: str) -> HttpResponseBase:
    """The codebook in the form that `as` names."""
    form = request.query_params.get("as", JSON)
    if form not in FORMS:
        message = _("Allowed: %(formats)s.") % {"formats": ", ".join(FORMS)}
        raise ValidationError({"as": ValidationError(message, code="invalid_choice")})
    if form == CSV:
        return download(request, book.as_table(), fmt="csv", name=name)
    if form == DDI:
        headers = {"Content-Disposition": f'attachment; filename="{name}.xml"', "Cache-Control": "private, no-cache"}
        return HttpResponse(book.as_ddi(), status=HTTPStatus.OK, content_type="application/xml", headers=headers)
    return json_answer(request, book.as_json())
