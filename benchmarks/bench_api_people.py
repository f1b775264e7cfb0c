"""People who read and write for some minutes, one request each about a second, beside their own load on the machine.

`python -m benchmarks api_people [--people 50] [--seconds 300] [--every 1.1] [--rows 200000] [--data FOLDER]`: the site
as `serve` starts it, with the settings of a server (debug off, two web processes) and an embedded database of its own:
the 54 case studies of the demonstration and so many made-up records. Each person signs in by the form, keeps the
session and its form token, and holds a token of the API. Of a hundred requests

    40  ask the API with the token: 20 the list of 100 full records of a country, 8 one record, 8 the list of case
        studies, 4 the datasets
    40  open pages: 12 the list of records, 10 the list of case studies, 6 a case study, 5 a record, 4 Today, 3 notes
    20  PUT a field note as the page does, by session and form token: nine edits of one's own note, then a new note

A person waits until about `--every` seconds after the last request was sent, or for its answer: fifty at 1.1 s are 45
requests a second. The load comes from threads of this process by `http.client`, on the same processors. `--data`
keeps the filled server in a folder for the next run; `--seconds 0` only fills it. Nothing but this machine is asked.
"""

import argparse
import json
import random
import re
import resource
import socket
import statistics
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.server import Server, own_server

COUNTRIES = ("NL", "GB", "BE", "DK", "DE", "EE", "ES", "FR", "IT", "RO", "SK")
PRODUCTION = {
    "LIPSE_DEBUG": "0", "LIPSE_SECRET_KEY": "benchmark-" + "0123456789" * 5, "LIPSE_ALLOWED_HOSTS": "127.0.0.1",
    "LIPSE_TLS": "0", "LIPSE_TRUSTED_PROXIES": "1", "LIPSE_ALLOW_EMBEDDED": "1", "LIPSE_EMAIL_URL": "",
}  # fmt: skip
GOAL_MS, GOAL_RATE = 300, 45


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks api_people")
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--every", type=float, default=1.1)
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--data", type=Path)
    options = parser.parse_args(arguments)
    with own_server(options.data) as server:
        filled = server.run("-m", "benchmarks", "inside_people", str(options.rows), str(options.people)).answer
        return _measure(server, filled, options) if options.seconds else 0


def _measure(server: Server, filled: dict[str, Any], options: argparse.Namespace) -> int:
    port = _free_port()
    server.environment.update(PRODUCTION, LIPSE_PORT=str(port))
    with server.start("manage.py", "serve") as site:
        try:
            _wait(port)
            crowd = [Person(port, n, name, filled, options.every) for n, name in enumerate(filled["tokens"])]
            report = Report()
            for person in crowd:
                report.time("sign-in", person.sign_in)
            began = time.monotonic()
            _at_once(crowd, report, began + options.seconds)
            return report.write(time.monotonic() - began)
        finally:
            site.terminate()


def _at_once(crowd: list["Person"], report: "Report", end: float) -> None:
    threads = [threading.Thread(target=person.live, args=(report, end, len(crowd))) for person in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@dataclass
class Report:
    """Seconds of each answer by the kind of request, and what was no answer."""

    times: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def time(self, kind: str, ask: Callable[[], int]) -> None:
        began = time.monotonic()
        try:
            status = str(ask())
        except (OSError, HTTPException) as error:
            status = type(error).__name__
        spent = time.monotonic() - began
        with self.lock:
            self.times[kind].append(spent)
            self.statuses[f"{kind} {status}" if status not in ("200", "201", "302") else "answered"] += 1

    def write(self, seconds: float) -> int:
        """Print the table; 1 where the goal is missed."""
        sign_ins = {"sign-in": self.times.pop("sign-in")}
        whole = [spent for times in self.times.values() for spent in times]
        print(f"{'':24}{'requests':>9}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}{'most':>9}")
        for kind, times in [*sorted(self.times.items()), *sign_ins.items(), ("all but sign-in", whole)]:
            at = statistics.quantiles(times, n=100, method="inclusive") if len(times) > 1 else times * 99
            figures = "".join(f"{at[part - 1] * 1000:9.0f}" for part in (50, 95, 99))
            print(f"{kind:24}{len(times):9,}{figures}{max(times) * 1000:9.0f}")
        rate, slow = len(whole) / seconds, statistics.quantiles(whole, n=100)[94] * 1000
        used = resource.getrusage(resource.RUSAGE_SELF)
        own = (used.ru_utime + used.ru_stime) / seconds
        print(f"{rate:.1f} requests a second; processor of the load itself {own:.0%} of one; {dict(self.statuses)}")
        return int(slow > GOAL_MS or rate < GOAL_RATE or set(self.statuses) != {"answered"})


class Person:
    """One browser and one program of a person, each on a connection that is kept."""

    def __init__(self, port: int, number: int, name: str, filled: dict[str, Any], every: float) -> None:
        self.name, self.filled, self.number, self.every = name, filled, number, every
        self.token = filled["tokens"][name]
        self.browser, self.program = (HTTPConnection("127.0.0.1", port, timeout=60) for _ in range(2))
        self.cookies: dict[str, str] = {}
        self.chance = random.Random(number)
        self.note, self.version = uuid.uuid4(), 0

    def sign_in(self) -> int:
        page = self._ask(self.browser, "GET", "/accounts/login/", self._session())[1]
        found = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        form = {
            "login": self.name,
            "password": self.filled["password"],
            "csrfmiddlewaretoken": found[1].decode() if found else "",
        }
        headers = self._session() | {"Content-Type": "application/x-www-form-urlencoded"}
        status, _ = self._ask(self.browser, "POST", "/accounts/login/", headers, urlencode(form))
        return status if "session" in self.cookies else 0

    def live(self, report: Report, end: float, people: int) -> None:
        """Ask again and again until the end."""
        due = time.monotonic() + self.every * self.number / people
        while due < end:
            time.sleep(max(0.0, due - time.monotonic()))
            kind, ask = self._next()
            report.time(kind, ask)
            due = max(due + self.every * self.chance.uniform(0.8, 1.2), time.monotonic())

    def _next(self) -> tuple[str, Callable[[], int]]:
        pick = self.chance.choices(_KINDS, _SHARES)[0]
        if pick == "note put":
            return pick, self._write
        address = _ADDRESSES[pick](self)
        return pick, lambda: self._read(address, is_program=pick.startswith("api"))

    def _read(self, address: str, *, is_program: bool) -> int:
        if is_program:
            return self._ask(self.program, "GET", address, {"Authorization": f"Bearer {self.token}"})[0]
        return self._ask(self.browser, "GET", address, self._session())[0]

    def _write(self) -> int:
        if self.version == 10:
            self.note, self.version = uuid.uuid4(), 0
        words = " ".join(self.chance.choices(("letter", "answer", "office", "delay", "visit"), k=80))
        cases = self.filled["own"]
        body: dict[str, object] = {"case_study": cases[self.number % len(cases)], "event": None,
                                   "kind": "observation", "title": "On the way", "text": words}  # fmt: skip
        if self.version:
            body["base_version"] = self.version
        headers = self._session() | {"Content-Type": "application/json", "X-CSRFToken": self.cookies["csrf"]}
        status, _ = self._ask(self.browser, "PUT", f"/api/v1/field-notes/{self.note}/", headers, json.dumps(body))
        self.version += status in (200, 201)
        return status

    def _session(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _ask(
        self, connection: HTTPConnection, method: str, address: str, headers: dict[str, str], body: str = ""
    ) -> tuple[int, bytes]:
        """Status and body. A kept connection that the server has closed meanwhile is made again, once."""
        headers = headers | {"X-Forwarded-For": f"192.0.2.{self.number}"}
        for attempt in (1, 2):
            try:
                connection.request(method, address, body or None, headers)
                answer = connection.getresponse()
                break
            except (ConnectionError, HTTPException):
                connection.close()
                if attempt == 2:
                    raise
        for line in answer.headers.get_all("Set-Cookie", ()):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}
        return answer.status, answer.read()


def _one_of(name: str) -> Callable[[Person], str]:
    return lambda person: str(person.chance.choice(person.filled[name]))


# Kind of request: its share of a hundred, and an address of it.
_MIX: dict[str, tuple[int, Callable[[Person], str]]] = {
    "api records": (
        20,
        lambda p: f"/api/v1/complaint-records/?country={p.chance.choice(COUNTRIES)}",
    ),
    "api record": (8, lambda p: f"/api/v1/complaint-records/{_one_of('records')(p)}/"),
    "api case studies": (8, lambda p: "/api/v1/case-studies/"),
    "api datasets": (4, lambda p: "/api/v1/datasets/"),
    "page records": (12, lambda p: f"/complaint-records/?country={p.chance.choice(COUNTRIES)}"),
    "page case studies": (10, lambda p: "/case-studies/"),
    "page case study": (6, lambda p: f"/case-studies/{_one_of('cases')(p)}/"),
    "page record": (5, lambda p: f"/complaint-records/{_one_of('records')(p)}/"),
    "page today": (4, lambda p: "/today/"),
    "page notes": (3, lambda p: "/field-notes/"),
    "note put": (20, lambda p: ""),
}
_KINDS = list(_MIX)
_SHARES = [share for share, _ in _MIX.values()]
_ADDRESSES = {kind: address for kind, (_, address) in _MIX.items()}


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(port: int) -> None:
    """Until the site is ready: web server, worker and scheduler."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
                connection.request("GET", "/readyz")
                if connection.getresponse().status == 200:
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError("The site did not become ready within two minutes.")
