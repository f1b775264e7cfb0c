"""Field notes: the receipt of a note while others write too, and what a browser needs for a long note and for many.

`python -m benchmarks fieldwork [--writers N] [--seconds S] [--without-browser]`. Receipts: N people, each with one
connection and one note that gets a version after the other, beside the same texts inserted by N connections into a
table of two columns. The browser's part is tests/journeys/measure_fieldwork.py; statements of a PUT are counted by
tests/casestudies/test_note_statements.py.
"""

import argparse
import contextlib
import http.client
import json
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

from benchmarks.bench_api import IN_USE, Goals
from benchmarks.bench_coding import web
from benchmarks.server import Server, own_server

# Each person types for a while between two saves, so that 20 of them make about 20 a second.
PAUSE_S, WARM_UP_S = 1.0, 3.0
TEXT = "Twelve people came to the quay and said what they think of it. " * 30
MOST_MS = 1000


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks fieldwork")
    parser.add_argument("--writers", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--without-browser", action="store_true")
    options = parser.parse_args(arguments)
    goals = Goals()
    with own_server() as server:
        made = server.run("-m", "benchmarks", "inside_fieldwork", str(options.writers)).answer
        server.environment.update(IN_USE)
        with web(server) as port:
            ours = together(lambda number: Writer(port, made["tokens"][number], made["case_study"]), options)
        peer = together(lambda _number: Inserter(server), options)
    goals.at_most(f"receipt of a note, {options.writers} writers at once, 95th percentile, ms", p95(ours), MOST_MS)
    print(f"  median {statistics.median(ours):.0f} ms of {len(ours)} receipts; raw insert: median "
          f"{statistics.median(peer):.1f} ms, 95th percentile {p95(peer):.1f} ms, so {p95(ours) / p95(peer):.1f} times "
          "the raw insert")  # fmt: skip
    in_browser = 0
    if not options.without_browser:
        command = [sys.executable, "-m", "pytest", "-q", "-s", "-n", "0", "tests/journeys/measure_fieldwork.py"]
        in_browser = subprocess.run(command, check=False).returncode
    return int(not goals.are_met) or in_browser


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


class Writer:
    """One person who saves one note again and again."""

    def __init__(self, port: int, token: str, case_study: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.path = f"/api/v1/field-notes/{uuid.uuid4()}/"
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self.note: dict[str, Any] = {"case_study": case_study, "event": None, "kind": "observation", "title": "Quay"}

    def write(self, number: int) -> None:
        self.note["text"] = f"{TEXT} {number}"
        self.connection.request("PUT", self.path, json.dumps(self.note), self.headers)
        answer = self.connection.getresponse()
        said = json.loads(answer.read())
        if answer.status not in (200, 201):
            raise RuntimeError(f"{answer.status} {said}")
        self.note["base_version"] = said["version"]

    def close(self) -> None:
        self.connection.close()


class Inserter:
    """One connection that inserts the same texts and knows nothing of notes."""

    def __init__(self, server: Server) -> None:
        self.connection = server.connect()
        with contextlib.closing(self.connection.cursor()) as cursor:
            # Those who come at the same time make it once.
            cursor.execute("SELECT pg_advisory_lock(1)")
            cursor.execute("CREATE TABLE IF NOT EXISTS bench_raw (id uuid, text text)")
            cursor.execute("SELECT pg_advisory_unlock(1)")

    def write(self, number: int) -> None:
        with contextlib.closing(self.connection.cursor()) as cursor:
            cursor.execute("INSERT INTO bench_raw VALUES (%s, %s)", [str(uuid.uuid4()), f"{TEXT} {number}"])

    def close(self) -> None:
        self.connection.close()


def together(make: Callable[[int], Writer | Inserter], options: argparse.Namespace) -> list[float]:
    """Milliseconds of every write after the first seconds, all writers at once."""
    spent: list[float] = []
    began = time.monotonic()
    threads = [
        threading.Thread(target=_write, args=(make, number, began, options, spent)) for number in range(options.writers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return spent


def _write(
    make: Callable[[int], Writer | Inserter], number: int, began: float, options: argparse.Namespace, spent: list[float]
) -> None:
    writer = make(number)
    time.sleep(PAUSE_S * number / options.writers)
    try:
        for turn in range(1_000_000):
            before = time.perf_counter()
            if time.monotonic() - began > WARM_UP_S + options.seconds:
                return
            writer.write(turn)
            took = time.perf_counter() - before
            if time.monotonic() - began > WARM_UP_S:
                spent.append(took * 1000)
            time.sleep(max(0.0, PAUSE_S - took))
    finally:
        writer.close()
