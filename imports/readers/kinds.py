"""Recognise the kind of a file by its first bytes. Its name is only compared."""

import codecs
import re
import zipfile
from pathlib import Path
from typing import BinaryIO

from imports.problems import Refused
from standards.translation import gettext as _
from standards.translation import gettext_noop

EXTENSIONS = {
    ".csv": "text", ".tsv": "text", ".tab": "text", ".txt": "text", ".gz": "gzip", ".bz2": "bzip2", ".xz": "xz",
    ".zst": "zstd", ".zip": "zip", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xls", ".ods": "ods", ".db": "sqlite",
    ".sqlite": "sqlite", ".sqlite3": "sqlite", ".json": "json", ".jsonl": "json", ".ndjson": "json",
    ".parquet": "parquet", ".sav": "spss", ".zsav": "spss", ".por": "spss_portable", ".dta": "stata", ".htm": "html",
    ".html": "html",
}  # fmt: skip
# Kinds and how a sentence names them, with the article.
NAMES = {
    "text": gettext_noop("delimited text"), "gzip": gettext_noop("a gzip archive"),
    "bzip2": gettext_noop("a bzip2 archive"), "xz": gettext_noop("an XZ archive"),
    "zstd": gettext_noop("a Zstandard archive"), "html": gettext_noop("an HTML table"),
    "zip": gettext_noop("a ZIP archive"), "xlsx": gettext_noop("an Excel workbook"),
    "xls": gettext_noop("an old Excel workbook"), "ods": gettext_noop("an OpenDocument spreadsheet"),
    "sqlite": gettext_noop("an SQLite database"), "json": "JSON", "parquet": gettext_noop("a Parquet file"),
    "spss": gettext_noop("an SPSS file"), "spss_portable": gettext_noop("an SPSS portable file"),
    "stata": gettext_noop("a Stata file"),
}  # fmt: skip
PACKED = {"gzip", "bzip2", "xz", "zstd"}  # archives of one file
SPREADSHEETS = {"xlsx", "xls", "ods"}
_MAGIC = (
    (b"\x1f\x8b", "gzip"), (b"\xfd7zXZ\0", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"), (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"), (b"SQLite format 3\0", "sqlite"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xls"),
    (b"PAR1", "parquet"), (b"$FL2", "spss"), (b"$FL3", "spss"), (b"<stata_dta>", "stata"),
)  # fmt: skip
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_HTML = re.compile(rb"<(?:html|!doctype html|table|meta|head|body|div|style)\b")
_REACH = 256 * 1024  # a table begins within so many bytes, behind the styles that programs write
_PORTABLE = re.compile(rb"(?s).{40,210}SPSS PORT FILE")
_OLD_STATA = re.compile(rb"[\x68-\x73][\x01\x02]\x01[\x00-\x7f]")
_NOT_TABLES = (
    (b"%PDF", gettext_noop("a PDF document")), (b"\x89PNG", gettext_noop("a PNG picture")),
    (b"\xff\xd8\xff", gettext_noop("a JPEG picture")), (b"GIF8", gettext_noop("a GIF picture")),
    (b"7z\xbc\xaf", gettext_noop("a 7-Zip archive")), (b"Rar!", gettext_noop("a RAR archive")),
    (b"\x7fELF", gettext_noop("a program")), (b"MZ", gettext_noop("a Windows program")),
    (b"{\\rtf", gettext_noop("a rich-text document")), (b"<!doctype html", gettext_noop("a web page")),
    (b"<html", gettext_noop("a web page")), (b"<?xml", gettext_noop("an XML document")),
)  # fmt: skip
# What stands near the beginning of XML of kinds that are known, and what to do with it.
_KNOWN_XML = (
    (
        b"<graphml",
        gettext_noop(
            "This is a network (GraphML), not a table of records. The Casebook stores no networks yet; keep the file, "
            "and cite it in the case studies that use it."
        ),
    ),
    (
        b"sdmx",
        gettext_noop(
            "These are statistics in SDMX: numbers by place and time, not records. The Casebook stores no indicators "
            "yet; keep the file, and cite it in the case studies that use it."
        ),
    ),
)


def kind_of(file: BinaryIO, *, only_head: bool = False) -> str:
    """The kind of a seekable file, one of NAMES; raises Refused for files that are not tables. The position is reset to
    the start. only_head: the file is the first part of another one, so a ZIP archive is not opened."""
    file.seek(0)
    head = file.read(4096)
    file.seek(0)
    if not head:
        raise Refused("empty_file", _("The file is empty: it has no bytes. Ask for it again, or export it again."))
    kind = _by_first_bytes(head)
    if kind:
        return _inside_zip(file) if kind == "zip" and not only_head else kind
    if _HTML.match(_start(head)) and (only_head or b"<table" in _start(file.read(_REACH))):
        file.seek(0)
        return "html"
    file.seek(0)
    start = _start(head)
    if start.startswith(b"<?xml") and (known := next((what for mark, what in _KNOWN_XML if mark in start), "")):
        raise Refused("not_a_table", _(known))
    for magic, name in _NOT_TABLES:
        if start.startswith(magic.lower()):
            raise Refused(
                "not_a_table",
                _(
                    "The file is %(name)s, not a table. Export the data as CSV, JSON, an Excel workbook or "
                    "SQLite and upload that. To read letters as records, put them into one ZIP archive."
                )
                % {"name": _(name)},
            )
    return "json" if start[:1] in (b"{", b"[") and _is_json_start(start) else "text"


def _start(head: bytes) -> bytes:
    """Lower case, without byte order mark and blanks."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        head = head.decode("utf-16", "replace").encode()
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()


def _by_first_bytes(head: bytes) -> str:
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")
    if kind:
        return kind
    if _BZIP2.match(head):
        return "bzip2"
    return "spss_portable" if _PORTABLE.match(head) else "stata" if _OLD_STATA.match(head) else ""


def surprise(name: str, kind: str) -> str:
    """A sentence if the name of a file contradicts its content, else empty."""
    claimed = EXTENSIONS.get(Path(name).suffix.lower())
    if claimed is None or claimed == kind or {claimed, kind} <= {"json", "text"}:
        return ""
    text = _("The file name suggests %(claimed)s, but the content is %(found)s. It was read as %(found)s.")
    return text % {"claimed": _(NAMES[claimed]), "found": _(NAMES[kind])}


def _is_json_start(start: bytes) -> bool:
    rest = start[1:].lstrip()
    if start[:1] == b"[" and rest[:1] in (b"[", b"{"):
        return True
    return rest[:1] in (b"{", b"[", b'"', b"}", b"]") and b'":' in start.replace(b" ", b"")


def _inside_zip(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise broken_archive(error) from error
    finally:
        file.seek(0)
    if "word/document.xml" in names:
        raise Refused(
            "not_a_table",
            _("The file is a Word document, not a table. To read letters as records, put them into one ZIP archive."),
        )
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "xlsx"
    return "ods" if {"mimetype", "content.xml"} <= names else "zip"


def broken_archive(error: BaseException) -> Refused:
    return Refused(
        "broken_archive",
        _("The archive is incomplete or damaged (%(reason)s). Copy or download the file again and retry.")
        % {"reason": error},
    )
