"""Requests for every operation of the OpenAPI document, sent to a world of planted words, and what is said of answers.

Four kinds of request, at real addresses of the world: allowed by the document, not allowed by it, as the permission
table has it, and that with one thing made strange. What a request changes is undone.
"""

import copy
import json
import random
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, urlencode

from django.core.signals import request_finished
from django.db import close_old_connections, transaction
from django.test import Client
from django.test.client import MULTIPART_CONTENT, encode_multipart
from django.urls import Resolver404, resolve
from jsonschema import Draft202012Validator
from schemathesis.core import NotSet

from accounts.roles import Role
from rest.explain import MEDIA_TYPE
from rest.schema import document
from tests.conftest import person_at
from tests.house.code import PROJECT
from tests.permissions import routes
from tests.permissions.contents import world
from tests.permissions.rooms import ROOMS

JSON, PROBLEM, FORM = "application/json", "application/problem+json", "multipart/form-data"
# Who asks: for a good answer in this order. Of the last four, words that are not for them are looked for.
ASKING = ("everything", "author", "guest", "stranger", "reader", "anonymous", "former", "reading token")
WATCHED = ASKING[1:]
STRANGE = [
    "", " ", "\0", "'", '"', "%", "_", "\\", "..", "/", "null", "true", "0", "-1", "1e400", "NaN", "9" * 30, "٣",
    "\u202e", "\U0001f600", "é" * 300, "a" * 5000, "[" * 200, "{}", "a,b", ",", '"a', "2026-02-30", "0000-00-00",
    "9999-12-31T23:59:59+23:59", "<script>", "=cmd()", "%00", "* ", "(a", "-", "OR", '"" OR ""', "a" + " OR a" * 50,
]  # fmt: skip
VALUES = [
    None, True, False, 0, -1, 2**31, 2**63, 2**70, 1.5, 1e308, [], {}, [[]], [None], {"a": {}}, ["a"] * 300, *STRANGE,
]  # fmt: skip


@dataclass(frozen=True)
class Request:
    """One request; `path` is that of the document."""

    method: str
    path: str
    address: str
    body: object = None
    media: str = JSON
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def operation(self):
        return document()["paths"].get(self.path, {}).get(self.method.lower(), {})

    def __str__(self):
        return f"{self.method} {self.address[:300]} {str(self.body)[:200]} {self.headers or ''}".strip()

    def content(self):
        if isinstance(self.body, bytes):
            return self.body, self.media
        if self.media.startswith(FORM):
            fields = self.body if isinstance(self.body, dict) else {"file": str(self.body)}
            return encode_multipart("BoUnDaRyStRiNg", {k: _as_field(v) for k, v in fields.items()}), MULTIPART_CONTENT
        return (b"" if self.body is None else json.dumps(self.body, default=str).encode()), self.media


def _as_field(value):
    return value if isinstance(value, bytes) else str(value)


@dataclass
class Findings:
    """What was sent, how it was answered, and what is wrong."""

    sent: int = 0
    statuses: Counter = field(default_factory=Counter)
    good: set = field(default_factory=set)
    faults: dict = field(default_factory=lambda: defaultdict(list))
    codes: set = field(default_factory=set)

    def add(self, request, kind, detail):
        found = self.faults[f"{request.method} {request.path}: {kind}"]
        if not found:
            sys.stderr.write(f"after {self.sent} requests, {request.method} {request.path}: {kind}\n    {detail}\n")
        found.append(detail)

    def __str__(self):
        parts = [f"{len(found)} x {kind}\n    {found[0]}" for kind, found in sorted(self.faults.items())]
        return f"{self.sent} requests, statuses {dict(sorted(self.statuses.items()))}\n" + "\n".join(parts)


class Fuzz:
    """The world, who asks in it, and what was found."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.plant, cast = world.build()
        everything = person_at(cast.alpha, "everything", *Role.values)
        self.clients = {"everything": Client(), **{who: cast.clients[who] for who in WATCHED}}
        self.clients["everything"].force_login(everything)
        self.hidden = {who: [w for w in self.plant.words if who not in w.readers] for who in WATCHED}
        self.findings = Findings()
        self.can = defaultdict(list)
        self.known = _known()
        self._validators = {}

    # What is sent --------------------------------------------------------------------------------------------------

    def somewhere(self, method, path):
        """A request of the permission table for this operation; mostly one that had a good answer."""
        found = self.known.get((method, path))
        if self.can[method, path] and self.chance.random() < 0.7:
            return self.chance.choice(self.can[method, path])[1]
        return self.chance.choice(found) if found else Request(method, path, path.replace("{", "1").replace("}", ""))

    def somebody(self, request):
        """Who asks: mostly somebody who had a good answer of this operation."""
        able = self.can[request.method, request.path]
        return self.chance.choice(able)[0] if able and self.chance.random() < 0.7 else self.chance.choice(ASKING)

    def of(self, case):
        """What schemathesis made, mostly at an address of the world."""
        method, path = case.method.upper(), case.operation.path
        address = case.formatted_path
        if "{" in path and self.chance.random() < 0.8:
            address = self.somewhere(method, path).address.partition("?")[0]
        query = urlencode(dict(case.query or {}), doseq=True, errors="replace")
        body = None if isinstance(case.body, NotSet) else case.body
        headers = {n: v for n, v in (case.headers or {}).items() if n.startswith("If-") and v.isprintable()}
        return Request(method, path, f"{address}?{query}" if query else address, body, case.media_type or JSON, headers)

    def altered(self, request):
        """The request with one thing strange: a parameter, a member of the body, or the body."""
        names = [p["name"] for p in request.operation.get("parameters", ()) if p["in"] == "query"]
        if names and (request.method == "GET" or self.chance.random() < 0.1):
            pairs = [
                (name, self.chance.choice([*STRANGE, *_enum(request.operation, name)]))
                for name in self.chance.sample(names, k=min(len(names), self.chance.choice([1, 1, 1, 2, 5])))
            ]
            mark = "&" if "?" in request.address else "?"
            address = f"{request.address}{mark}{urlencode(pairs, errors='replace')}"
            return Request(request.method, request.path, address, request.body, request.media)
        if request.method == "GET":
            address = f"{request.address.rstrip('/')}{quote(self.chance.choice(STRANGE), safe='')[:500]}/"
            return Request(request.method, request.path, address)
        return Request(request.method, request.path, request.address, self._strange(request.body), request.media)

    def _strange(self, body):
        body, value = copy.deepcopy(body), self.chance.choice(VALUES)
        if not body or self.chance.random() < 0.1:
            return value
        inner = body
        while isinstance(inner, dict | list) and inner:
            key = self.chance.choice(list(inner) if isinstance(inner, dict) else range(len(inner)))
            if isinstance(inner[key], dict | list) and inner[key] and self.chance.random() < 0.8:
                inner = inner[key]
                continue
            if isinstance(inner, dict) and self.chance.random() < 0.15:
                inner.pop(key)
            else:
                inner[key] = value
            break
        return body

    # How it is answered --------------------------------------------------------------------------------------------

    def send(self, request, who):
        """The status. What is wrong with the answer goes to the findings."""
        client = self.clients[who]
        client.raise_request_exception = False
        content, media = request.content()
        with transaction.atomic():
            cookies = copy.deepcopy(client.cookies)
            answer = client.generic(
                request.method, request.address, content, content_type=media, headers=request.headers
            )
            text = b"".join(answer.streaming_content) if answer.streaming else answer.content
            request_finished.disconnect(close_old_connections)
            answer.close()
            request_finished.connect(close_old_connections)
            client.cookies = cookies
            transaction.set_rollback(True)
        self.findings.sent += 1
        self.findings.statuses[answer.status_code] += 1
        if answer.status_code in (200, 201, 202, 204, 304):
            self.findings.good.add((request.method, request.path))
            self.can[request.method, request.path].append((who, request))
        self._check(request, who, answer, text)
        return answer.status_code

    def _check(self, request, who, answer, text):
        add, status = self.findings.add, answer.status_code
        media = answer.headers.get("Content-Type", "")
        if status >= 500:
            add(request, f"{status} {_reason(answer)}", f"{request} as {who}")
            return
        if media.startswith("text/html") or text.lstrip()[:9].lower().startswith((b"<!doctype", b"<html")):
            add(request, f"HTML, {status}", f"{request} as {who}")
        said = f"{dict(answer.headers)} {text.decode(errors='replace')}"
        for word in self.hidden.get(who, ()):
            if word.back in said:
                add(request, f"{who} reads {word.what}", str(request))
        if _path_of(request.address) == request.path:
            self._check_documented(request, answer, media, text)

    def _check_documented(self, request, answer, media, text):
        add, status = self.findings.add, answer.status_code
        told = request.operation["responses"].get(str(status))
        if told is None:
            add(request, f"{status} is not documented", f"{request}: {text[:300]}")
            return
        told = _resolved(told)
        if status in (204, 304):
            return
        if media not in told.get("content", {}):
            add(request, f"{status} as {media} is not documented", str(request))
        # An explanation comes in place of the file, of which some headers speak.
        always = ALWAYS if media == MEDIA_TYPE else ALWAYS | OF_A_FILE
        missing = [name for name in told.get("headers", ()) if name in always and name not in answer.headers]
        if missing:
            add(request, f"{status} without {missing}", str(request))
        if media in (JSON, PROBLEM, MEDIA_TYPE):
            body = json.loads(text)
            if media == PROBLEM:
                self.findings.codes |= {body["type"].rpartition(":")[2], *(e["code"] for e in body["errors"])}
            for error in self._validator(request, status, told, media).iter_errors(body):
                add(request, f"{status} {error.json_path}", f"{error.message[:300]} · {request}")

    def _validator(self, request, status, told, media):
        key = (request.method, request.path, status, media)
        if key not in self._validators:
            schema = told["content"].get(media, {}).get("schema", {})
            self._validators[key] = Draft202012Validator({**schema, "components": document()["components"]})
        return self._validators[key]


# Header fields that every answer of their kind has.
OF_A_FILE = {"Lipse-Rows", "Repr-Digest"}
ALWAYS = {"Cache-Control", "Retry-After", "WWW-Authenticate", "Location"}


def documented_codes():
    """The codes of problems that docs/api-problems.md lists."""
    return set(re.findall(r"^\| `([a-z_-]+)` \|", (PROJECT / "docs/api-problems.md").read_text(), re.MULTILINE))


def _resolved(part):
    while "$ref" in part:
        found = document()
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        part = found
    return part


def _enum(operation, name):
    schema = next(p["schema"] for p in operation["parameters"] if p["name"] == name)
    return schema.get("enum", schema.get("items", {}).get("enum", []))[:20]


def _reason(answer):
    found = getattr(answer, "exc_info", None)
    if not found:
        return HTTPStatus(answer.status_code).phrase
    frame = found[2]
    while frame.tb_next:
        frame = frame.tb_next
    return f"{found[0].__name__} in {frame.tb_frame.f_code.co_filename.rpartition('/')[2]}:{frame.tb_lineno}"


def _path_of(address):
    """The path of the document that answers at this address; empty where none does."""
    try:
        return routes.as_documented(resolve(address.partition("?")[0]).route)
    except (Resolver404, UnicodeDecodeError):
        return ""


def _known():
    """By operation: the requests of the permission table, at every row of the world."""
    lines = [line for room in ROOMS.values() for line in room.LINES if line.address.startswith("/api/v1/")]
    found = defaultdict(list)
    for line, filled in world.requests(lines, world.values()):
        try:
            address, body = line.filled(filled)
        except KeyError:
            address, body = line.address.format(**filled), {}
        found[line.method, _path_of(address)].append(
            Request(line.method, _path_of(address), address, body or None, headers=line.headers)
        )
    return found
