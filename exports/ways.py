"""The other ways to the rows of a list: the API, files of each format, and a file made in the background."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from exports.writers import TITLES
from rest.elsewhere import of_a_file, site_of, without_pages
from rest.examples import all_rows


@dataclass(frozen=True)
class Ways:
    """Addresses of one list. `api`: all rows, in an order that never changes. `files`: by the title of their format.
    `background`, `saving`: the pages on which all rows are exported and the query is saved. `calls`: (language, code)
    that reads all rows."""

    api: str
    files: Mapping[str, str]
    background: str
    saving: str
    calls: Sequence[tuple[str, str]]


def ways_of_page(request: HttpRequest, room: str) -> Ways:
    """Those of a list whose page and API have the same parameters."""
    filters = {name: value for name, value in without_pages(request.GET.dict()).items() if name != "ordering"}
    return ways_to(room, filters, site=site_of(request))


def ways_to(room: str, filters: Mapping[str, str], *, site: str) -> Ways:
    """`room` is that in the names of the addresses (`complaint-record`), `filters` the parameters that choose rows,
    `site` the address of the site without a slash at its end."""
    listed, exported = reverse(f"api-{room}-list"), reverse(f"api-{room}-export")
    files = {title: f"{exported}?{urlencode(of_a_file(filters, fmt))}" for fmt, title in TITLES.items()}
    all_of_it = urlencode({**filters, "ordering": "id"})
    query = urlencode({"query": f"{listed}?{urlencode(filters)}" if filters else listed})
    return Ways(
        api=f"{site}{listed}?{all_of_it}",
        files=files,
        background=f"{reverse('export-new')}?{query}",
        saving=f"{reverse('saved-query-new')}?{query}",
        calls=all_rows(f"{site}{listed}?{all_of_it}&page_size=1000", f"{site}{next(iter(files.values()))}"),
    )
