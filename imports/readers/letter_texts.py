"""The texts of files in an archive: plain text in any encoding, HTML, Word and PDF. What has none says why."""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from imports.problems import Refused
from imports.readers.child import ChildReader
from imports.readers.html_table import charset_of, plain_text
from imports.readers.streams import BROKEN
from imports.readers.table import MAX_CELL
from imports.sniff import encoding as encodings
from standards.translation import gettext as _

PLAIN = (".txt", ".md")
HTML = (".html", ".htm")
DOCUMENTS = (".docx", ".pdf")
_MOST_DEATHS = 20  # of the child, in one archive
_CHILD = ChildReader(
    "letters_child.py", _("The archive of documents"), "broken_documents", "documents_too_large",
    _("Split the archive, or send the texts as .txt."),
)  # fmt: skip
_WHY = {
    "empty": _("It has no text."),
    "no-text": _("The PDF has no text, only pictures of pages. Have its text recognised (OCR), and send it again."),
    "too-large": _("It unpacks to more than a letter can be. Send its text as .txt if it is real."),
    "locked": _("It is locked with a password."),
    "slow": _("Reading it takes too long. Send its text as .txt."),
    "broken": _("It cannot be read: it is damaged, or not what its name says."),
}


@dataclass(slots=True)
class Texts:
    """Reads the texts of an archive. encodings: how many plain texts were in each; guessed: how many of them are a
    guess."""

    path: Path
    encoding: str = ""
    encodings: Counter[str] = field(default_factory=Counter)
    guessed: int = 0

    def of(self, names: Sequence[str]) -> Iterator[tuple[str, str, str]]:
        """Name, text, and why there is none, of each member, in the order of the archive."""
        documents = _documents(self.path) if any(name.lower().endswith(DOCUMENTS) for name in names) else iter(())
        with zipfile.ZipFile(self.path) as archive:
            for name in names:
                if name.lower().endswith(DOCUMENTS):
                    text, problem = _found(documents, name)
                    yield name, text, _WHY[problem] if problem else ""
                else:
                    yield name, *self._plain(archive, name)

    def _plain(self, archive: zipfile.ZipFile, name: str) -> tuple[str, str]:
        try:
            with archive.open(name) as stream:
                data = stream.read(MAX_CELL + 1)
            if len(data) > MAX_CELL:
                return "", _WHY["too-large"]
            text = self._decoded(data, name)
        except BROKEN:
            return "", _WHY["broken"]
        except Refused as refused:
            return "", refused.message
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        return text, "" if text else _WHY["empty"]

    def _decoded(self, data: bytes, name: str) -> str:
        found = encodings.Encoding(encodings.checked(self.encoding)) if self.encoding else _detected(data, name)
        self.encodings[found.name] += 1
        self.guessed += not found.sure
        text = data[found.skip :].decode(found.name, "replace").removeprefix("\ufeff")
        return plain_text(text) if name.lower().endswith(HTML) else text


def _detected(data: bytes, name: str) -> encodings.Encoding:
    found = encodings.detect(io.BytesIO(data))
    said = charset_of(data) if name.lower().endswith(HTML) and not found.sure else ""
    return encodings.Encoding(encodings.checked(said)) if said else found


def _found(documents: Iterator[tuple[str, str, str]], name: str) -> tuple[str, str]:
    """Text and problem of a document; those before it are no letters."""
    for found, text, problem in documents:
        if found == name:
            return text, problem
    return "", "broken"


def _documents(path: Path) -> Iterator[tuple[str, str, str]]:
    """Every Word document and PDF of an archive. One that ends the child, in spite of the limits within it, is broken,
    and the next child goes on behind it."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.lower().endswith(DOCUMENTS)]
    done = deaths = 0
    while done < len(names):
        try:
            with _CHILD.opened(path, after=names[done - 1] if done else "") as (_head, rows):
                for name, text, problem in rows:
                    done += 1
                    yield name, text, problem
                return
        except Refused:
            deaths += 1
            if deaths > _MOST_DEATHS:
                raise
            yield names[done], "", "broken"
            done += 1
