"""Run as a child process with limits on memory and time: one spreadsheet to JSON lines on standard output.

Called as `python sheet_child.py PATH MEMORY SECONDS {"sheet": NAME}`. First line: the names of the sheets, the one that
is read, its merged cells as [first row, first column, last row, last column] from 0, and its first column; then one
JSON array of text for each row. It imports nothing of the project, so that a malicious file can reach as little as
possible.
"""

import datetime
import json
import resource
import sys

from python_calamine import CalamineSheet, CalamineWorkbook

_HEADER_ROWS = 60
_MOST_MERGED = 2_000


def text(cell: object) -> str:
    """A cell as text: whole numbers without a point, dates in ISO 8601."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime):
        return cell.date().isoformat() if cell.time() == datetime.time() else cell.isoformat(sep=" ")
    return cell if isinstance(cell, str) else str(cell)


def merged(sheet: CalamineSheet) -> list[list[int]]:
    """Merged cells near the top, where headers are."""
    ranges = sheet.merged_cell_ranges or []
    return [[*first, *last] for first, last in ranges if first[0] < _HEADER_ROWS][:_MOST_MERGED]


def main(path: str, memory: int, seconds: int, wanted: str) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    workbook = CalamineWorkbook.from_path(path)
    names = workbook.sheet_names
    chosen = wanted or (names[0] if names else "")
    out = sys.stdout
    if chosen not in names:
        out.write(json.dumps({"sheets": names, "sheet": "", "merged": [], "left": 0}) + '\n"end"\n')
        return
    sheet = workbook.get_sheet_by_name(chosen)
    left = sheet.start[1] if sheet.start else 0
    out.write(json.dumps({"sheets": names, "sheet": chosen, "merged": merged(sheet), "left": left}) + "\n")
    for row in sheet.iter_rows():
        out.write(json.dumps([text(cell) for cell in row]) + "\n")
    out.write('"end"\n')
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4])["sheet"])
