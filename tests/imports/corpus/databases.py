"""SQLite and Parquet files gone wrong."""

import sqlite3
import struct
from collections.abc import Callable
from pathlib import Path

import duckdb

from tests.imports.corpus import ROWS, Hostile, Loads, raw

TABLE = 'CREATE TABLE letters (id INTEGER, "date received" TEXT, title TEXT, narrative)'


def database(*statements: str, rows: int = ROWS, create: str = TABLE) -> Callable[[Path], None]:
    """A database of one sound table, and what the statements add to it."""

    def write(path: Path) -> None:
        connection = sqlite3.connect(path)
        if create:
            connection.execute(create)
            name = create.split("(", maxsplit=1)[0].removeprefix("CREATE TABLE ").strip()
            connection.executemany(
                f"INSERT INTO {name} VALUES (?, '2019-01-02', 'Title', ?)",
                [(n, f"Text {n}") for n in range(1, rows + 1)],
            )
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    return write


def cut(path: Path) -> None:
    database(rows=5_000)(path)
    path.write_bytes(path.read_bytes()[:60_000])


def _damaged(path: Path) -> None:
    """A page in the middle is noise."""
    database(rows=5_000)(path)
    data = bytearray(path.read_bytes())
    data[4096 * 5 : 4096 * 6] = b"\xff" * 4096
    path.write_bytes(data)


def parquet(query: str, options: str = "") -> Callable[[Path], None]:
    def write(path: Path) -> None:
        with duckdb.connect(":memory:", config={"threads": 1}) as connection:
            connection.execute(f"COPY ({query}) TO '{path}.made' (FORMAT parquet {options})")
        Path(f"{path}.made").rename(path)

    return write


LETTERS = (
    "SELECT i AS id, DATE '2019-01-02' AS \"date received\", 'Title ' || i AS title, 'Text ' || i AS narrative"
    " FROM range(1, 31) t(i)"
)


def _changed(change: Callable[[bytearray], None]) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        parquet(LETTERS)(path)
        data = bytearray(path.read_bytes())
        change(data)
        path.write_bytes(data)

    return write


def _lying_footer(data: bytearray) -> None:
    data[-8:-4] = struct.pack("<I", 0x7FFFFFFF)


def _noisy_footer(data: bytearray) -> None:
    length = struct.unpack("<I", data[-8:-4])[0]
    data[-8 - length : -8] = bytes((n * 37) % 256 for n in range(length))


def _cut(data: bytearray) -> None:
    del data[len(data) // 2 :]


def _noisy_pages(data: bytearray) -> None:
    data[8:60] = b"\xee" * 52


FILES = [
    Hostile("endless_view.db", database(
        "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n",
        create=""), "no_rows"),
    Hostile("view_beside.db", database(
        "CREATE VIEW v AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id FROM n"),
        Loads(30)),
    Hostile("triggers.db", database(
        "CREATE TRIGGER t AFTER INSERT ON letters BEGIN DELETE FROM letters; END"), Loads(30)),
    Hostile("noise.db", raw(b"SQLite format 3\0" + bytes((n * 91) % 256 for n in range(10_000))), "broken_database"),
    Hostile("cut.db", cut, "broken_database"),
    Hostile("damaged.db", _damaged, "broken_database"),
    Hostile("two_tables.db", database("CREATE TABLE other (a)"), "several_tables"),
    Hostile("odd_name.db", database(create=TABLE.replace("letters", '"le""tters; DROP TABLE x"')), Loads(30)),
    Hostile("computed_column.db", database(
        "ALTER TABLE letters ADD COLUMN computed AS (hex(zeroblob(100)))"), Loads(30)),
    Hostile("virtual_table.db", database("CREATE VIRTUAL TABLE words USING fts5(a)", create=""), "several_tables"),
    Hostile("blobs.db", database("UPDATE letters SET narrative = x'fffe00' WHERE id = 3"), Loads(30)),
    Hostile("huge_blob.db", database("UPDATE letters SET narrative = zeroblob(50000000) WHERE id = 3"),
            "broken_database"),
    Hostile("no_rows.db", database(rows=0), "no_rows"),
    Hostile("sound.parquet", parquet(LETTERS), Loads(30)),
    Hostile("lying_footer.parquet", _changed(_lying_footer), "broken_parquet"),
    Hostile("noisy_footer.parquet", _changed(_noisy_footer), "broken_parquet"),
    Hostile("noisy_pages.parquet", _changed(_noisy_pages), "broken_parquet"),
    Hostile("cut.parquet", _changed(_cut), "broken_parquet"),
    Hostile("only_magic.parquet", raw(b"PAR1PAR1"), "broken_parquet"),
    Hostile("no_rows.parquet", parquet(f"{LETTERS} LIMIT 0"), "no_rows"),
    Hostile("large_group.parquet", parquet("SELECT i AS id, repeat('x', 7000000) AS title FROM range(60) t(i)"),
            "parquet_too_large"),
    Hostile("columns.parquet", parquet("SELECT " + ", ".join(f"1 AS c{n}" for n in range(1_200))), "too_many_columns"),
]  # fmt: skip
