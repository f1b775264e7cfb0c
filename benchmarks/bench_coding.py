"""The next unit of 50 coders at once, and take and submit of one coder; agreement is `python -m benchmarks agreement`.

`python -m benchmarks coding [--units N] [--coders N] [--draws N] [--pause SECONDS]`. Two web processes of eight
threads, and a PostgreSQL of their own, warmed up by four units of each coder. First each coder takes and submits units
of a large round with a pause between, as a quick person would: the times of these takes are the figure. Then a round of
as many units as draws is drawn to its end without pauses: no slot may be given twice, and none may be left. At last one
coder takes and submits alone, beside a take that is one statement of SQL in the same process.
"""

import argparse
import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from benchmarks.inside_coding import NEXT, submission
from benchmarks.server import Server, own_server

PROCESSES, THREADS = 2, 8
MOST_MS_OF_NEXT, MOST_MS_ALONE = 100, 15
TIMES_ALONE = 200


@dataclass
class Load:
    """What the coders measured: seconds of each take, and how often each assignment was given."""

    takes: list[float] = field(default_factory=list)
    given: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks coding")
    parser.add_argument("--units", type=int, default=100_000)
    parser.add_argument("--coders", type=int, default=50)
    parser.add_argument("--draws", type=int, default=10_000)
    parser.add_argument("--pause", type=float, default=1.0)
    options = parser.parse_args(arguments)
    with own_server() as server:
        made = server.run(
            "-m", "benchmarks", "inside_coding", "fill", str(options.units), str(options.draws), str(options.coders)
        ).answer
        print(f"{options.units:,} units frozen, added and opened in {made['seconds_to_open']} s")
        with web(server) as port:
            # Each process builds what it keeps, and each thread opens its connection, before anything is measured.
            under_load(port, made["large"], made["tokens"], 4 * len(made["tokens"]), 0)
            paced = under_load(port, made["large"], made["tokens"], options.draws // 10, options.pause)
            rushed = under_load(port, made["small"], made["tokens"], None, 0)
        left = _left(server, made["small"])
        alone = server.run(
            "-m", "benchmarks", "inside_coding", "alone", str(made["large"]), made["tokens"][0], str(TIMES_ALONE)
        ).answer
    return report(options, paced, rushed, left, alone)


def report(options: argparse.Namespace, paced: Load, rushed: Load, left: int, alone: dict[str, float]) -> int:
    of_all = f"{options.units:,} units, {options.coders} coders, {PROCESSES} processes of {THREADS} threads"
    p95 = _line(f"next unit, {of_all}, a pause of {options.pause} s", paced)
    _line(f"next unit, {options.draws:,} units drawn to the end without a pause", rushed)
    twice = sum(times > 1 for load in (paced, rushed) for times in load.given.values())
    draws = sum(load.given.total() for load in (paced, rushed))
    print(f"{draws:,} draws: {twice} slots given twice, {left} units starved")
    together = alone["take"] + alone["submit"]
    print(f"one coder: take {alone['take']} ms, submit {alone['submit']} ms, together {together:.2f} ms")
    print(f"a take in one statement of SQL {alone['raw']} ms; take / SQL = {alone['take'] / alone['raw']:.1f}")
    for message, times in Counter([*paced.wrong, *rushed.wrong]).most_common(5):
        print(f"answered {times} times: {message}")
    is_met = p95 < MOST_MS_OF_NEXT and together < MOST_MS_ALONE and not (twice or left or paced.wrong or rushed.wrong)
    return 0 if is_met else 1


def _line(name: str, load: Load) -> float:
    """Print the percentiles of a load; the 95th in ms."""
    if len(load.takes) < 2:
        print(f"{name}: no takes")
        return float("inf")
    cuts = statistics.quantiles(load.takes, n=100)
    print(f"{name}: {len(load.takes):,} takes, p50 {cuts[49] * 1000:.1f} ms, p95 {cuts[94] * 1000:.1f} ms")
    return cuts[94] * 1000


def _left(server: Server, round_id: int) -> int:
    with contextlib.closing(server.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM coding_assignment a JOIN coding_roundunit u ON u.id = a.round_unit_id"
            " WHERE u.round_id = %s AND a.submitted_at IS NULL",
            [round_id],
        )
        return int(cursor.fetchone()[0])


@contextlib.contextmanager
def web(server: Server) -> Iterator[int]:
    """The web processes; the port on which they answer."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {"LIPSE_PORT": str(port), "LIPSE_WEB_PROCESSES": str(PROCESSES), "LIPSE_WEB_THREADS": str(THREADS)}
    command = [server.python, "-m", "gunicorn", "--config", "python:lipse_site.gunicorn", "lipse_site.wsgi"]
    # Nobody reads what the processes say: a full pipe would stop them.
    quiet = subprocess.DEVNULL
    everything = server.environment | environment
    with subprocess.Popen(command, cwd=server.project, env=everything, stdout=quiet, stderr=quiet) as child:
        try:
            _wait(port, child)
            yield port
        finally:
            child.terminate()


def _wait(port: int, child: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 300
    while time.monotonic() < until and child.poll() is None:
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", "/api/v1/")
            connection.getresponse().read()
            return
        time.sleep(0.2)
    raise RuntimeError("The web processes did not start.")


def under_load(port: int, round_id: int, tokens: list[str], draws: int | None, pause: float) -> Load:
    """All coders take and submit: `draws` units together, or until there is none."""
    load = Load()
    each = None if draws is None else max(1, draws // len(tokens))
    coders = [Coder(http.client.HTTPConnection("127.0.0.1", port, timeout=120), token) for token in tokens]
    threads = [threading.Thread(target=_code, args=(load, coder, round_id, each, pause)) for coder in coders]
    for thread in threads:
        thread.start()
        time.sleep(pause / len(tokens))
    for thread in threads:
        thread.join()
    return load


@dataclass
class Coder:
    """One coder's connection to the web processes."""

    connection: http.client.HTTPConnection
    token: str

    def post(self, path: str, body: dict[str, object]) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        self.connection.request("POST", path, json.dumps(body), headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


def _code(load: Load, coder: Coder, round_id: int, draws: int | None, pause: float) -> None:
    while draws is None or draws > 0:
        began = time.perf_counter()
        status, content = coder.post(NEXT, {"round": round_id})
        spent = time.perf_counter() - began
        if status == 204:
            return
        if status != 200:
            load.wrong.append(f"take {status} {content[:200]!r}")
            return
        load.takes.append(spent)
        taken = json.loads(content)
        load.given[taken["id"]] += 1
        status, content = coder.post(f"/api/v1/assignments/{taken['id']}/submission/", submission(taken))
        if status != 201:
            load.wrong.append(f"submit {status} {content[:200]!r}")
            return
        draws = None if draws is None else draws - 1
        time.sleep(pause)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lipse_site.settings")
    sys.exit(main(sys.argv[1:]))
