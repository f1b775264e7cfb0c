"""The same file by us, until all is searchable, and by django-import-export in bulk mode, which makes nothing so.

`python -m benchmarks import_export [--rows N]`. The peer holds the whole file in memory, so the file is smaller here.
"""

import argparse

from benchmarks import generator
from benchmarks.server import own_server


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks import_export")
    parser.add_argument("--rows", type=int, default=200_000)
    rows = parser.parse_args(arguments).rows
    with own_server() as server:
        file = server.folder / "complaints.csv"
        generator.write(file, rows)
        peer = server.run("-m", "benchmarks", "inside_import_export", str(file))
        ours = server.import_file(file)
    seconds = {"ours": ours.answer["seconds"], "django-import-export": peer.answer["seconds"]}
    for name, run in (("ours", ours), ("django-import-export", peer)):
        print(f"{name}: {seconds[name]:.1f} s, {rows / seconds[name]:,.0f} rows/s, peak {run.peak:,.0f} MB")
    ratio = seconds["django-import-export"] / seconds["ours"]
    print(f"ours, with full text, against django-import-export without: ratio {ratio:.2f} (above 1 is asked)")
    return 0 if ratio > 1 else 1
