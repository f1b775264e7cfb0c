"""Runs alone, with limits on memory and time: reads a spreadsheet and checks it with pyxform.

    python -m surveys.spreadsheet_child FILE

One JSON object on stdout: `sheets` (name to rows of texts), `pyxform_error` (a sentence, or null), or `refused` (a
code) when the file is damaged or too large. Imports nothing of Django.
"""

import json
import resource
import sys
from datetime import date, datetime

from python_calamine import CalamineError, CalamineWorkbook
from pyxform.errors import PyXFormError
from pyxform.xls2xform import convert

from surveys.spreadsheets import MOST_COLUMNS, MOST_ROWS, MOST_TEXT, ChildOutput

MEMORY_BYTES = 600 * 1024 * 1024
CPU_SECONDS = 20
# pyxform writes the form that it makes to a temporary file.
WRITTEN_BYTES = 40 * 1024 * 1024
SHEETS = ("survey", "choices", "settings")


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN_BYTES, WRITTEN_BYTES))


def text_of(cell: object) -> str:
    """A cell as it would be typed."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime | date):
        return cell.isoformat()[:10]
    return str(cell).replace("\u00a0", " ").strip()


def read(path: str) -> ChildOutput:
    workbook = CalamineWorkbook.from_path(path)
    sheets: dict[str, list[list[str]]] = {}
    for name in workbook.sheet_names:
        if name.strip().lower() not in SHEETS:
            continue
        sheet = workbook.get_sheet_by_name(name)
        last_row, last_column = sheet.end or (-1, -1)
        if last_row >= MOST_ROWS or last_column >= MOST_COLUMNS:
            return {"refused": "too_large"}
        rows = [[text_of(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
        if any(len(cell) > MOST_TEXT for row in rows for cell in row):
            return {"refused": "long_cell"}
        sheets[name.strip().lower()] = rows
    return {"sheets": sheets}


def pyxform_error(path: str) -> str | None:
    try:
        convert(xlsform=path, validate=False)
    except PyXFormError as refusal:
        return str(refusal)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as failure:
        # Some invalid sheets crash pyxform. Our own reading names the problems of these sheets.
        return f"pyxform cannot read this form ({type(failure).__name__})."
    return None


def main(path: str) -> ChildOutput:
    try:
        found = read(path)
    except (CalamineError, OSError, ValueError):
        return {"refused": "unreadable"}
    except MemoryError:
        return {"refused": "too_large"}
    if "refused" in found or "survey" not in found["sheets"]:
        return found
    return {**found, "pyxform_error": pyxform_error(path)}


if __name__ == "__main__":
    limit()
    json.dump(main(sys.argv[1]), sys.stdout)
