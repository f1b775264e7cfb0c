"""How to cite what was exported: the same words on a page, of an export in the background, and in a codebook."""

import html
import re

import pytest

from tests.exports.asking import API, RECORDS, content_of, made
from tests.exports.settled import is_settled
from tests.factories.complaints import load_records, make_dataset
from tests.waiting import until

SITE = "http://testserver"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asking(client_of, rita, alpha, monkeypatch):
    monkeypatch.setattr("exports.actions.wake_worker", lambda job: None)
    rows = [{"subject": f"Roof {n}", "country": "NL", "finding": "upheld" if n % 2 else ""} for n in range(1200)]
    load_records(make_dataset(alpha, access="public"), rows)
    until(is_settled)
    return client_of(rita)


def on_page(client, address):
    """The citation that a page shows."""
    page = client.get(address).content.decode()
    return html.unescape(re.search(r'aria-label="Citation">([^<]*)<', page)[1])


def test_an_export_is_cited_by_its_rows_address_time_and_checksum_on_page_and_in_the_api(asking):
    export = made(asking, f"{RECORDS}?country=NL&finding=upheld")
    cited = export["citation"]
    assert cited.startswith(
        "LIPSE Casebook: complaint records where country is “Netherlands” and finding is “Upheld”. 600 "
    )
    address = f"{SITE}{RECORDS}export/?country=NL&finding=upheld&format=csv"
    assert f"600 rows. {address} (read on " in cited
    assert cited.endswith(f"; SHA-256 {export['sha256']}).")
    assert on_page(asking, f"/exports/{export['id']}/") == cited
    assert asking.get(f"{API}{export['id']}/codebook/").json()["citation"] == cited
    assert (
        f"<biblCit>{html.escape(cited, quote=False)}</biblCit>"
        in asking.get(f"{API}{export['id']}/codebook/?as=ddi").content.decode()
    )
    assert asking.get(f"{API}?fields=id,citation").json()["results"] == [{"id": export["id"], "citation": cited}]
    # The address returns the rows again.
    assert content_of(asking.get(address.removeprefix(SITE))) == content_of(asking.get(export["file"]))


def test_an_export_that_is_sent_at_once_names_the_codebook_that_has_its_citation(asking):
    answer = asking.get(f"{RECORDS}export/?format=jsonl&country=NL&finding=upheld")
    content_of(answer)
    address, relation = re.fullmatch(r"<(.*)>; (.*)", answer["Link"]).groups()
    assert relation == 'rel="describedby"'
    cited = asking.get(address).json()["citation"]
    assert "country is “Netherlands” and finding is “Upheld”. 600 rows. " in cited
    assert f"{SITE}{RECORDS}?country=NL&finding=upheld (accessed on " in cited
    # The same words as on the page of these records.
    words = cited.partition(". ")[0]
    assert on_page(asking, "/complaint-records/?country=NL&finding=upheld").startswith(f"{words}. ")


def test_what_the_list_does_not_take_is_cited_by_the_export(asking):
    codebook = asking.get(f"{API}codebook/", {"query": f"{RECORDS}export/?extra=columns"}).json()
    assert f"{SITE}{RECORDS}export/?extra=columns&format=csv (accessed" in codebook["citation"]
    parts = asking.get(f"{API}codebook/", {"query": f"{RECORDS}issues/export/?country=NL"}).json()
    assert "issues where country is “Netherlands”. " in parts["citation"]
    assert f"{SITE}{RECORDS}issues/export/?country=NL&format=csv" in parts["citation"]


def test_a_very_long_query_has_no_link_that_a_server_between_would_refuse(asking):
    members = ",".join(["NL"] * 1500)
    answer = asking.get(f"{RECORDS}export/?format=csv&country__in={members}")
    content_of(answer)
    assert answer["Link"] == '</api/v1/schema/>; rel="describedby"'
