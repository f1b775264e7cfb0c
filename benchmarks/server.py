"""An embedded server of a benchmark's own, gone afterwards, and programs of the project that run on it."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psycopg2

from lipse_site.embedded import services
from lipse_site.embedded.layout import Layout

PROJECT = Path(__file__).resolve().parents[1]
# An empty database is migrated in a fraction of the time (docs/adr/0003).
QUICK_MIGRATE = """
import os, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lipse_site.settings")
django.setup()
from django.core.management import call_command
from lipse_site.management.quick_migrate import quick_migrate
with quick_migrate():
    call_command("migrate", verbosity=0)
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One program: wall seconds, the most memory its process held in MB, and the JSON of its last line."""

    seconds: float
    peak: float
    answer: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Server:
    folder: Path
    layout: Layout
    environment: dict[str, str]
    project: Path = PROJECT

    @property
    def python(self) -> str:
        return sys.executable if self.project == PROJECT else str(self.project / ".venv/bin/python")

    def start(self, *arguments: str, **streams: Any) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [self.python, *arguments], cwd=self.project, env=self.environment, stdout=subprocess.PIPE, **streams
        )

    def run(self, *arguments: str) -> Run:
        """Run a program to its end; an exit code other than 0 is an error."""
        began = time.monotonic()
        with self.start(*arguments, stderr=subprocess.PIPE) as child:
            out, errors = child.communicate()
        seconds = time.monotonic() - began
        if child.returncode:
            raise RuntimeError(errors.decode(errors="replace")[-2000:])
        answer = json.loads(out.decode().strip().splitlines()[-1]) if out.strip() else {}
        return Run(seconds, answer.pop("peak_mb", 0.0), answer)

    def import_file(self, file: Path, dataset: str = "bench") -> Run:
        """Seconds from receiving the file on: a worker runs already, as the raw side's connection stands."""
        run = self.run("-m", "benchmarks", "inside_import", str(file), dataset)
        return replace(run, seconds=run.answer["seconds"])

    def connect(self) -> Any:
        database = self.layout.django_database()
        connection = psycopg2.connect(
            dbname=database["NAME"], user=database["USER"], host=database["HOST"], port=database["PORT"]
        )
        connection.autocommit = True
        return connection


@contextlib.contextmanager
def own_server(kept: Path | None = None, project: Path = PROJECT) -> Iterator[Server]:
    """A migrated server with default settings, for this machine's memory and processors; in a folder that is `kept`.
    `project` may be a clone with another commit, set up by `make setup`."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
    folder = kept.resolve() if kept else Path(tempfile.mkdtemp(prefix="lipse-bench-", dir="/var/tmp"))
    is_new = not any(folder.iterdir())
    folder.chmod(0o755)
    layout = Layout.below(folder)
    environment = {**os.environ, "LIPSE_DATA_DIR": str(folder), "LIPSE_DEMO": "0", "DATABASE_URL": "", "REDIS_URL": "",
                   "LIPSE_LOG_LEVEL": "WARNING", "LIPSE_API_LIMIT": "100000000"}  # fmt: skip
    services.use(layout)
    server = Server(folder, layout, environment, project)
    try:
        server.run(*(("-c", QUICK_MIGRATE) if is_new else ("manage.py", "migrate", "-v", "0")))
        yield server
    finally:
        services.let_go(layout)
        if kept is None:
            shutil.rmtree(layout.services, ignore_errors=True)
            shutil.rmtree(folder, ignore_errors=True)
