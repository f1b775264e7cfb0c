"""`python -m benchmarks inside_import FILE DATASET`: import_file in this process, with its peak memory in MB."""

import io
import json
from pathlib import Path

from django.core.management import call_command

from benchmarks.memory import peak_mb


def main(arguments: list[str]) -> int:
    file, dataset = arguments
    out = io.StringIO()
    call_command("import_file", Path(file), dataset=dataset, stdout=out)
    answer = json.loads(out.getvalue().strip().splitlines()[-1])
    print(json.dumps(answer | {"peak_mb": peak_mb()}))
    return 0 if answer["result"] == "loaded" else 1
