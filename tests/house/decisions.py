"""The index of decision records, made of their headers: `python -m tests.house.decisions` writes it."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs/adr"
INDEX = FOLDER / "README.md"
FORM = re.compile(
    r"# (?P<number>\d{4}) (?P<title>[^\n]+[^\n.])\n\n"
    r"Date: (?P<date>\d{4}-\d\d-\d\d)\n+"
    r"Status: (?P<status>(?:Accepted|Superseded by ADR \d{4})[^\n]*)\n\n"
    r"## Context\n\n(?P<context>.+?)\n\n"
    r"## Decision\n\n(?P<decision>.+?)\n\n"
    r"## Consequences\n\n(?P<consequences>.+)\n",
    re.DOTALL,
)
_SENTENCE = re.compile(r".+?[.?](?=\s|$)", re.DOTALL)
_HEAD = """# Decisions

What would hurt to reverse, one page each: the situation, what was decided, what follows from it. A decision that no
longer holds stays, with the status `Superseded by ADR NNNN`. `make fix` writes this table from the pages.

| Number | Decision | Date | Status | Context |
| --- | --- | --- | --- | --- |
"""


def records() -> list[Path]:
    return sorted(path for path in FOLDER.glob("*.md") if path != INDEX)


def index() -> str:
    """The table of all records that have the form, by number."""
    rows = []
    for path in records():
        if match := FORM.fullmatch(path.read_text()):
            sentence = _SENTENCE.match(match["context"])
            context = " ".join((sentence[0] if sentence else match["context"]).split()).replace("|", "\\|")
            link = f"[{match['title']}]({path.name})"
            rows.append(f"| {match['number']} | {link} | {match['date']} | {match['status']} | {context} |\n")
    return _HEAD + "".join(rows)


if __name__ == "__main__":
    INDEX.write_text(index())
