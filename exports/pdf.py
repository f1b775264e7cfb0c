"""A document as PDF: headings, paragraphs, facts, lines to type and tables, with bookmarks and numbers of pages.

A child process lays the pages out, with limits on memory and time, so that the processes that answer requests need
not load the library (docs/adr/0106). The fonts have the letters of every language of Europe, Greek and Cyrillic too.
"""

import json
import subprocess
import sys
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

# Rows of one table that are printed; 500 take half a second and about 15 pages.
MOST_ROWS = 500
MEMORY = 512 * 1024**2
SECONDS = 60
FONTS = {
    "plain": "dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
    "bold": "dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf",
    "mono": "dejavu-fonts-ttf/ttf/DejaVuSansMono.ttf",
}
_CHILD = Path(__file__).parent / "pdf_child.py"


@dataclass(frozen=True, slots=True)
class Heading:
    """The name of a section, which is a bookmark too."""

    heading: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    paragraph: str


@dataclass(frozen=True, slots=True)
class Line:
    """A command to type, in letters of one width; that font lacks some rare letters with accents."""

    line: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. `shares`: of the width of the page, one a column. `numbers`: places of the columns to the right edge,
    `mono`: of those in letters of one width. The header is repeated on each page; a table of facts has none."""

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    shares: Sequence[float]
    numbers: Collection[int] = ()
    mono: Collection[int] = ()


Part = Heading | Paragraph | Line | Grid


@dataclass(frozen=True, slots=True)
class Document:
    """`language` is a tag such as en-GB."""

    title: str
    author: str
    subject: str
    language: str
    parts: Sequence[Part]


def missing_fonts() -> list[str]:
    """Paths below node_modules of the fonts that are not there."""
    return [path for path in FONTS.values() if not (settings.NODE_MODULES / path).is_file()]


def pdf_of(document: Document) -> bytes:
    """The file. Of a table with more than `MOST_ROWS` rows the first are printed, and a sentence says so.

    Raises RuntimeError where the child fails or reaches a limit.
    """
    spec = asdict(document) | {
        "parts": [asdict(part) for one in document.parts for part in _bounded(one)],
        "fonts": {name: str(settings.NODE_MODULES / path) for name, path in FONTS.items()},
        "numbering": _("{page} of {pages}"),
    }
    command = [sys.executable, "-I", str(_CHILD), str(MEMORY), str(SECONDS)]
    done = subprocess.run(
        command, input=json.dumps(spec, default=list).encode(), capture_output=True, check=False, timeout=2 * SECONDS
    )
    if done.returncode or not done.stdout.startswith(b"%PDF"):
        output = done.stderr.decode(errors="replace").strip()
        raise RuntimeError(f"The child that writes PDF ended with {done.returncode}: {output[-2000:]}")
    return done.stdout


def _bounded(part: Part) -> list[Part]:
    if not isinstance(part, Grid) or len(part.rows) <= MOST_ROWS:
        return [part]
    sentence = _("The first %(shown)s of %(all)s rows are printed here; the CSV files have all of them.")
    said = Paragraph(sentence % {"shown": f"{MOST_ROWS:,}", "all": f"{len(part.rows):,}"})
    return [said, Grid(part.header, part.rows[:MOST_ROWS], part.shares, part.numbers, part.mono)]
