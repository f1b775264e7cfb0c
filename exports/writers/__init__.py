"""Formats of files. To add one, write a file with a `write(table, file) -> rows` and list it here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from exports.tables import Table
from exports.writers import delimited, dta, json_lines, json_stat, parquet, sav, xlsx
from exports.writers.spooled import ShortFile
from standards.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Writer:
    """`write` puts the whole table into a binary file that can be read and positioned, at its beginning, and gives the
    number of rows it wrote. `title` is the name of the format for people, `ending` that of its files. `is_copied`: it
    takes lines that the database writes; such a file depends on its rows alone. `reads_lines`: it makes another file of
    such lines."""

    title: str
    media_type: str
    write: Callable[[Table, IO[bytes]], int]
    ending: str
    is_copied: bool = False
    reads_lines: bool = False


WRITERS: dict[str, Writer] = {
    "csv": Writer("CSV", "text/csv; charset=utf-8", delimited.write, "csv", is_copied=True),
    "jsonl": Writer("JSON Lines", "application/jsonl", json_lines.write, "jsonl", is_copied=True),
    "xlsx": Writer("Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx.write, "xlsx"),
    "parquet": Writer("Parquet", "application/vnd.apache.parquet", parquet.write, "parquet", reads_lines=True),
    "sav": Writer("SPSS", "application/x-spss-sav", sav.write, "sav"),
    "dta": Writer("Stata", "application/x-stata-dta", dta.write, "dta"),
    "csv2": Writer("CSV (semicolons)", "text/csv; charset=utf-8", delimited.write_semicolons, "csv"),
}
# A table of aggregates can be had in one more.
AGGREGATES: dict[str, Writer] = WRITERS | {
    "json-stat": Writer("JSON-stat", "application/json", json_stat.write, "json")
}
TITLES: Mapping[str, str] = {name: writer.title for name, writer in WRITERS.items()}


def write_table(writer: Writer, table: Table, file: IO[bytes]) -> int:
    """Write the whole table; the number of rows. Raises Unfit, or ShortFile where rows are lacking."""
    rows = writer.write(table, file)
    if table.n is not None and rows != table.n:
        raise ShortFile(_("%(rows)s rows were written of %(total)s.") % {"rows": rows, "total": table.n})
    return rows


def write_file(writer: Writer, table: Table, path: Path) -> int:
    """Write the table to a path, where the file appears only when it is complete; the number of rows.

    It is written beside it under another name, which is removed where anything goes wrong.
    """
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with unfinished.open("wb+") as file:
            rows = write_table(writer, table, file)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return rows
