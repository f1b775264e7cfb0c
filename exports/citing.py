"""How the file of an export is cited."""

from dataclasses import dataclass
from datetime import datetime

from rest.citation import file_citation


@dataclass(frozen=True)
class Cited:
    """The columns of an export that its citation names."""

    words: str
    query: str
    format: str
    rows: int | None
    made_at: datetime | None
    sha256: str

    def sentence(self, site: str) -> str:
        """Empty before the file is made. `site` is the address of the site without a slash at its end."""
        if self.made_at is None or self.rows is None:
            return ""
        address = f"{site}{self.query}{'&' if '?' in self.query else '?'}format={self.format}"
        return file_citation(self.words, address, rows=self.rows, made_at=self.made_at, sha256=self.sha256)
