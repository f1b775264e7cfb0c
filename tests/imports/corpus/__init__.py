"""Broken and hostile files, each made by a function that writes it to a path, and what an import of it must give."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

HEADER = "id,date received,title,narrative\n"
ROW = "{n},2019-01-02,Title {n},The office never answered letter {n}\n"
ROWS = 30


@dataclass(frozen=True)
class Loads:
    """The import ends with these counts; `problem` is the code of the rows set aside."""

    created: int
    quarantined: int = 0
    skipped: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Hostile:
    """`expected` is what is loaded, or the code it is refused with."""

    name: str
    write: Callable[[Path], None]
    expected: Loads | str


def plain(rows: int = ROWS, first: int = 1) -> str:
    """A small sound file."""
    return HEADER + lines(first, first + rows)


def lines(first: int, end: int) -> str:
    return "".join(ROW.format(n=n) for n in range(first, end))


def text(content: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    """Writes the text."""
    return lambda path: path.write_bytes(content.encode(encoding)) and None


def raw(content: bytes) -> Callable[[Path], None]:
    """Writes the bytes."""
    return lambda path: path.write_bytes(content) and None
