"""What the OpenAPI document says of every operation alike: problem documents by status, and header fields.

Each is a component that operations refer to, so that the document stays small.
"""

from collections.abc import Iterable
from http import HTTPStatus

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rest import explain
from rest.described_lists import MEMBERS, JsonSchema
from rest.problems import CONTENT_TYPE, TITLES

WRITES = ("POST", "PUT", "PATCH", "DELETE")

_ERROR = {
    "type": "object",
    "required": ["field", "code", "message"],
    "properties": {
        "field": {"type": "string", "description": _("The parameter or member; empty where it is none of them.")},
        "code": {"type": "string", "description": _("The kind of error, which does not change between versions.")},
        "message": {"type": "string", "description": _("A sentence for people.")},
    },
}
PROBLEM = {
    "type": "object",
    "description": _("RFC 9457. `docs/api-problems.md` lists the codes. Some kinds have more members."),
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {
            "type": "string",
            "pattern": "^urn:lipse:problem:[a-z_-]+$",
            "description": _("`urn:lipse:problem:` and the code of the problem."),
        },
        "title": {"type": "string", "description": _("What the status means.")},
        "status": {"type": "integer", "description": _("The status of the answer.")},
        "detail": {"type": "string", "description": _("What is wrong and what to do, in sentences for people.")},
        "errors": {"type": "array", "items": _ERROR, "description": _("One for each parameter or member at fault.")},
    },
}

_HEADERS: dict[str, tuple[JsonSchema, str | Promise]] = {
    "ETag": ({"type": "string"}, _("The version of the answer, for If-None-Match and If-Match.")),
    "Cache-Control": ({"type": "string"}, _("Whether the answer can be stored: `no-store` for signed-in persons.")),
    "RateLimit-Policy": ({"type": "string"}, _('Requests (`q`) in so many seconds (`w`): `"person";q=3000;w=60`.')),
    "RateLimit": ({"type": "string"}, _("Requests that remain (`r`), and the seconds until they are reset (`t`).")),
    "Retry-After": ({"type": "integer", "minimum": 0}, _("Seconds to wait before the next try.")),
    "Location": ({"type": "string", "format": "uri"}, _("The address of what was created.")),
    "WWW-Authenticate": ({"type": "string"}, _("How to sign in: `Bearer`.")),
    "Content-Disposition": ({"type": "string"}, _("The name of the file.")),
    "Link": ({"type": "string"}, _("The address of what describes the columns, with `rel=\"describedby\"`.")),
    "Repr-Digest": ({"type": "string"}, _("SHA-256 of the file (RFC 9530).")),
    "Accept-Ranges": ({"type": "string"}, _("`bytes`: any part of the file can be asked for with `Range`.")),
    "Content-Range": ({"type": "string"}, _("Which bytes of how many these are; with 416 only how many there are.")),
    "Lipse-Rows": ({"type": "integer", "minimum": 0}, _("Rows of the file.")),
    "Lipse-Query": ({"type": "string"}, _("The address that the file answers.")),
    "Lipse-Made-At": ({"type": "string", "format": "date-time"}, _("When the rows were read.")),
}  # fmt: skip
_ALWAYS = ("Cache-Control", "RateLimit", "RateLimit-Policy")
_OF_A_READ = ("ETag", *_ALWAYS)
_FILES = ("/export/", "/data/")
# Of a file that a worker made.
_KEPT_FILE = "/exports/{pk}/file/"
_STARTED_FILES = "/exports/"
_OF_A_FILE = ("Content-Disposition", "Link", "Repr-Digest", "Lipse-Rows", "Lipse-Query", "Lipse-Made-At")
_OF_A_KEPT_FILE = ("Content-Disposition", "Repr-Digest", "Lipse-Rows", "Lipse-Query", "Lipse-Made-At", "Accept-Ranges")

_PROBLEMS: dict[HTTPStatus, tuple[str | Promise, tuple[str, ...]]] = {
    HTTPStatus.BAD_REQUEST: (_("A parameter or the body cannot be read, or breaks a rule; `errors` says which."), ()),
    HTTPStatus.UNAUTHORIZED: (_("No valid token or session, where one is needed or was sent."), ("WWW-Authenticate",)),
    HTTPStatus.FORBIDDEN: (
        _("Your roles, the scope of your token or a missing second factor do not allow it; or the session sent no "
          "CSRF token."),
        (),
    ),
    HTTPStatus.NOT_FOUND: (_("It does not exist, or you have no access to it."), ()),
    HTTPStatus.NOT_ACCEPTABLE: (_("`Accept` names no type that this address has."), ()),
    HTTPStatus.CONFLICT: (
        _("Somebody else has changed it since, or its state does not allow it. After an edit of an earlier version "
          "with `base`, `theirs`, `mine` and `differing`."),
        (),
    ),
    HTTPStatus.GONE: (
        _("There is no file any more, or none for you: it has expired or failed, its rows or your access have changed, "
          "or texts were erased since. Start the export again."),
        (),
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        _("The body is larger than 2 MB (files: the limit of the address), or the export has more than 100,000 rows: "
          "then `rows` and `limit` say how many."),
        (),
    ),
    HTTPStatus.REQUEST_URI_TOO_LONG: (
        _("The address has more than 8,190 bytes. Send its parameters as a form by POST, with the header "
          "`X-HTTP-Method-Override: GET`."),
        (),
    ),
    HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE: (
        _("The file has none of the bytes that `Range` names."), ("Content-Range", "Accept-Ranges")
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (_("`Content-Type` names a type that this address does not read."), ()),
    HTTPStatus.TOO_MANY_REQUESTS: (
        _("More requests than the limit allows, or more exports at the same time. `Retry-After` says when to try "
          "again."),
        ("Retry-After", "RateLimit", "RateLimit-Policy"),
    ),
    HTTPStatus.SERVICE_UNAVAILABLE: (
        _("The database or the message broker does not answer, or the answer took too long. Nothing was saved."),
        ("Retry-After",),
    ),
    HTTPStatus.GATEWAY_TIMEOUT: (
        _("It took longer in the database than its kind of request may take, and was stopped. Nothing was saved."),
        (),
    ),
    HTTPStatus.INSUFFICIENT_STORAGE: (_("The disk of the server is full. Nothing was saved."), ()),
}  # fmt: skip
_DONE: dict[str, str | Promise] = {
    "200": _("Done; this is what was asked for, or how it is now."),
    "201": _("Created; this is how it was stored."),
    "202": _("Accepted; a worker does it, and GET shows how far it is."),
    "204": _("Done; there is nothing to show."),
}
_OF_EVERY_OPERATION = (400, 401, 403, 406, 413, 414, 429, 503, 504)
_OF_A_WRITE = (404, 409, 415, 507)


def described(status: str, description: str) -> str:
    """What a success means, where the operation does not say it."""
    return description or str(_DONE.get(status, _DONE["200"]))


def problems_of(method: str, *, finds_one: bool, also: Iterable[int] = ()) -> JsonSchema:
    """The statuses other than success that an operation can answer with, as references to components.

    `finds_one`: it is about one thing, which may not be there; not a list. `also`: statuses besides those of all.
    """
    statuses = {*_OF_EVERY_OPERATION, *(_OF_A_WRITE if method in WRITES else ()), *also}
    # A read can be sent as a form, which must be one.
    statuses |= {404} if finds_one else set()
    statuses |= {415} if method == "GET" else set()
    return {str(status): {"$ref": f"#/components/responses/{_name(status)}"} for status in sorted(statuses)}


def headers_of(status: str, path: str) -> JsonSchema:
    """The header fields of a success."""
    names: tuple[str, ...] = _OF_A_READ if status in ("200", "304") else _ALWAYS
    names += ("Location",) if status == "201" or (status == "202" and path.endswith(_STARTED_FILES)) else ()
    names += _OF_A_FILE if path.endswith(_FILES) else ()
    names += _OF_A_KEPT_FILE if path.endswith(_KEPT_FILE) else ()
    names += ("Content-Range",) if status == "206" else ()
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def components() -> dict[str, JsonSchema]:
    """`responses`, `headers` and the schema `Problem`, to be merged with the components of the document."""
    return {
        "responses": {_name(status): _response(status) for status in _PROBLEMS},
        "headers": {
            name: {"description": str(text), "schema": schema} for name, (schema, text) in sorted(_HEADERS.items())
        },
        "schemas": {"Problem": PROBLEM, "Explanation": explain.SCHEMA, **MEMBERS},
    }


def _name(status: int) -> str:
    return HTTPStatus(status).phrase.title().replace(" ", "").replace("-", "")


def _response(status: HTTPStatus) -> JsonSchema:
    text, headers = _PROBLEMS[status]
    example = {
        "type": f"urn:lipse:problem:{status.phrase.lower().replace(' ', '_').replace('-', '_')}",
        "title": str(TITLES.get(status, status.phrase)),
        "status": int(status),
        "detail": str(text),
        "errors": [],
    }
    return {
        "description": str(text),
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }
