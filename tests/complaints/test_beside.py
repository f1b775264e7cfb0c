"""From a record to the one before and behind it in the list that the reader came from."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest

from complaints.selectors import reading
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.django_db
LIST = "/complaint-records/"


@pytest.fixture
def records(alpha):
    return load_records(
        make_dataset(alpha),
        [
            {"reference": "A", "country": "NL", "narrative": "The quay is damp.", "received_on": "2026-01-03"},
            {"reference": "B", "country": "NL", "narrative": "Damp damp walls.", "received_on": "2026-01-03"},
            {"reference": "C", "country": "DE", "narrative": "A dry quay.", "received_on": "2026-01-02"},
            {"reference": "D", "country": "NL", "narrative": "A damp roof."},
            {"reference": "E", "country": "NL", "narrative": "Damp."},
        ],
    )


def links(html):
    """{"prev": address, "next": address} of a page."""
    found = re.findall(r'<a\s+rel="(prev|next)"\s+href="([^"]+)"', html)
    return {rel: unescape(address) for rel, address in found}


def walked(client, query):
    """References from the first record of the list to the last one, by the links of their pages."""
    listed = client.get(f"{LIST}?{query}").content.decode()
    address = unescape(re.search(r'href="(/complaint-records/\d+/\?[^"]*from=[^"]+)"', listed)[1])
    found = []
    while address:
        page = client.get(address)
        found.append(page.context["record"].reference)
        address = links(page.content.decode()).get("next")
    return found


@pytest.mark.parametrize(
    ("query", "expected"),
    [("", "BACED"), ("ordering=received_on", "CABDE"), ("country=NL", "BAED"), ("country=NL&ordering=-id", "EDBA"),
     ("search=damp&ordering=id", "ABDE"), ("country=NL&page_size=2", "BAED")],
)  # fmt: skip
def test_the_links_walk_the_list_that_the_reader_came_from(client, records, query, expected):
    assert "".join(walked(client, query)) == expected
    shown = client.get(f"{LIST}?{query}").context["listing"].rows
    assert list(expected)[: len(shown)] == [row.reference for row in shown]


def test_a_list_by_relevance_is_walked_too(client, records):
    shown = client.get(f"{LIST}?search=damp&ordering=relevance").context["listing"].rows
    assert walked(client, "search=damp&ordering=relevance") == [row.reference for row in shown]


def test_the_way_back_is_the_same_way(client, records):
    first, second, *_ = client.get(LIST).context["listing"].rows
    page = client.get(f"{LIST}{second.pk}/", {"from": LIST, "search": "quay"}).content.decode()
    assert links(page)["prev"] == f"{LIST}{first.pk}/?{urlencode({'search': 'quay', 'from': LIST})}"


@pytest.mark.parametrize("back", [f"{LIST}?colour=red", f"{LIST}?country=DE", f"{LIST}?ordering=colour", None])
def test_without_a_list_that_has_the_record_there_are_no_links(client, records, back):
    pk = records[0]
    page = client.get(f"{LIST}{pk}/", {"from": back} if back else {})
    assert page.status_code == 200
    assert links(page.content.decode()) == {}


def test_records_that_a_visitor_may_not_see_are_passed_over(client, alpha, records):
    load_records(
        make_dataset(alpha, slug="own", access="organisation"), [{"reference": "X", "received_on": "2026-01-03"}]
    )
    assert "".join(walked(client, "")) == "BACED"


def test_a_list_in_which_they_take_long_to_find_leaves_the_record_as_it_is(client, records, monkeypatch):
    monkeypatch.setattr(reading, "rows_beside", lambda rows, pk, **_: list(rows.extra(where=["pg_sleep(5) IS NULL"])))
    monkeypatch.setattr(reading, "BESIDE_MS", 50)
    page = client.get(f"{LIST}{records[0]}/", {"from": LIST})
    assert page.status_code == 200
    assert links(page.content.decode()) == {}
