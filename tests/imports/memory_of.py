"""Reads each file it is given as an import does, in a process of its own, and says how much memory that took.

Run as `python -m tests.imports.memory_of PATH ...`; answers with one JSON line a file: what it was refused with, and
the kilobytes most ever held by the reading process and by its children.
"""

import json
import os
import resource
import sys
from pathlib import Path

import django

from imports.problems import Refused
from imports.readers.opening import open_table
from imports.readers.table import ReadOptions
from imports.sniff.profile import Profile
from imports.work_tables import CopySource, staged


def read(path: Path) -> str:
    """The way of the rows until the database takes them; the code of a refusal, or nothing."""
    table = None
    try:
        table = open_table(path, path.name, ReadOptions())
        width = len(table.understood.columns)
        profile = Profile(table.understood.columns)

        def lines():
            for batch in table.batches():
                if sound := [row for row in batch.rows if len(row) == width]:
                    profile.add(sound)
                yield staged(batch, width)[0]

        source = CopySource(lines())
        while source.read(1 << 18):
            pass
        profile.finish(2026)
    except Refused as refused:
        return refused.code
    finally:
        if table:
            table.close()
    return ""


def measured(path: Path) -> dict[str, object]:
    code = read(path)
    own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {"name": path.name, "code": code, "own": own, "children": children}


def main(paths: list[str]) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lipse_site.settings")
    django.setup()
    for path in paths:
        child = os.fork()
        if not child:
            print(json.dumps(measured(Path(path))), flush=True)  # noqa: T201 -- it is the answer
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if status:
            print(json.dumps({"name": Path(path).name, "code": f"died: {status}", "own": 0, "children": 0}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
