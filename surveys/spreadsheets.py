"""Reads an uploaded spreadsheet in a child process, so that a malicious file can stop only the child."""

import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TypedDict, cast

from rest.refusals import Refusal
from standards.translation import gettext
from standards.translation import gettext_noop as _

MOST_BYTES = 2 * 1024 * 1024
MOST_UNPACKED = 40 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS, MOST_TEXT = 5_000, 200, 5_000
SECONDS = 30
ROOT = Path(__file__).resolve().parent.parent

_SENTENCES = {
    "too_large": _(
        "The workbook is too large. At most %(rows)s rows, %(columns)s columns and %(unpacked)s MB unpacked are "
        "allowed."
    ),
    "long_cell": _("A cell has more than %(characters)s characters."),
    "unreadable": _("The file is damaged or is not an Excel workbook. Save it again as .xlsx and load the new file."),
    "no_survey": _("The workbook has no sheet called “survey”, so it is not an XLSForm."),
    "not_a_workbook": _("The file is not an Excel workbook (.xlsx or .xls)."),
    "too_many_bytes": _("The file is larger than %(size)s MB. Remove pictures and other sheets from it."),
    "over_limits": _("The workbook needs more memory or time than is allowed."),
    "empty": _("The file is empty."),
}
_LIMITS = {
    "rows": f"{MOST_ROWS:,}",
    "columns": MOST_COLUMNS,
    "unpacked": MOST_UNPACKED // 2**20,
    "characters": f"{MOST_TEXT:,}",
    "size": MOST_BYTES // 2**20,
}


class SpreadsheetError(Refusal):
    """Why the file was refused: `code`, and a sentence for a person."""

    def __init__(self, code: str) -> None:
        super().__init__(gettext(_SENTENCES[code]) % _LIMITS, code=code)


class ChildOutput(TypedDict, total=False):
    """What the child process writes: a refusal, or sheets and the error that pyxform found."""

    refused: str
    sheets: dict[str, list[list[str]]]
    pyxform_error: str | None


@dataclass(frozen=True)
class Workbook:
    """Rows of text by sheet, and the error that pyxform found in the form (None when it accepts the form)."""

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


def _run_child(path: Path) -> ChildOutput:
    command = [sys.executable, "-m", "surveys.spreadsheet_child", str(path)]
    try:
        child = subprocess.run(
            command,
            cwd=ROOT,
            env={"TMPDIR": str(path.parent)},
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise SpreadsheetError("over_limits") from late
    if child.returncode != 0:
        raise SpreadsheetError("over_limits")
    return cast(ChildOutput, json.loads(child.stdout))
