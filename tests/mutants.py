"""`make mutants`: changes the pure files line by line and counts the changes that their quick tests notice.

python -m tests.mutants [ROOM.FILE ...] runs mutmut in .cache/mutants and prints a table; without names, all pure
files. The exit status is 1 when fewer than `FLOOR` of a hundred mutants are killed over all files that were run.
"""

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.house.pure import QUICK

FLOOR = 85
PROJECT = Path(__file__).resolve().parents[1]
FOLDER = PROJECT / ".cache" / "mutants"
# Folders whose tests drive browsers, servers or child processes, or look at the code itself.
NOT_QUICK = {"chaos", "factories", "house", "journeys", "js", "lipse_site", "permissions", "real_data", "site"}
# What mutmut says of a mutant by the exit status of its tests: too slow counts as noticed.
SURVIVED, UNTESTED = 0, {5, 33}


def main(names):
    modules = names or QUICK
    _prepare(modules)
    command = [
        Path(sys.executable).with_name("mutmut"),
        "run",
        "--max-children",
        os.environ.get("MUTANTS_CHILDREN", "2"),
    ]
    status = subprocess.run([*command, *(f"{name}.*" for name in names)], cwd=FOLDER, check=False).returncode
    if status:
        return status
    return _report(modules)


def _prepare(modules):
    """A folder with links to the project, and a configuration of its own."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    rooms = sorted(path.parent.name for path in PROJECT.glob("*/__init__.py") if path.parent.name != "tests")
    others = ["tests", "templates", "static", "docs", "manage.py", "CHANGELOG.md", "README.md"]
    for name in [*rooms, *others]:
        (FOLDER / name).symlink_to(PROJECT / name)
    # Tests of PDF files read the fonts; too many files to be copied.
    (FOLDER / "mutants").mkdir()
    (FOLDER / "mutants" / "node_modules").symlink_to(PROJECT / "node_modules")
    files = [f"{name.replace('.', '/')}.py" for name in modules]
    tests = sorted(f"tests/{path.name}" for path in (PROJECT / "tests").iterdir() if _is_quick(path))
    (FOLDER / "pyproject.toml").write_text(
        f"""[project]
# Pages say which version they are of.
name = "lipse-casebook"
version = "0"

[tool.mutmut]
source_paths = {json.dumps(rooms)}
only_mutate = {json.dumps(files)}
also_copy = {json.dumps(others[1:])}
pytest_add_cli_args_test_selection = {json.dumps(tests)}
timeout_constant = 5.0
use_git_change_detection = false

[tool.pytest.ini_options]
DJANGO_SETTINGS_MODULE = "lipse_site.settings"
addopts = "-p tests.without_services -p no:cacheprovider"
markers = ["journey: drives a real browser", "real_data: reads the real files beside the project"]
"""
    )


def _is_quick(path):
    return path.is_dir() and path.name not in NOT_QUICK and any(path.glob("test_*.py"))


def _report(modules):
    """Print what was counted for each file, the worst first."""
    counted = {name: _counted(FOLDER / "mutants" / f"{name.replace('.', '/')}.py.meta") for name in modules}
    whole = sum(counted.values(), Counter())
    lines = sorted(counted.items(), key=lambda line: _percent(line[1]))
    print(f"{'File':40} {'mutants':>8} {'killed':>8} {'survived':>9} {'no test':>8} {'killed %':>9}")  # noqa: T201
    for name, count in [*lines, ("all", whole)]:
        row = (count.total(), count["killed"], count["survived"], count["no test"], _percent(count))
        print("{:40} {:8} {:8} {:9} {:8} {:9.1f}".format(name, *row))  # noqa: T201
    return 0 if _percent(whole) >= FLOOR else 1


def _counted(meta):
    statuses = json.loads(meta.read_text())["exit_code_by_key"].values() if meta.exists() else []
    return Counter(
        "survived" if status == SURVIVED else "no test" if status in UNTESTED else "killed"
        for status in statuses
        if status is not None
    )


def _percent(count):
    return 100 * count["killed"] / count.total() if count else 100.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
