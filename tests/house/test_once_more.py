"""`make test` runs a failed test once more, alone, and says which tests are unstable."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.once_more import MOST_RUN_AGAIN

PROJECT = Path(__file__).resolve().parents[2]
# Test n fails the first time it is run when n < UNSTABLE, and always when n == BROKEN.
FILE = """
import pathlib, pytest
@pytest.mark.parametrize("n", range(30))
def test_it(n):
    mark = pathlib.Path(f"ran-{n}")
    was_run = mark.exists()
    mark.touch()
    assert n != BROKEN
    assert was_run or n >= UNSTABLE
"""


def run(folder, *, unstable=0, broken=-1, arguments=("-n", "2")):
    (folder / "test_file.py").write_text(f"UNSTABLE, BROKEN = {unstable}, {broken}\n{FILE}")
    (folder / "pytest.ini").touch()
    command = [sys.executable, "-m", "pytest", "-p", "tests.once_more", "-p", "no:django", "--once-more", *arguments]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    for name in [name for name in environment if name.startswith("PYTEST_")]:
        del environment[name]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    named = [line.split("::")[-1] for line in done.stdout.splitlines() if line.startswith("UNSTABLE")]
    return done.returncode, named, done.stdout


@pytest.mark.parametrize("arguments", [("-n", "2"), ("-n", "0")])
def test_three_tests_that_pass_alone_are_named_last_and_the_run_passes(tmp_path, arguments):
    status, named, said = run(tmp_path, unstable=3, arguments=arguments)
    assert (status, sorted(named)) == (0, ["test_it[0]", "test_it[1]", "test_it[2]"]), said
    assert said.splitlines()[-1].startswith("UNSTABLE")


def test_four_unstable_tests_fail_the_run(tmp_path):
    status, named, said = run(tmp_path, unstable=4)
    assert (status, len(named)) == (1, 4), said


def test_a_test_that_fails_again_fails_the_run(tmp_path):
    status, named, said = run(tmp_path, unstable=1, broken=7)
    assert (status, named) == (1, ["test_it[0]"]), said


def test_when_very_many_fail_none_is_run_again(tmp_path):
    status, named, said = run(tmp_path, unstable=MOST_RUN_AGAIN + 1)
    assert (status, named) == (1, []), said
    assert "Run again" not in said


def test_a_run_without_failures_runs_nothing_again(tmp_path):
    status, _, said = run(tmp_path)
    assert (status, "Run again" in said) == (0, False), said
