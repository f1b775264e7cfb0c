"""Run as a child process with limits on memory and time: one spreadsheet to JSON lines on standard output.

Called as `python sheet_child.py PATH MEMORY SECONDS {"sheet": NAME, "fill_from": ROW}`. First line: the names of the
sheets, the one that is read, its merged cells near the top as [first row, first column, last row, last column] from 0,
its first column, and how many merged cells are filled; then one JSON array of text for each row. From the row fill_from
on, from 0, the text of a merged cell is written in each place that it covers; -1: nowhere. It imports nothing of the
project, so that a malicious file can reach as little as possible.
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


class Filling:
    """Writes the text of merged cells in each place that they cover. A cell over the whole width of the table, one row
    high, is a heading, and stays as it is."""

    def __init__(self, sheet: CalamineSheet, fill_from: int, left: int) -> None:
        width = (sheet.end[1] - left + 1) if sheet.end else 0
        ranges = (sheet.merged_cell_ranges or []) if fill_from >= 0 else []
        self._ranges = sorted(
            (first[0], first[1] - left, last[0], last[1] - left)
            for first, last in ranges
            if first[0] >= fill_from and first[1] >= left and (last[0] > first[0] or last[1] - first[1] + 1 < width)
        )
        self.count = len(self._ranges)
        self._next = 0
        self._open: list[tuple[int, int, int, str]] = []

    def fill(self, number: int, row: list[str]) -> list[str]:
        """number: of the row, from 0. Rows are passed in order."""
        while self._next < self.count and self._ranges[self._next][0] <= number:
            _, start, bottom, end = self._ranges[self._next]
            self._open.append((start, bottom, end, row[start] if start < len(row) else ""))
            self._next += 1
        if self._open:
            self._open = [span for span in self._open if span[1] >= number]
            for start, _, end, shown in self._open:
                for place in range(start, min(end + 1, len(row))):
                    row[place] = row[place] or shown
        return row


def main(path: str, memory: int, seconds: int, options: dict[str, object]) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    workbook = CalamineWorkbook.from_path(path)
    names = workbook.sheet_names
    chosen = str(options["sheet"] or (names[0] if names else ""))
    out = sys.stdout
    found: dict[str, object] = {"sheets": names, "sheet": "", "merged": [], "left": 0, "filled": 0}
    if chosen not in names:
        out.write(json.dumps(found) + '\n"end"\n')
        return
    sheet = workbook.get_sheet_by_name(chosen)
    left = sheet.start[1] if sheet.start else 0
    filling = Filling(sheet, int(str(options.get("fill_from", -1))), left)
    found |= {"sheet": chosen, "merged": merged(sheet), "left": left, "filled": filling.count}
    out.write(json.dumps(found) + "\n")
    for number, row in enumerate(sheet.iter_rows()):
        out.write(json.dumps(filling.fill(number, [text(cell) for cell in row])) + "\n")
    out.write('"end"\n')
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4]))
