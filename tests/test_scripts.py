"""The tests of the scripts in static/, which Node runs: tests/js."""

import subprocess

import pytest
from django.conf import settings

from tests.casestudies.note_devices import NODE

FILES = sorted((settings.BASE_DIR / "tests" / "js").glob("*.test.mjs"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_scripts(path):
    done = subprocess.run([NODE, "--test", str(path)], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout[-6000:]
    assert "# tests 0" not in done.stdout


def test_there_are_tests_of_scripts():
    assert len(FILES) > 10
