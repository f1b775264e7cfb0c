"""Run as a child process with limits on memory and time: the texts of Word documents and PDFs in a ZIP archive.

Called as `python letters_child.py PATH MEMORY SECONDS {"after": NAME}`. First line: {}; then for each .docx and .pdf
behind that member, in the order of the archive, [name, text, problem]; a problem is one of those below, or empty. What
a library raises on a hostile document is a problem of that document: the next one is read. It imports nothing of the
project, so that a malicious file can reach as little as possible.
"""

import io
import json
import logging
import resource
import signal
import sys
import zipfile
from typing import IO
from xml.parsers import expat

from pypdf import PdfReader
from pypdf.errors import FileNotDecryptedError

EMPTY, NO_TEXT, TOO_LARGE, LOCKED, SLOW, BROKEN = "empty", "no-text", "too-large", "locked", "slow", "broken"
_MOST_BYTES = 64 * 1024**2
_MOST_TEXT = 2 * 1024**2  # characters
_MOST_PAGES = 2_000
_SECONDS = 20
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_BREAKS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t"}
_TWICE = "http://schemas.openxmlformats.org/markup-compatibility/2006 Fallback"  # says again what stands before it


class Unreadable(Exception):
    """The argument is the problem."""


class WordText:
    """Takes the XML of a document and gathers its text, a line for each paragraph."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._length = self._again = 0
        self._is_text = False
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._data
        self._parser.StartDoctypeDeclHandler = self._doctype

    def of(self, stream: IO[bytes]) -> str:
        read = 0
        while data := stream.read(256 * 1024):
            read += len(data)
            if read > _MOST_BYTES:
                raise Unreadable(TOO_LARGE)
            self._parser.Parse(data)
        self._parser.Parse(b"", True)
        return "".join(self.parts)

    def _start(self, name: str, _attributes: object) -> None:
        self._again += name == _TWICE
        self._is_text = _local(name) == "t"

    def _end(self, name: str) -> None:
        self._again -= name == _TWICE
        self._is_text = False
        if sign := _BREAKS.get(_local(name)):
            self._add(sign)

    def _data(self, text: str) -> None:
        if self._is_text:
            self._add(text)

    def _add(self, text: str) -> None:
        if self._again:
            return
        self.parts.append(text)
        self._length += len(text)
        if self._length > _MOST_TEXT:
            raise Unreadable(TOO_LARGE)

    def _doctype(self, *_arguments: object) -> None:
        raise Unreadable(BROKEN)  # Word writes none; entities are declared there


def _local(name: str) -> str:
    """The name of an element of Word, without its namespace; empty for others."""
    space, _blank, local = name.rpartition(" ")
    return local if space in (_WORD, _STRICT) else ""


def word_text(data: bytes) -> str:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(LOCKED)  # Office packs a locked document so
    with zipfile.ZipFile(io.BytesIO(data)) as document:
        part = document.getinfo("word/document.xml")
        if part.file_size > _MOST_BYTES:
            raise Unreadable(TOO_LARGE)
        with document.open(part) as stream:
            return WordText().of(stream)


def pdf_text(data: bytes) -> str:
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable(LOCKED)
    if len(reader.pages) > _MOST_PAGES:
        raise Unreadable(TOO_LARGE)
    parts: list[str] = []
    length = 0
    for page in reader.pages:
        parts.append(page.extract_text().strip())
        length += len(parts[-1])
        if length > _MOST_TEXT:
            raise Unreadable(TOO_LARGE)
    return "\n\n".join(part for part in parts if part)


def read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[str, str]:
    """Text and problem of one document."""
    is_pdf = info.filename.lower().endswith(".pdf")
    signal.alarm(_SECONDS)
    try:
        with archive.open(info) as stream:
            data = stream.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            return "", TOO_LARGE
        text = (pdf_text(data) if is_pdf else word_text(data)).strip()
        text = text.encode("utf-8", "replace").decode()
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is about this document
        return "", problem_of(error)
    finally:
        signal.alarm(0)
    return text, "" if text else NO_TEXT if is_pdf else EMPTY


def problem_of(error: Exception) -> str:
    if isinstance(error, Unreadable):
        return str(error)
    kinds = ((TimeoutError, SLOW), (FileNotDecryptedError, LOCKED), ((MemoryError, RecursionError), TOO_LARGE))
    return next((problem for kind, problem in kinds if isinstance(error, kind)), BROKEN)


def stop(*_arguments: object) -> None:
    raise TimeoutError


def main(path: str, memory: int, seconds: int, options: dict[str, str]) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    signal.signal(signal.SIGALRM, stop)
    logging.disable()
    out = sys.stdout
    out.write("{}\n")
    out.flush()
    is_behind = not options["after"]
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if is_behind and info.filename.lower().endswith((".docx", ".pdf")):
                out.write(json.dumps([info.filename, *read(archive, info)]) + "\n")
                out.flush()
            is_behind = is_behind or info.filename == options["after"]
    out.write('"end"\n')
    out.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), json.loads(sys.argv[4]))
