"""Exports of complaint records over HTTP, beside COPY TO STDOUT of the same columns in the same run.

`python -m benchmarks api_exports [--rows N] [--times N] [--folder PATH]`: made-up records in five datasets on an
embedded server of its own, served by two web processes, with authentication, visibility and limits. One record of
fifty is a recommendation, with the parts that the program makes. The peer is COPY of the stored columns to a client
that throws them away, as ours does, and for JSON Lines also COPY of `row_to_json` of the same columns. Compression is
beside gzip -6 and zstd of the same bytes. With `--folder` the database stays there for the next run.
"""

import argparse
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
from backports import zstd

from benchmarks.server import PROJECT

EXPORT = "/api/v1/complaint-records/export/"
PLAIN = "id,dataset,country,kind,finding,closure,category,received_on,closed_on,updated_at"
STORED = (
    "id, dataset_id, institution, institution_kind, kind, reference, case_reference, country, policy_sector, "
    "respondent, category, subject, narrative, response, language, channel, service, complainant_kind, framing, harm, "
    "mandate, admissibility, stage, status, status_raw, finding, finding_raw, closure, closure_raw, remedy, amount, "
    "currency, received_on, closed_on, closed_on - received_on, extra, import_id, source_line, updated_at"
)
COPY = "COPY (SELECT {} FROM complaints_complaintrecord ORDER BY id) TO STDOUT (FORMAT csv)"
# The lines of JSON that PostgreSQL makes of the same columns.
COPY_JSON = "COPY (SELECT row_to_json(r) FROM (SELECT {} FROM complaints_complaintrecord ORDER BY id) r) TO STDOUT"
BLOCK = 1 << 18


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks api_exports")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    options = parser.parse_args(arguments)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="lipse-bench-", dir="/var/tmp"))
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)
    environment = {**os.environ, "LIPSE_DATA_DIR": str(folder), "LIPSE_DEMO": "0", "DATABASE_URL": "", "REDIS_URL": "",
                   "LIPSE_API_LIMIT": "100000000", "LIPSE_LOG_LEVEL": "WARNING", "LIPSE_HOST": "127.0.0.1",
                   "LIPSE_EXPORT_ROWS": str(10 * options.rows)}  # fmt: skip
    command = [sys.executable, "-m", "benchmarks", "inside_api_exports", str(options.rows), str(options.times)]
    try:
        return subprocess.run(command, cwd=PROJECT, env=environment, check=False).returncode
    finally:
        if options.folder is None:
            shutil.rmtree(folder, ignore_errors=True)


def run(token: str, database: dict[str, Any], times: int) -> int:
    """Ours and the peer in turns, so that what else the machine does falls on both."""
    with contextlib.closing(psycopg2.connect(**database)) as connection, serving() as site:
        ask = Asking(site.port, token)
        for name, fields, stored, formats in (
            ("full", "", STORED, ("csv", "jsonl")),
            ("plain", f"&fields={PLAIN}", PLAIN.replace("dataset", "dataset_id"), ("csv", "jsonl", "parquet")),
        ):
            for fmt in formats:
                address = f"{EXPORT}?format={fmt}{fields}"
                pairs = [(copied(connection, stored), ask.file(address)) for _ in range(times)]
                peers, ours = [peer for peer, _ in pairs], [got for _, got in pairs]
                ratio = statistics.median(peer / got["seconds"] for peer, got in pairs)
                seconds = statistics.median(one["seconds"] for one in ours)
                print(
                    f"{name} {fmt}: {ours[0]['rows']:,} rows, {ours[0]['bytes'] / 1e6:.0f} MB in {seconds:.2f} s, COPY"
                    f" {statistics.median(peers):.2f} s: {ratio:.2f} x; first byte"
                    f" {max(one['first'] for one in ours):.2f} s",
                    flush=True,
                )
                if fmt == "jsonl":
                    peer = copied(connection, stored, COPY_JSON)
                    print(f"{name} jsonl beside COPY of row_to_json: {peer:.2f} s: {peer / seconds:.2f} x", flush=True)
        compression(ask)
        latency(ask)
        print(f"peak memory of the web processes: {', '.join(f'{one} MB' for one in site.peaks())}")
    return 0


def compression(ask: "Asking") -> None:
    address = f"{EXPORT}?format=csv"
    plain = ask.file(address)
    for coding in ("gzip", "zstd"):
        got = ask.file(address, coding)
        share, longer = got["bytes"] / plain["bytes"], got["seconds"] / plain["seconds"]
        print(f"{coding}: {share:.3f} of the bytes, {longer:.2f} x the time")
    sample = ask.sample(address, 50_000_000)
    for name, made in (
        ("gzip -6", lambda: zlib.compressobj(6, zlib.DEFLATED, 31).compress(sample)),
        ("zstd -3", lambda: zstd.compress(sample, 3)),
    ):
        began = time.perf_counter()
        size = len(made())
        speed = len(sample) / 1e6 / (time.perf_counter() - began)
        print(f"peer {name}: {size / len(sample):.3f} of the bytes, {speed:.0f} MB/s")


def latency(ask: "Asking") -> None:
    address = f"{EXPORT}?format=csv&fields={PLAIN}"
    etag = ask.head(address)["ETag"]
    for name, call in (
        ("HEAD", lambda: ask.head(address)),
        ("304", lambda: ask.unchanged(address, etag)),
    ):
        spent = []
        for _ in range(30):
            began = time.perf_counter()
            call()
            spent.append(1000 * (time.perf_counter() - began))
        print(f"{name}: median {statistics.median(spent):.1f} ms, worst {max(spent):.1f} ms")


class Asking:
    """A caller with a token."""

    def __init__(self, port: int, token: str) -> None:
        self.port, self.token = port, token

    def answer(self, method: str, address: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        connection.request(method, address, headers={"Authorization": f"Bearer {self.token}"} | headers)
        return connection.getresponse()

    def file(self, address: str, coding: str = "identity") -> dict[str, Any]:
        began = time.perf_counter()
        answer = self.answer("GET", address, **{"Accept-Encoding": coding})
        if answer.status != 200:
            raise RuntimeError(answer.read(3000))
        size = len(answer.read(1))
        first = time.perf_counter() - began
        while block := answer.read(BLOCK):
            size += len(block)
        seconds = time.perf_counter() - began
        return {"seconds": seconds, "first": first, "bytes": size, "rows": int(answer.headers["Lipse-Rows"])}

    def sample(self, address: str, size: int) -> bytes:
        answer = self.answer("GET", address)
        data = answer.read(size)
        answer.close()
        return data

    def head(self, address: str) -> http.client.HTTPMessage:
        answer = self.answer("HEAD", address)
        answer.read()
        return answer.headers

    def unchanged(self, address: str, etag: str) -> None:
        if (status := self.answer("GET", address, **{"If-None-Match": etag}).status) != 304:
            raise RuntimeError(f"{status} in place of 304.")


class Nothing:
    """A file that keeps nothing."""

    def write(self, data: bytes) -> int:
        return len(data)


def copied(connection: Any, columns: str, statement: str = COPY) -> float:
    with connection, connection.cursor() as cursor:
        began = time.perf_counter()
        cursor.copy_expert(statement.format(columns), Nothing())
        return time.perf_counter() - began


class Site:
    """The web server: gunicorn with two processes."""

    def __init__(self, port: int, server: "subprocess.Popen[bytes]") -> None:
        self.port, self.server = port, server

    def peaks(self) -> list[int]:
        """The most memory that each process held, in MB, and that of the children they started."""
        children = Path(f"/proc/{self.server.pid}/task/{self.server.pid}/children").read_text().split()
        found = (re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in children)
        return [int(one[1]) // 1024 for one in found if one]


@contextlib.contextmanager
def serving() -> Iterator[Site]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--config", "python:lipse_site.gunicorn", "lipse_site.wsgi"]
    environment = {
        **os.environ,
        "LIPSE_PORT": str(port),
        "LIPSE_WEB_PROCESSES": "2",
        "LIPSE_ALLOWED_HOSTS": "127.0.0.1",
    }
    server = subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port)
        yield Site(port, server)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise RuntimeError("The web server did not start.")


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
