"""JSON answers with an ETag, 304 for whoever has them already, 409 for an edit of a stale version."""

import hashlib
from collections.abc import Mapping
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from rest.problems import Conflict
from rest.renderers import to_json

# A representation: member to value.
Row = Mapping[str, object]
JSON = "application/json"


def etag_of(body: bytes, *more: bytes) -> str:
    digest = hashlib.sha256(body)  # processors compute it twice as fast as others
    for part in more:
        digest.update(part)
    return f'"{digest.hexdigest()[:24]}"'


def is_named(etag: str, header: str) -> bool:
    """Whether an If-Match or If-None-Match header names this ETag, weak or strong."""
    return any(part.strip() in ("*", etag, f"W/{etag}") for part in header.split(","))


def json_answer(
    request: HttpRequest,
    data: object,
    *,
    status: int = HTTPStatus.OK,
    headers: Mapping[str, str] | None = None,
    version_of: object = None,
    unversioned: Row | None = None,
    media_type: str = JSON,
) -> HttpResponse:
    """The data as JSON. A GET with an If-None-Match that still matches is answered with 304 and no body.

    `version_of` is the whole representation where `data` is a part of it: its ETag is valid for edits too.
    `unversioned` are more members of `data`, which has some: the ETag, a weak one, has whether they are null, no more.
    """
    body = to_json(data)
    if unversioned:
        etag = f"W/{etag_of(body, to_json([value is None for value in unversioned.values()]))}"
        body = body[:-1] + b"," + to_json(unversioned)[1:]
    else:
        etag = etag_of(body if version_of is None else to_json(version_of))
    all_headers = {
        "ETag": etag,
        "Cache-Control": "private, no-cache",
        **(headers or {}),
    }
    known = request.META.get("HTTP_IF_NONE_MATCH", "")
    if known and status == HTTPStatus.OK and request.method in ("GET", "HEAD") and is_named(all_headers["ETag"], known):
        return HttpResponse(status=HTTPStatus.NOT_MODIFIED, headers=all_headers)
    return HttpResponse(body, status=int(status), content_type=media_type, headers=all_headers)


def check_unchanged(
    request: HttpRequest,
    theirs: Mapping[str, object],
    mine: Mapping[str, object],
    *,
    base: Mapping[str, object] | None = None,
) -> None:
    """Raise Conflict when If-Match names another version than `theirs`, the current representation."""
    header = request.META.get("HTTP_IF_MATCH", "")
    if not header or is_named(etag_of(to_json(theirs)), header):
        return
    raise stale_edit(theirs, mine, base=base)


def stale_edit(
    theirs: Mapping[str, object], mine: Mapping[str, object], *, base: Mapping[str, object] | None
) -> Conflict:
    """A conflict with base (what both started from), theirs (stored), mine (sent) and the fields that differ."""
    differing = sorted(name for name, value in mine.items() if to_json(value) != to_json(theirs.get(name)))
    return Conflict(
        _("This was changed after you read it. Compare both, then send it again with the new ETag."),
        code="stale_edit",
        base=base,
        theirs=theirs,
        mine=mine,
        differing=differing,
    )
