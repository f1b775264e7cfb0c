"""Reads an uploaded spreadsheet in a child process, so that a hostile one can hurt nothing but the child."""

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from rest.refusals import Refusal

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_TEXT = 5_000, 200, 5_000
SECONDS = 30
_ROOT = Path(__file__).resolve().parent.parent

_SENTENCES = {
    "too_large": f"The workbook is larger than a questionnaire can be ({MOST_ROWS:,} rows, {MOST_COLUMNS} columns, "
    f"{MOST_UNPACKED // 2**20} MB unpacked).",
    "long_cell": f"A cell holds more than {MOST_TEXT:,} characters.",
    "unreadable": "The file is damaged or is no Excel workbook. Save it again as .xlsx and load that.",
    "no_survey": "The workbook has no sheet called “survey”, so it is no XLSForm.",
    "not_a_workbook": "This is no Excel workbook (.xlsx or .xls).",
    "too_many_bytes": f"The file is larger than {MOST_BYTES // 2**20} MB. A questionnaire is smaller: "
    "take pictures and other sheets out.",
    "over_limits": "The workbook could not be read within the limits for memory and time.",
    "empty": "The file is empty.",
}


class SpreadsheetError(Refusal):
    """Why the file was refused: `code`, and a sentence for a person."""

    def __init__(self, code: str) -> None:
        super().__init__(_SENTENCES[code], code=code)


@dataclass(frozen=True)
class Workbook:
    """Rows of text by sheet, and what pyxform refuses about the form (None when it takes it)."""

    sheets: Mapping[str, Sequence[Sequence[str]]]
    pyxform_error: str | None


def read_workbook(content: bytes) -> Workbook:
    """Read an .xlsx or .xls file of at most `MOST_BYTES`, or raise SpreadsheetError."""
    suffix = _suffix(content)
    with tempfile.TemporaryDirectory(prefix="lipse-xlsform-") as folder:
        path = Path(folder) / f"form{suffix}"
        path.write_bytes(content)
        answer = _run_child(path)
    if "refused" in answer:
        raise SpreadsheetError(str(answer["refused"]))
    if not answer["sheets"].get("survey"):
        raise SpreadsheetError("no_survey")
    return Workbook(answer["sheets"], answer["pyxform_error"])


def _suffix(content: bytes) -> str:
    if not content:
        raise SpreadsheetError("empty")
    if len(content) > MOST_BYTES:
        raise SpreadsheetError("too_many_bytes")
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return ".xls"
    if not content.startswith(b"PK"):
        raise SpreadsheetError("not_a_workbook")
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as failure:
        raise SpreadsheetError("unreadable") from failure
    if unpacked > MOST_UNPACKED:
        raise SpreadsheetError("too_large")
    return ".xlsx"


def _run_child(path: Path) -> dict:
    command = [sys.executable, "-m", "surveys.spreadsheet_child", str(path)]
    try:
        child = subprocess.run(
            command,
            cwd=_ROOT,
            env={"TMPDIR": str(path.parent)},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise SpreadsheetError("over_limits") from late
    if child.returncode != 0:
        raise SpreadsheetError("over_limits")
    return json.loads(child.stdout)
