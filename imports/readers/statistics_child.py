"""Run as a child process with limits on memory and time: one SPSS or Stata file to JSON lines on standard output.

Called as `python statistics_child.py PATH MEMORY SECONDS {"kind": ..., "encoding": NAME}`; the kind is spss,
spss_portable or stata. First line: {"columns": [...], "labels": {column: question}, "value_labels": {column: {code:
label}}}; then one JSON array of text for each row. A variable with value labels gives two columns: labels and codes. It
imports nothing of the project.
"""

import datetime
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

import pyreadstat

_CELLS_AT_ONCE = 200_000
_LONGEST_LABEL = 500
_ALL_LABELS = 500_000  # characters
_MOST_LABELS = 200
_READERS: dict[str, Any] = {
    "spss": pyreadstat.read_sav, "spss_portable": pyreadstat.read_por, "stata": pyreadstat.read_dta,
}  # fmt: skip


def text(value: object) -> str:
    """Whole numbers without a point, dates in ISO 8601, system-missing values empty."""
    if value is None or value != value:  # noqa: PLR0124 -- only NaN differs from itself
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return value if isinstance(value, str) else str(value)


def columns_of(meta: Any) -> Iterator[str]:
    for name in meta.column_names:
        yield name
        if meta.variable_value_labels.get(name):
            yield f"{name} (code)"


def labels(meta: Any) -> dict[str, str]:
    """What the file says about each column, also about those with codes."""
    labelled = {name: label[:_LONGEST_LABEL] for name, label in meta.column_names_to_labels.items() if label}
    coded = {f"{name} (code)": label for name, label in labelled.items() if meta.variable_value_labels.get(name)}
    return labelled | coded


def value_labels(meta: Any) -> dict[str, dict[str, str]]:
    """The meanings of codes, by column. Lists that are too long to choose from are left out, as is what exceeds the
    size of a page."""
    found: dict[str, dict[str, str]] = {}
    room = _ALL_LABELS
    for name, words in meta.variable_value_labels.items():
        if len(words) > _MOST_LABELS:
            continue
        found[f"{name} (code)"] = {text(value): str(word)[:_LONGEST_LABEL] for value, word in words.items()}
        room -= sum(map(len, found[f"{name} (code)"].values()))
        if room < 0:
            break
    return found


def cells(meta: Any, name: str, values: list[Any]) -> Iterator[list[str]]:
    """The one or two columns of a variable."""
    codes = [text(value) for value in values]
    words = {text(value): str(label) for value, label in meta.variable_value_labels.get(name, {}).items()}
    if words:
        yield [words.get(code, code) for code in codes]
    yield codes


def main(path: str, memory: int, seconds: int, chosen: dict[str, str]) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    out = sys.stdout
    read = _READERS[chosen["kind"]]
    options: dict[str, Any] = {"output_format": "dict"}
    if chosen["kind"] != "spss_portable":
        options["user_missing"] = True
    if chosen["encoding"]:
        options["encoding"] = chosen["encoding"]
    meta = read(path, metadataonly=True, **options)[1]
    head = {"columns": list(columns_of(meta)), "labels": labels(meta), "value_labels": value_labels(meta)}
    out.write(json.dumps(head) + "\n")
    at_once = max(100, _CELLS_AT_ONCE // max(1, len(meta.column_names)))
    offset = 0
    while meta.column_names:
        values, _ = read(path, row_offset=offset, row_limit=at_once, **options)
        columns = [column for name in meta.column_names for column in cells(meta, name, list(values[name]))]
        rows = list(zip(*columns, strict=True))
        for row in rows:
            out.write(json.dumps(row) + "\n")
        offset += len(rows)
        if len(rows) < at_once:
            break
    if chosen["kind"] != "spss_portable" and (meta.number_rows or 0) > offset:
        raise EOFError(f"it says that it has {meta.number_rows:,} cases and ends after {offset:,}")
    out.write('"end"\n')
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4]))
