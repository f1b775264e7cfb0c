"""Import every real file beside the project with the proposed mapping: the table of docs/imports-measured.md.

`python -m benchmarks files [FOLDER]`; without such a folder it reports that nothing was measured.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from lipse_site.embedded import services
from lipse_site.embedded.layout import Layout

PROJECT = Path(__file__).resolve().parents[1]
SUFFIXES = {".csv", ".gz", ".zip", ".xlsx", ".json", ".xml"}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks files")
    parser.add_argument("folder", nargs="?", type=Path, default=PROJECT.parent / "shared" / "data")
    folder = parser.parse_known_args(arguments)[0].folder
    names = ("complaints", "audit", "participation", "indicators")
    found = [path for name in names for path in sorted((folder / name).glob("*")) if path.suffix in SUFFIXES]
    if not found:
        print("files: no real files beside the project, nothing measured")
        return 0
    place = Path(tempfile.mkdtemp(prefix="lipse-bench-", dir="/var/tmp"))
    place.chmod(0o755)
    layout = Layout.below(place)
    services.use(layout)
    try:
        _measure(place, found)
    finally:
        services.let_go(layout)
        shutil.rmtree(layout.services, ignore_errors=True)
        shutil.rmtree(place, ignore_errors=True)
    return 0


def _measure(place: Path, found: list[Path]) -> None:
    environment = {**os.environ, "LIPSE_DATA_DIR": str(place), "LIPSE_DEMO": "0", "DATABASE_URL": "", "REDIS_URL": ""}
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v", "0"], cwd=PROJECT, env=environment, check=True)
    heads = ("file", "recipe", "rows", "created", "quarantined", "skipped", "seconds")
    print(f"| {' | '.join(heads)} | reason for refusal; findings and how often |")
    print("| --- " * 8 + "|")
    for number, path in enumerate(found):
        command = [*manage, "import_file", str(path), "--dataset", f"file-{number}"]
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False)
        print(_line(path, json.loads(done.stdout.strip().splitlines()[-1])), flush=True)


def _line(path: Path, answer: dict[str, Any]) -> str:
    error = answer.get("error")
    odd: Counter[str] = Counter()
    for finding in answer.get("findings", []):
        odd[finding["code"]] += finding["count"]
    told = ", ".join(f"`{code}` {times:,}" for code, times in odd.items())
    why = f"`{error['code']}`: {error['message']} " if error else ""
    counts = " | ".join(f"{answer[name]:,}" for name in ("rows", "created", "quarantined", "skipped"))
    return f"| {path.parent.name}/{path.name} | {answer['recipe']} | {counts} | {answer['seconds']:.1f} | {why}{told} |"
