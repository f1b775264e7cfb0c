"""The profile of a large file is made in a process beside the reader, and is the same."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from imports.actions import receive_file
from imports.jobs.run import run_import
from imports.models import Import
from imports.readers.quick_split import CELL
from imports.sniff import beside
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.waiting import until

NAMES = ["id", "received", "phone", "text"]
ROWS = [
    [f"C{n:05d}", f"2020-0{n % 9 + 1}-1{n % 9}", f"020 {7_946_000 + n}", f"Long text {n} " * 12] for n in range(12_000)
]


def profiled(size, joined=False, rows=ROWS):
    made = beside.profiling(NAMES, "GB", size)
    try:
        for start in range(0, len(rows), 1_000):
            batch = rows[start : start + 1_000]
            made.add(batch, [CELL.join(row) for row in batch] if joined else None)
        made.end(2026)
        return made.result()
    finally:
        made.close()


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {0, 1})


@pytest.mark.parametrize("joined", [True, False])
def test_it_is_the_same_as_in_one_process(joined):
    here, there = profiled(0), profiled(beside._LARGE, joined)

    assert there.columns == here.columns
    assert there.traces == here.traces
    assert there.personal == here.personal != []
    assert there.rows == here.rows == len(ROWS)
    assert vars(there.order) == vars(here.order)


def test_a_child_that_is_killed_stops_the_work(monkeypatch):
    made = beside.profiling(NAMES, "", beside._LARGE)
    try:
        os.kill(made._child.pid, signal.SIGKILL)
        made._child.wait()
        with pytest.raises(OSError):
            made.add(ROWS)
    finally:
        made.close()


def test_a_child_that_ends_without_an_answer_is_an_error():
    made = beside.profiling(NAMES, "", beside._LARGE)
    made._input.close()
    try:
        with pytest.raises(OSError, match="ended too early"):
            made.result()
    finally:
        made.close()
    assert made._child.returncode is not None


def test_a_child_ends_when_the_process_that_reads_is_killed():
    program = (
        "import time; from imports.sniff import beside; made = beside._Beside(['a'], '');"
        " print(made._child.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program], cwd=settings.BASE_DIR, stdout=subprocess.PIPE) as reader:
        child = int(reader.stdout.readline())
        reader.kill()

    until(lambda: not Path(f"/proc/{child}/cmdline").exists() or not Path(f"/proc/{child}/cmdline").read_bytes())


@pytest.mark.django_db
def test_an_import_understands_the_same_with_it(alpha, monkeypatch):
    here = import_bytes(make_dataset(alpha), csv_of(letters(60)))
    monkeypatch.setattr(beside, "_LARGE", 0)
    there = import_bytes(make_dataset(alpha, slug="others"), csv_of(letters(60)))

    assert (there.state, there.created) == ("loaded", 60)
    assert there.understanding == here.understanding
    assert there.findings == here.findings


@pytest.mark.django_db
def test_an_import_whose_child_is_killed_is_done_again_by_the_next_attempt(alpha, monkeypatch):
    monkeypatch.setattr(beside, "_LARGE", 0)
    run = receive_file(
        dataset=make_dataset(alpha), chunks=[csv_of(letters(60))], name="a.csv", by=None, is_automatic=True, wake=False
    )
    with monkeypatch.context() as broken:
        broken.setattr(beside._Beside, "end", lambda self, _year: self._child.kill())
        with pytest.raises(OSError, match="ended too early"):
            run_import(run.pk)

    run_import(run.pk)

    run = Import.objects.get(pk=run.pk)
    assert (run.state, run.created, run.rows) == ("loaded", 60, 60)
