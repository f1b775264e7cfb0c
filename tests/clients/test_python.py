"""The Python client against a small server that says 429, cuts downloads and lies about a checksum."""

import importlib.util

import pytest

from tests.clients.stub import DATA, serving
from tests.house.code import PROJECT

_SPEC = importlib.util.spec_from_file_location("casebook_client", PROJECT / "clients/python/casebook_client.py")
client = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(client)


@pytest.fixture
def site():
    with serving() as found:
        yield found


@pytest.fixture
def waits():
    return []


@pytest.fixture
def casebook(site, waits):
    return client.Casebook(site.address, token="secret", sleep=waits.append)


def test_all_rows_come_from_one_checked_file(casebook, site):
    site.states = ["waiting", "running", "finished"]
    assert [row["id"] for row in casebook.rows("complaint-records", country="NL")] == list(range(400))


def test_a_download_that_broke_off_twice_goes_on_where_it_was(casebook, site, tmp_path):
    site.cut_at = [1000, 5000]
    path = casebook.export("complaint-records", tmp_path / "a.jsonl", format="jsonl")
    assert path.read_bytes() == DATA
    assert [rng for _m, at, rng in site.asked if at.endswith("/file/")] == [None, "bytes=1000-", "bytes=5000-"]


def test_a_file_with_another_checksum_never_appears(casebook, site, tmp_path):
    site.sha256 = "0" * 64
    with pytest.raises(client.CasebookError, match="checksum"):
        casebook.export("complaint-records", tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


def test_what_the_limit_refuses_is_asked_again_after_the_time_it_names(casebook, site, waits):
    site.busy = 2
    assert [page[0]["id"] for page in casebook.pages("places")] == [1, 2]
    assert waits == [7, 7]


def test_a_refusal_is_its_sentence(casebook, site, tmp_path):
    with pytest.raises(client.CasebookError, match="do not have access"):
        list(casebook.pages("nowhere"))
    site.states = ["refused"]
    with pytest.raises(client.CasebookError, match="Choose another format"):
        casebook.export("complaint-records", tmp_path / "a.xlsx", format="xlsx")


def test_a_token_goes_to_no_other_site(casebook):
    with pytest.raises(client.CasebookError, match="no token is sent"):
        casebook._json("GET", "http://elsewhere.example/api/v1/")
