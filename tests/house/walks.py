"""What happens while something is done, in order, and what docs/architecture.md says would happen.

A happening is a call of a function of the project, a statement, or a request.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import FrameType

from django.core.signals import request_started
from django.db import connection

from tests.house.code import PROJECT, ROOMS

PAGE = PROJECT / "docs/architecture.md"
SQL = ("SELECT", "INSERT", "UPDATE", "DELETE", "FOR UPDATE", "pg_")
_OURS = tuple(str(PROJECT / room) + "/" for room in ROOMS)
_SPAN = re.compile(r"`([^`]+)`")


@dataclass
class Trace:
    """Happenings in order. A call is "file.py:function", and names the classes of its object and arguments."""

    happenings: list[frozenset[str]] = field(default_factory=list)

    def call(self, frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(_OURS):
            file = code.co_filename.removeprefix(f"{PROJECT}/")
            names = {file, *_and_outer(f"{file}:{code.co_qualname}")}
            given = [frame.f_locals.get(name) for name in code.co_varnames[: code.co_argcount]]
            for one in given:
                names |= _classes_of(one) if isinstance(one, type) else set()
            if code.co_varnames[:1] == ("self",):
                names |= _classes_of(type(given[0]))
            self.happenings.append(frozenset(names))

    def statement(self, execute, sql, params, many, context):
        self.happenings.append(frozenset({str(sql)}))
        return execute(sql, params, many, context)

    def request(self, environ: dict[str, str], **_: object) -> None:
        query = f"?{environ['QUERY_STRING']}" if environ["QUERY_STRING"] else ""
        self.happenings.append(frozenset({f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}{query}"}))


def _and_outer(name: str) -> list[str]:
    """A method, and its class: `file.py:Class.method` and `file.py:Class`."""
    return [name, name.rpartition(".")[0]]


@cache
def _classes_of(owner: type) -> frozenset[str]:
    """The classes of the project that an object belongs to, by file and name."""
    of_rooms = [each for each in owner.__mro__ if each.__module__.split(".")[0] in ROOMS]
    return frozenset(f"{each.__module__.replace('.', '/')}.py:{each.__qualname__}" for each in of_rooms)


@contextmanager
def traced() -> Iterator[Trace]:
    trace = Trace()
    before = sys.getprofile()
    request_started.connect(trace.request)
    try:
        with connection.execute_wrapper(trace.statement):
            sys.setprofile(trace.call)
            yield trace
    finally:
        sys.setprofile(before)
        request_started.disconnect(trace.request)


def section(title: str) -> str:
    """The text below a heading of the third level, up to the next heading."""
    return re.split(r"^##", PAGE.read_text().split(f"\n### {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def spans(title: str) -> list[str]:
    """What a walk says happens, in the order of the text: files, functions, statements, requests."""
    named = [re.sub(r"\s+", " ", span) for span in _SPAN.findall(section(title))]
    return [span for span in named if re.match(r"[\w/]+\.py(:|$)|/|(GET|POST|PUT) /", span) or span.startswith(SQL)]


def scripts(title: str) -> list[str]:
    return [span for span in _SPAN.findall(section(title)) if span.endswith(".js")]


def did_not_happen(trace: Trace, said: list[str]) -> list[str]:
    """Those that did not happen after the ones before them."""
    missing, at = [], 0
    for span in said:
        found = next((n for n in range(at, len(trace.happenings)) if _is(span, trace.happenings[n])), None)
        if found is None:
            missing.append(span)
        else:
            at = found
    return missing


def _is(span: str, happening: frozenset[str]) -> bool:
    if span.startswith(SQL):
        return any(span in one for one in happening)
    if " /" in span or span.startswith("/"):
        address = re.sub(r"\\\{\w+\\\}", "[^/?]+", re.escape(span))
        return any(re.fullmatch(rf"(\w+ )?{address}", one) for one in happening)
    return span in happening


def loaded_by(page: str) -> set[str]:
    """The scripts that a page loads, and those that they import."""
    waiting = [script for script in _scripts_on(page) if script.is_file()]
    found: set[Path] = set()
    while waiting:
        script = waiting.pop()
        if script not in found and script.is_file():
            found.add(script)
            waiting += [
                (script.parent / name).resolve()
                for name in re.findall(r'(?:from |import\()"(\.[^"]+)"', script.read_text())
            ]
    return {str(script.relative_to(PROJECT)) for script in found}


def _scripts_on(page: str) -> list[Path]:
    """A name may contain the hash of the file's version."""
    names = re.findall(r'src="/static/([^"]+?)(?:\.[0-9a-f]{12})?\.js"', page)
    return [PROJECT / f"static/{name}.js" for name in names]
