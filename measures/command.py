"""The command `python -m measures NAME FILE ...`.

One JSON object goes to standard output. Exit code 0: computed, also where the value is null because the data do not
determine it; 1: the file cannot be used; 2: the command is wrong. A sentence on standard error gives the reason.
"""

import json
import math
import shlex
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import NoReturn

from measures.catalogue import MEASURES
from measures.measure import BadInput, Json, Measure

USAGE = "python -m measures NAME FILE ..., or python -m measures list"
BAD_INPUT, BAD_COMMAND = 1, 2


class _BadCommand(ValueError):
    pass


class _Parser(ArgumentParser):
    """Raises a sentence where the standard library's parser prints its usage and ends the program."""

    def error(self, message: str) -> NoReturn:
        raise _BadCommand(f"{message[:1].upper()}{message[1:]}. Usage: {self.usage}")


def main(arguments: Sequence[str]) -> int:
    """Run the command; the exit code."""
    try:
        answer = _answer(arguments)
    except _BadCommand as error:
        sys.stderr.write(f"{error}\n")
        return BAD_COMMAND
    except BadInput as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    sys.stdout.write(json.dumps(_finite(answer), ensure_ascii=False, allow_nan=False) + "\n")
    return 0


def _answer(arguments: Sequence[str]) -> Json:
    if not arguments:
        raise _BadCommand(f"Name a measure. Usage: {USAGE}")
    name, *rest = arguments
    if name == "list":
        return {"measures": [measure.described() for measure in MEASURES.values()]}
    if name not in MEASURES:
        raise _BadCommand(f"There is no measure “{name}”. Measures: {', '.join(MEASURES)}; list describes them.")
    return _computed(MEASURES[name], rest)


def _computed(measure: Measure, arguments: Sequence[str]) -> Json:
    parser = _Parser(usage=measure.usage, allow_abbrev=False)
    measure.add_options(parser)
    result = measure.compute(parser.parse_args(arguments))
    return {
        "measure": measure.name,
        "value": result.value,
        "n_used": result.n_used,
        "n_excluded": result.n_excluded,
        "formula": result.formula or measure.formula,
        "source": result.source or measure.source,
        **result.more,
    }


def _finite(value: Json) -> Json:
    """Numbers that are not finite become null, because JSON has no such numbers."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {name: _finite(part) for name, part in value.items()}
    return [_finite(part) for part in value] if isinstance(value, list) else value


def command_line(name: str, file: str, **options: str | Sequence[str]) -> str:
    """The line that computes a measure from a file, for the page that shows the number; `drop_empty=""` is a flag."""
    words = ["python", "-m", "measures", name, file]
    for option, value in options.items():
        for part in [value] if isinstance(value, str) else value:
            words += [f"--{option.replace('_', '-')}", *([part] if part else [])]
    return shlex.join(words)
