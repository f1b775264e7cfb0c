"""A whole import of long cells stays small in memory."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.factories.imports import letters
from tests.worker import database_url

pytestmark = pytest.mark.django_db(transaction=True)
LONG_CELLS = int(os.environ.get("LONG_CELLS", "300"))
MEGABYTE = 2**20
# Says after whatever it runs how many kilobytes the process held at most; what getrusage says begins with what the
# process held that started it.
MEASURED = """
import re, sys
from django.core.management import execute_from_command_line
try:
    execute_from_command_line(["manage.py", *sys.argv[1:]])
except SystemExit:
    pass
print(re.search("VmHWM:[^0-9]*([0-9]+)", open("/proc/self/status").read())[1])
"""


def measured(*arguments):
    """The last lines of a command: what it answered, and its peak in megabytes."""
    environment = os.environ | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "lipse_site.settings"}
    done = subprocess.run([sys.executable, "-c", MEASURED, *arguments], cwd=settings.BASE_DIR, env=environment,
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    *said, kilobytes = done.stdout.splitlines()
    return said, int(kilobytes) / 1024


def write_long_cells(path):
    """Short rows, and after them as many megabyte cells in the second column, each another."""
    with path.open("w") as file:
        file.write("id,date received,title,narrative,outcome\n")
        file.write("\n".join(letters(20 * LONG_CELLS)) + "\n")
        for number in range(LONG_CELLS):
            file.write(f"X{number},{number} {'not a date ' * (MEGABYTE // 11)},Long,Text,Upheld\n")


def test_an_import_of_300_megabyte_cells_stays_under_300_mb(tmp_path):
    path = tmp_path / "long.csv"
    write_long_cells(path)

    said, peak = measured("import_file", str(path), "--dataset", "long")

    answer = json.loads(said[-1])
    assert (answer["result"], answer["created"]) == ("loaded", 21 * LONG_CELLS)
    assert peak < 300
