"""The file of an export as the answer to a request."""

import base64

from django.http import HttpRequest, HttpResponseBase
from drf_spectacular.types import OpenApiTypes

from exports.at_once import Place
from exports.availability import reason_against
from exports.models import Export
from exports.stored import path_of
from exports.writers import WRITERS
from rest.ranges import Whole, in_ranges

FILES = {
    (status, writer.media_type): OpenApiTypes.BINARY for writer in WRITERS.values() for status in (200, 206)
}  # fmt: skip


def file_of(request: HttpRequest, export: Export) -> HttpResponseBase:
    """The file, or the part of it that is asked for. Raises Conflict or Gone where it cannot be had, and
    TooManyExports: an answer has a place until it is read."""
    if reason := reason_against(export):
        raise reason
    digest = base64.b64encode(bytes.fromhex(export.sha256)).decode()
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Disposition": f'attachment; filename="{export.name}"',
        "Lipse-Rows": str(export.rows),
        "Lipse-Query": export.query,
        "Lipse-Made-At": export.made_at.isoformat(timespec="seconds") if export.made_at else "",
        "Repr-Digest": f"sha-256=:{digest}:",
    }
    whole = Whole(
        size=export.size or 0, etag=f'"{export.sha256[:24]}"', media_type=WRITERS[export.format].media_type,
        headers=headers, on_close=Place(request).close,
    )  # fmt: skip
    return in_ranges(request, path_of(export.file_name).open("rb"), whole)
