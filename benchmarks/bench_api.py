"""The records over HTTP: lists, searches, one record and facets, beside peers on the same server in the same run.

`python -m benchmarks api [--rows N] [--datasets N] [--seconds S] [--times N] [--folder PATH] [--part NAME ...]`. Two
web processes as gunicorn is configured for a site, and two clients with keep-alive; ours with a token, visibility,
limits, counts and ETags. Peers: DRF's CursorPagination and ModelSerializer without any of this, on the same kind of
server; for searches raw SQL of the same question, in the quickest of the plans that PostgreSQL makes when it is kept
from the others. With `--folder` the filled database stays there for the next run; `--part lists` measures only that.
"""

import argparse
import base64
import contextlib
import http.client
import itertools
import json
import os
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg2

from benchmarks.bench_coding import web
from benchmarks.server import Server, own_server

LIST = "/api/v1/complaint-records/"
FACETS = "dataset,country,kind,finding,status,closure"
FILTERS = ({"country": "NL"}, {"finding": "upheld"}, {"kind": "finding", "status": "closed"}, {"country__in": "DE,FR"})
WORDS = ("frequent", "rare", "newest")
SIZES = (1, 20, 100, 1000)
# Ways to keep PostgreSQL from a plan; the quickest of what it makes then is the peer.
PLANS = (
    {},
    {"enable_indexscan": "off", "enable_seqscan": "off"},
    {"enable_bitmapscan": "off", "enable_seqscan": "off"},
)
# As on a server in use: debug mode writes down every statement.
IN_USE = {
    "LIPSE_DEBUG": "0", "LIPSE_TLS": "0", "LIPSE_ALLOW_EMBEDDED": "1", "LIPSE_ALLOWED_HOSTS": "127.0.0.1",
    "LIPSE_SECRET_KEY": "of this benchmark alone " * 3,
}  # fmt: skip
WARM_UP, SLOWEST_PLAN_MS = 5, 20_000


@dataclass
class Goals:
    """Prints each figure with its goal and remembers whether all were met."""

    are_met: bool = True

    def at_least(self, name: str, value: float, goal: float) -> None:
        self._say(name, value, f">= {goal:g}", is_met=value >= goal)

    def at_most(self, name: str, value: float, goal: float) -> None:
        self._say(name, value, f"<= {goal:g}", is_met=value <= goal)

    def _say(self, name: str, value: float, goal: str, *, is_met: bool) -> None:
        self.are_met = self.are_met and is_met
        print(f"{'ok ' if is_met else 'NOT'} {name}: {value:.2f} (goal {goal})", flush=True)


class Client:
    """One connection that stays open."""

    def __init__(self, port: int, token: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **params: str | int) -> bytes:
        address = f"{path}?{urlencode(params)}" if params else path
        self.connection.request("GET", address, headers=self.headers)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{address}: {answer.status} {body[:300]!r}")
        return body

    def median_ms(self, times: int, path: str, questions: Iterator[dict[str, str]]) -> float:
        """The median of this many different questions."""
        spent = []
        for params in itertools.islice(questions, times):
            began = time.perf_counter()
            self.get(path, **params)
            spent.append(time.perf_counter() - began)
        return statistics.median(spent) * 1000


@dataclass(frozen=True)
class Bench:
    """A filled server, the web processes of both sides, and the options."""

    server: Server
    made: dict[str, Any]
    ours: int
    peer: int
    options: argparse.Namespace
    goals: Goals

    @property
    def client(self) -> Client:
        return Client(self.ours, self.made["token"])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks api")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--datasets", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--part", choices=[part.__name__ for part in PARTS], action="append")
    options = parser.parse_args(arguments)
    with own_server(options.folder) as server:
        return measure(server, filled(server, options), options)


def filled(server: Server, options: argparse.Namespace) -> dict[str, Any]:
    """What was made on the server, which is filled where it is not yet."""
    known = server.folder / "made.json"
    if not known.exists():
        made = server.run("-m", "benchmarks", "inside_api", "fill", str(options.rows), str(options.datasets)).answer
        known.write_text(json.dumps(made))
    found: dict[str, Any] = json.loads(known.read_text())
    return found


def measure(server: Server, made: dict[str, Any], options: argparse.Namespace) -> int:
    server = replace(server, environment=server.environment | IN_USE)
    plain = replace(server, environment=server.environment | {"DJANGO_SETTINGS_MODULE": "benchmarks.peer_settings"})
    with web(server) as ours, web(plain) as peer:
        bench = Bench(server, made, ours, peer, options, Goals())
        for part in PARTS:
            if not options.part or part.__name__ in options.part:
                part(bench)
    return 0 if bench.goals.are_met else 1


def lists(bench: Bench) -> None:
    """Lists of 100 full records by id, at the first row and in the middle."""
    middle = {"cursor": _cursor_at(bench, bench.options.rows // 2)}
    drf = {"cursor": base64.b64encode(urlencode({"p": bench.made["middle"] - 1}).encode()).decode()}
    rates = []
    for where, ours, theirs in (("the first row", {}, {}), (f"row {bench.options.rows // 2:,}", middle, drf)):
        rate, peer = _rates(bench, (LIST, {"page_size": 100, "ordering": "id"} | ours), ("/peer/", theirs))
        print(f"list of 100 at {where}: {rate:.1f}/s, DRF {peer:.1f}/s")
        bench.goals.at_least(f"list of 100 at {where}, times DRF", rate / peer, 2)
        rates.append(rate)
    bench.goals.at_most("difference of the two depths", 1 - min(rates) / max(rates), 0.1)


def detail(bench: Bench) -> None:
    number = bench.made["middle"]
    rate, peer = _rates(bench, (f"{LIST}{number}/", {}), (f"/peer/{number}/", {}))
    print(f"one record: {rate:.1f}/s, DRF {peer:.1f}/s")
    bench.goals.at_least("one record, times DRF", rate / peer, 1)


def filtered(bench: Bench) -> None:
    years = itertools.cycle(range(2006, 2020))
    questions = (
        {"country": "NL", "received_on__gte": f"{year}-01-01", "received_on__lte": f"{year}-12-31"} for year in years
    )
    bench.goals.at_most("country and a year, ms", bench.client.median_ms(bench.options.times, LIST, questions), 50)


def searches(bench: Bench) -> None:
    for word, size in itertools.product(WORDS, SIZES):
        # Another connection each time: the server closes one that rests while the raw SQL is measured.
        client = bench.client
        asked = itertools.repeat({"search": word, "page_size": str(size), "ordering": "id"})
        client.median_ms(2, LIST, asked)
        ours = client.median_ms(bench.options.times, LIST, asked)
        sql = bench.server.run("-m", "benchmarks", "inside_api", "statements", word, str(size)).answer
        raw = {name: _quickest(bench.server, statement, bench.options.times) for name, statement in sql.items()}
        print(
            f"search {word}, page_size {size}: {ours:.1f} ms, raw SQL page {raw['page']:.1f} + count {raw['count']:.1f}"
        )
        bench.goals.at_most(f"search {word}, page_size {size}, times raw SQL", ours / sum(raw.values()), 2)


def facets(bench: Bench) -> None:
    """Six facets. `values` differs each time, so that no answer comes from the cache."""
    number = itertools.count(51)
    kinds: dict[str, tuple[tuple[dict[str, str], ...], float]] = {
        "all": (({},), 15), "filtered": (FILTERS, 100), "searched": (tuple({"search": word} for word in WORDS), 300),
    }  # fmt: skip
    for kind, (questions, goal) in kinds.items():
        times = max(bench.options.times, 3 * len(questions))
        asked = ({"field": FACETS, "values": str(next(number))} | one for one in itertools.cycle(questions))
        bench.client.median_ms(len(questions), f"{LIST}facets/", asked)
        spent = bench.client.median_ms(times, f"{LIST}facets/", asked)
        bench.goals.at_most(f"six facets, {kind}, ms", spent, goal)


PARTS = (lists, detail, filtered, searches, facets)


def _rates(bench: Bench, ours: tuple[str, dict[str, Any]], peer: tuple[str, dict[str, Any]]) -> tuple[float, float]:
    """Requests a second of both sides, in turns, so that what else the machine does falls on both."""
    sides = [(bench.ours, bench.made["token"], ours), (bench.peer, "", peer)]
    rates: list[list[float]] = [[], []]
    for _ in range(4):
        for side, (port, token, (path, params)) in enumerate(sides):
            rates[side].append(_rate(port, token, path, params, bench.options.seconds / 4))
    return statistics.fmean(rates[0]), statistics.fmean(rates[1])


def _rate(port: int, token: str, path: str, params: dict[str, Any], seconds: float) -> float:
    """Requests a second of two clients at once."""
    done: list[int] = []

    def ask() -> None:
        client, number = Client(port, token), 0
        for _ in range(WARM_UP):
            client.get(path, **params)
        barrier.wait()
        while time.perf_counter() < until[0]:
            client.get(path, **params)
            number += 1
        done.append(number)

    until = [0.0]
    barrier = threading.Barrier(2, action=lambda: until.__setitem__(0, time.perf_counter() + seconds))
    clients = [threading.Thread(target=ask) for _ in range(2)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return sum(done) / seconds


def _cursor_at(bench: Bench, row: int) -> str:
    """Our cursor behind the row, reached by pages of 1,000 ids."""
    client, cursor = bench.client, ""
    asked = {"page_size": "1000", "ordering": "id", "fields": "id", "count": "none"}
    for _ in range(row // 1000):
        page = json.loads(client.get(LIST, **asked, **({"cursor": cursor} if cursor else {})))
        cursor = page["next"].split("cursor=")[1]
    return cursor


def _quickest(server: Server, statement: str, times: int) -> float:
    """Milliseconds of the statement in its quickest plan, rows fetched."""
    with contextlib.closing(server.connect()) as connection:
        return min(_median_of_plan(connection, statement, plan, times) for plan in PLANS)


def _median_of_plan(connection: Any, statement: str, without: tuple[str, ...], times: int) -> float:
    spent = []
    with connection.cursor() as cursor:
        cursor.execute(f"RESET ALL; SET statement_timeout = {SLOWEST_PLAN_MS}")
        for name in without:
            cursor.execute(f"SET {name} = off")
        for _ in range(times + 1):
            began = time.perf_counter()
            try:
                cursor.execute(statement)
            except psycopg2.errors.QueryCanceled:
                return float("inf")
            cursor.fetchall()
            spent.append(time.perf_counter() - began)
            if spent[-1] > 1:
                break
    return statistics.median(spent[1:] or spent) * 1000


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lipse_site.settings")
    sys.exit(main(sys.argv[1:]))
