"""Reads the LIPSE Casebook: all rows of a query, retried, resumed and checked. Only the standard library.

    from casebook_client import Casebook

    casebook = Casebook("https://casebook.example", token=TOKEN)
    data = casebook.frame("complaint-records", country="NL", finding="upheld")

`frame` needs pandas; `rows` gives the same as dicts, and `export` a file of any format.
"""

import hashlib
import importlib
import json
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen

_BLOCK = 1 << 16
_WAIT = (429, 502, 503, 504)
_TIMEOUT = 60


class CasebookError(Exception):
    """The site refused a request, or a file is not what the site says it is. `problem` is the problem document."""

    def __init__(self, message: str, problem: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.problem = dict(problem or {})


class Casebook:
    """A site, and a token of *My account*; a token that only reads is enough. Without one: public data.

    A request that is answered with 429 or 503 is sent again after the time that the answer names, at most `tries`
    times; so is one whose connection breaks.
    """

    def __init__(
        self, address: str, token: str = "", *, tries: int = 6, sleep: Callable[[float], object] = time.sleep
    ) -> None:
        if urlsplit(address).scheme not in ("http", "https"):
            raise ValueError("The address begins with https://")
        self._address, self._token, self._tries, self._sleep = address.rstrip("/"), token, tries, sleep

    def pages(self, name: str, **filters: object) -> Iterator[list[dict[str, Any]]]:
        """The pages of a list, such as `complaint-records`, in the order of `id`, in which no row is lost."""
        query = {"page_size": 1000, **({"ordering": "id"} if name == "complaint-records" else {}), **filters}
        url: str | None = f"{self._list(name)}?{urlencode(query)}"
        while url:
            page = self._json("GET", url)
            yield page["results"]
            url = page["next"]

    def rows(self, name: str, **filters: object) -> Iterator[dict[str, Any]]:
        """All rows of a list with an export, as dicts: from one file, made from one state of the data."""
        with tempfile.TemporaryDirectory() as folder:
            path = self.export(name, Path(folder) / "rows.jsonl", format="jsonl", **filters)
            with path.open(encoding="utf-8") as file:
                yield from map(json.loads, file)

    def frame(self, name: str, *, labels: bool = False, **filters: object) -> Any:
        """All rows as a data frame of pandas. `frame.attrs["codebook"]` has columns, labels and units; with
        `labels=True` coded values are replaced by their labels."""
        pandas = importlib.import_module("pandas")
        book = self.codebook(name, **filters)
        frame = pandas.DataFrame(list(self.rows(name, **filters)), columns=[one["name"] for one in book["columns"]])
        for column in book["columns"]:
            found = column["name"]
            if column["type"] in ("day", "time"):
                frame[found] = pandas.to_datetime(frame[found], errors="coerce", utc=column["type"] == "time")
            elif labels and column["labels"]:
                frame[found] = frame[found].replace({one["value"]: one["label"] for one in column["labels"]})
        frame.attrs["codebook"] = book
        return frame

    def codebook(self, name: str, **filters: object) -> dict[str, Any]:
        """The codebook of a query: columns with types, units, labels and kinds of missing."""
        query = urlencode({"query": self._query(name, filters)})
        return self._json("GET", f"{self._address}/api/v1/exports/codebook/?{query}")

    def export(self, name: str, path: str | Path, *, format: str = "csv", **filters: object) -> Path:
        """All rows of a list as a file. The file appears at `path` when it is complete and has its checksum."""
        asked = {"query": self._query(name, filters), "format": format}
        export = self._json("POST", f"{self._address}/api/v1/exports/", asked)
        seconds = 0.5
        while export["state"] in ("waiting", "running"):
            self._sleep(seconds)
            seconds = min(10, seconds * 1.5)
            export = self._json("GET", f"{self._address}/api/v1/exports/{export['id']}/")
        if not export["file"]:
            raise CasebookError((export["error"] or {}).get("message", f"The export is {export['state']}."), export)
        return self._download(self._address + export["file"], Path(path), export["sha256"])

    def _download(self, url: str, path: Path, sha256: str) -> Path:
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        etag, left = "", self._tries
        while not _has(part, sha256):
            if not left:
                part.unlink(missing_ok=True)
                raise CasebookError(
                    "The file could not be downloaded: its checksum is not the one that the site names."
                )
            left -= 1
            etag = self._go_on(url, part, etag)
        part.replace(path)
        return path

    def _go_on(self, url: str, part: Path, etag: str) -> str:
        """Download what is lacking; the ETag of the file."""
        at = part.stat().st_size if etag and part.exists() else 0
        headers = {"Range": f"bytes={at}-", "If-Range": etag} if at else {}
        try:
            with self._open("GET", url, headers=headers) as answer:
                etag = answer.headers.get("ETag", "")
                with part.open("ab" if answer.status == 206 else "wb") as file:
                    while block := answer.read(_BLOCK):
                        file.write(block)
        except (OSError, HTTPException):
            self._sleep(1)
        return etag

    def _list(self, name: str) -> str:
        return f"{self._address}/api/v1/{name.strip('/')}/"

    def _query(self, name: str, filters: Mapping[str, object]) -> str:
        path = urlsplit(self._list(name)).path
        path = path[path.index("/api/v1/") :]
        return f"{path}?{urlencode(filters)}" if filters else path

    def _json(self, method: str, url: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        for left in range(self._tries - 1, -1, -1):
            try:
                with self._open(method, url, data) as answer:
                    return json.load(answer)
            except (HTTPException, OSError) as error:
                if not left:
                    raise CasebookError(f"{url}: {error}") from error
                self._sleep(1)
        raise CasebookError(url)

    def _open(
        self, method: str, url: str, data: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> HTTPResponse:
        if not url.startswith(f"{self._address}/"):
            raise CasebookError(f"{url} is not of {self._address}, so no token is sent there.")
        all_headers = {"Accept": "*/*", "Content-Type": "application/json", **(headers or {})}
        if self._token:
            all_headers["Authorization"] = f"Bearer {self._token}"
        for left in range(self._tries - 1, -1, -1):
            request = Request(url, data=data, headers=all_headers, method=method)  # noqa: S310 -- the scheme is checked
            try:
                found: HTTPResponse = urlopen(request, timeout=_TIMEOUT)  # noqa: S310
            except HTTPError as error:
                if error.code not in _WAIT or not left:
                    raise _refused(error) from error
                self._sleep(float(error.headers.get("Retry-After") or 5))
            else:
                return found
        raise CasebookError(url)


def _refused(error: HTTPError) -> CasebookError:
    try:
        problem = json.load(error)
        return CasebookError(str(problem["detail"]), problem)
    except (ValueError, KeyError, TypeError):
        return CasebookError(f"{error.url}: {error.code} {error.reason}")


def _has(path: Path, sha256: str) -> bool:
    if not path.exists():
        return False
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest() == sha256
