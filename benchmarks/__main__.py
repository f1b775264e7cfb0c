"""Runs the benchmark named first, or all of them: every module benchmarks/bench_NAME.py with a `main(arguments)`.

Modules named inside_NAME are what a benchmark runs in a process of its own, on a server that it started.
"""

import importlib
import os
import sys
from pathlib import Path

import django

HERE = Path(__file__).parent


def names() -> list[str]:
    return sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))


def main(arguments: list[str]) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lipse_site.settings")
    django.setup()
    wanted = arguments[:1] if arguments and not arguments[0].startswith("-") else names()
    options = arguments[1:] if arguments and not arguments[0].startswith("-") else arguments
    if wanted[0].startswith("inside_"):
        return int(importlib.import_module(f"benchmarks.{wanted[0]}").main(options) or 0)
    if unknown := set(wanted) - set(names()):
        sys.stderr.write(f"There is no benchmark {sorted(unknown)[0]!r}; there are {', '.join(names())}.\n")
        return 2
    return max(importlib.import_module(f"benchmarks.bench_{name}").main(options) or 0 for name in wanted)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
