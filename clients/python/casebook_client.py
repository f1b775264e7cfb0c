"""Reads the LIPSE Casebook: all rows of a query, retried, resumed and checked. Only the standard library.

    from casebook_client import Casebook

    casebook = Casebook("https://casebook.example", token=TOKEN)
    data = casebook.frame("complaint-records", country="NL", finding__in=["upheld", "partly-upheld"])
    print(data.attrs["citation"])

`frame` needs pandas; `rows` gives the same as dicts, and `export` a file of any format.
"""

import base64
import hashlib
import importlib
import json
import tempfile
import time
import warnings
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
# What a list is ordered by so that no row of it is lost, where that is not `id`.
_ORDERS = {"field-notes": "uuid", "erasures": "uuid", "codebooks": "slug"}
_LENGTH_OF_A_DAY = len("2026-01-31")
# Types of a codebook and the type of pandas that holds them beside missing values.
_TYPES = {"whole-number": "Int64", "decimal": "Float64", "truth": "boolean"}


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
        """The pages of a list, such as `complaint-records`, in the order of `id`, in which no row is lost. Warns where
        rows were changed meanwhile."""
        order = {} if "/" in name.strip("/") else {"ordering": _ORDERS.get(name.strip("/"), "id")}
        url: str | None = f"{self._list(name)}?{_encoded({'page_size': 1000, **order, **filters})}"
        while url:
            page = self._json("GET", url)
            yield page["results"]
            url, walk = page["next"], page.get("walk") or {}
            if not url and (walk.get("complete") is False or walk.get("changed_since_start")):
                warnings.warn(walk["sentence"], stacklevel=2)

    def rows(self, name: str, **filters: object) -> Iterator[dict[str, Any]]:
        """All rows of a list with an export, as dicts: from one file, made from one state of the data."""
        with tempfile.TemporaryDirectory() as folder:
            path = self.export(name, Path(folder) / "rows.jsonl", format="jsonl", **filters)
            yield from _rows_of(path)

    def frame(self, name: str, *, labels: bool = False, **filters: object) -> Any:
        """All rows as a data frame of pandas, with the types of the codebook. With `labels=True` coded values are
        replaced by their labels.

        Days and numbers of which some are not complete, such as "2019-05", are kept as they are. `frame.attrs` has
        "codebook", "citation", "query", "rows", "sha256" and "made_at", and in "missing" for each column the kinds of
        missing, by row.
        """
        pandas = importlib.import_module("pandas")
        book = self.codebook(name, **filters)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "rows.jsonl"
            about = self.download(name, path, format="jsonl", **filters)
            frame = pandas.DataFrame(
                list(_rows_of(path)), columns=[one["name"] for one in book["columns"]], dtype=object
            )
        missing: dict[str, dict[int, str]] = {}
        for column in book["columns"]:
            found = frame[column["name"]]
            if kinds := _kinds_of_missing(found, column):
                missing[column["name"]] = kinds
                found = found.mask(found.index.isin(kinds), None)
            frame[column["name"]] = _typed(pandas, found, column, labels)
        frame.attrs |= {**about, "codebook": book, "missing": missing}
        return frame

    def citation(self, name: str, **filters: object) -> str:
        """How to cite a query: what it asks, how many rows it has now, its address and the day."""
        return str(self.codebook(name, **filters)["citation"])

    def codebook(self, name: str, **filters: object) -> dict[str, Any]:
        """The codebook of a query: columns with types, units, labels and kinds of missing."""
        query = urlencode({"query": self._query(name, filters)})
        return self._json("GET", f"{self._address}/api/v1/exports/codebook/?{query}")

    def export(self, name: str, path: str | Path, *, format: str = "csv", **filters: object) -> Path:
        """All rows of a list as a file. The file appears at `path` when it is complete and has its checksum."""
        self.download(name, path, format=format, **filters)
        return Path(path)

    def download(self, name: str, path: str | Path, *, format: str = "csv", **filters: object) -> dict[str, Any]:
        """The same as `export`; the answer is what the site says of the file: "query", "rows", "sha256", "made_at" and
        "citation". With a token it is made in the background, of any size; without one it is sent at once."""
        query = self._query(name, filters)
        if not self._token:
            return self._at_once(name, Path(path), {"format": format, **filters})
        try:
            export = self._json("POST", f"{self._address}/api/v1/exports/", {"query": query, "format": format})
        except CasebookError as error:
            if "only_at_once" not in {one.get("code") for one in error.problem.get("errors", ())}:
                raise
            return self._at_once(name, Path(path), {"format": format, **filters})
        seconds = 0.5
        while export["state"] in ("waiting", "running"):
            self._sleep(seconds)
            seconds = min(10, seconds * 1.5)
            export = self._json("GET", f"{self._address}/api/v1/exports/{export['id']}/")
        if not export["file"]:
            raise CasebookError((export["error"] or {}).get("message", f"The export is {export['state']}."), export)
        self._download(self._address + export["file"], Path(path), export["sha256"])
        return {name: export.get(name) for name in ("query", "rows", "sha256", "made_at", "citation")}

    def _at_once(self, name: str, path: Path, asked: Mapping[str, object]) -> dict[str, Any]:
        about = self._download(f"{self._list(name)}export/?{_encoded(asked)}", path, "")
        filters = {name: value for name, value in asked.items() if name != "format"}
        return {"query": self._query(name, filters), **about, "citation": self.citation(name, **filters)}

    def _download(self, url: str, path: Path, sha256: str) -> dict[str, Any]:
        """`sha256` of the whole file; empty where only the answer names it."""
        part = path.with_name(f"{path.name}.part")
        part.unlink(missing_ok=True)
        etag, left, about = "", self._tries, {"sha256": sha256}
        while not _has(part, about["sha256"]):
            if not left:
                part.unlink(missing_ok=True)
                raise CasebookError(
                    "The file could not be downloaded: its checksum is not the one that the site names."
                )
            left -= 1
            etag, found = self._go_on(url, part, etag)
            about = {**found, "sha256": sha256 or found.get("sha256", "")}
        part.replace(path)
        return about

    def _go_on(self, url: str, part: Path, etag: str) -> tuple[str, dict[str, Any]]:
        """Download what is lacking; the ETag of the file, and what its header says."""
        at = part.stat().st_size if etag and part.exists() else 0
        headers = {"Range": f"bytes={at}-", "If-Range": etag} if at else {}
        about: dict[str, Any] = {}
        try:
            with self._open("GET", url, headers={"Want-Repr-Digest": "sha-256=1", **headers}) as answer:
                etag, about = answer.headers.get("ETag", ""), _about(answer)
                with part.open("ab" if answer.status == 206 else "wb") as file:
                    while block := answer.read(_BLOCK):
                        file.write(block)
        except (OSError, HTTPException):
            self._sleep(1)
        return etag, about

    def _list(self, name: str) -> str:
        return f"{self._address}/api/v1/{name.strip('/')}/"

    def _query(self, name: str, filters: Mapping[str, object]) -> str:
        path = urlsplit(self._list(name)).path
        path = path[path.index("/api/v1/") :]
        return f"{path}?{_encoded(filters)}" if filters else path

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


def _encoded(filters: Mapping[str, object]) -> str:
    """A query string. A list has its members between commas, one with a comma in quotation marks."""
    return urlencode({name: _written(value) for name, value in filters.items()})


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple | set | frozenset):
        texts = [_written(one) for one in value]
        return ",".join('"' + text.replace('"', '""') + '"' if "," in text or '"' in text else text for text in texts)
    return str(value)


def _rows_of(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def _kinds_of_missing(values: Any, column: Mapping[str, Any]) -> dict[int, str]:
    codes = {one["code"] for one in column.get("missing", ())}
    return {row: value for row, value in enumerate(values) if isinstance(value, str) and value in codes}


def _typed(pandas: Any, values: Any, column: Mapping[str, Any], labels: bool) -> Any:
    """The values of a column with its type; unchanged where a value would be lost by it."""
    names = {one["value"]: one["label"] for one in column["labels"]} if labels else {}
    if names:
        return values.map(lambda value: _labelled(value, names))
    if column["type"] == "day" and any(isinstance(one, str) and len(one) != _LENGTH_OF_A_DAY for one in values):
        return values
    if column["type"] in ("day", "time"):
        found = pandas.to_datetime(values, errors="coerce", utc=column["type"] == "time", format="ISO8601")
    elif column["type"] in _TYPES:
        numbers = values if column["type"] == "truth" else pandas.to_numeric(values, errors="coerce")
        found = numbers.astype(_TYPES[column["type"]])
    else:
        return values
    return values if (found.isna() & values.notna()).any() else found


def _labelled(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_labelled(one, names) for one in value]
    return names.get(value, value) if isinstance(value, str) else value


def _about(answer: HTTPResponse) -> dict[str, Any]:
    """What the header of a file says of it."""
    digest = answer.headers.get("Repr-Digest", "").removeprefix("sha-256=:").rstrip(":")
    rows = answer.headers.get("Lipse-Rows", "")
    return {
        "rows": int(rows) if rows.isdigit() else None, "sha256": base64.b64decode(digest).hex(),
        "made_at": answer.headers.get("Lipse-Made-At"),
    }  # fmt: skip


def _refused(error: HTTPError) -> CasebookError:
    try:
        problem = json.load(error)
        return CasebookError(str(problem["detail"]), problem)
    except (ValueError, KeyError, TypeError):
        return CasebookError(f"{error.url}: {error.code} {error.reason}")


def _has(path: Path, sha256: str) -> bool:
    if not path.exists() or not sha256:
        return False
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest() == sha256
