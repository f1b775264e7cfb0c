"""The Python client: against a small server with faults, and against the site itself."""

import hashlib
import importlib.util
import json
from datetime import date

import pytest

from tests.clients.stub import DATA, serving
from tests.exports.settled import is_settled
from tests.factories.casestudies import make_case_study
from tests.factories.complaints import load_records, make_dataset
from tests.house.code import PROJECT
from tests.waiting import until

_SPEC = importlib.util.spec_from_file_location("casebook_client", PROJECT / "clients/python/casebook_client.py")
client = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(client)


@pytest.fixture
def stub():
    with serving() as found:
        yield found


@pytest.fixture
def waits():
    return []


@pytest.fixture
def casebook(stub, waits):
    return client.Casebook(stub.address, token="secret", sleep=waits.append)


def test_all_rows_come_from_one_checked_file(casebook, stub):
    stub.states = ["waiting", "running", "finished"]
    assert [row["id"] for row in casebook.rows("complaint-records", country="NL")] == list(range(400))


def test_a_download_that_broke_off_twice_goes_on_where_it_was(casebook, stub, tmp_path):
    stub.cut_at = [1000, 5000]
    path = casebook.export("complaint-records", tmp_path / "a.jsonl", format="jsonl")
    assert path.read_bytes() == DATA
    assert [rng for _m, at, rng in stub.asked if at.endswith("/file/")] == [None, "bytes=1000-", "bytes=5000-"]


def test_a_file_with_another_checksum_never_appears(casebook, stub, tmp_path):
    stub.sha256 = "0" * 64
    with pytest.raises(client.CasebookError, match="checksum"):
        casebook.export("complaint-records", tmp_path / "a.csv")
    assert list(tmp_path.iterdir()) == []


def test_what_the_limit_refuses_is_asked_again_after_the_time_it_names(casebook, stub, waits):
    stub.busy = 2
    assert [page[0]["id"] for page in casebook.pages("places")] == [1, 2]
    assert waits == [7, 7]


def test_a_refusal_is_its_sentence(casebook, stub, tmp_path):
    with pytest.raises(client.CasebookError, match="do not have access"):
        list(casebook.pages("nowhere"))
    stub.states = ["refused"]
    with pytest.raises(client.CasebookError, match="Choose another format"):
        casebook.export("complaint-records", tmp_path / "a.xlsx", format="xlsx")


def test_a_token_goes_to_no_other_site(casebook):
    with pytest.raises(client.CasebookError, match="no token is sent"):
        casebook._json("GET", "http://elsewhere.example/api/v1/")


def test_filters_are_written_as_the_api_reads_them(casebook):
    written = client._encoded({"finding__in": ["upheld", 'a, "b"'], "is_fictional": False, "fields": ("id", "title")})
    assert written == "finding__in=upheld%2C%22a%2C+%22%22b%22%22%22&is_fictional=false&fields=id%2Ctitle"


COLUMNS = [
    {"name": "n", "type": "whole-number", "labels": [], "missing": [{"code": ".r", "label": "refused"}]},
    {"name": "began", "type": "day", "labels": []},
    {"name": "ended", "type": "day", "labels": []},
    {"name": "open", "type": "truth", "labels": []},
    {"name": "themes", "type": "structure", "labels": [{"value": "a", "label": "Alpha"}]},
]
LINES = [
    {"n": 1, "began": "2026-01-31", "ended": "2026-02", "open": True, "themes": ["a", "b"]},
    {"n": ".r", "began": None, "ended": None, "open": None, "themes": []},
]


def test_a_data_frame_has_the_types_of_the_codebook_and_loses_nothing(casebook, stub, monkeypatch):
    data = b"".join(json.dumps(line).encode() + b"\n" for line in LINES)
    monkeypatch.setattr("tests.clients.stub.DATA", data)
    monkeypatch.setattr("tests.clients.stub.BOOK", {"columns": COLUMNS})
    stub.sha256 = hashlib.sha256(data).hexdigest()
    frame = casebook.frame("complaint-records", labels=True)
    assert [str(one).partition("[")[0] for one in frame.dtypes] == [
        "Int64",
        "datetime64",
        "object",
        "boolean",
        "object",
    ]
    assert (frame["n"].sum(), frame["n"].isna().sum(), frame.attrs["missing"]) == (1, 1, {"n": {1: ".r"}})
    # What is not a whole day is kept, and so is a value without a label.
    assert (list(frame["ended"]), list(frame["themes"])) == (["2026-02", None], [["Alpha", "b"], []])


@pytest.fixture
def records(alpha):
    rows = [
        {"subject": f"Dach, „nass“ {n}", "finding": "upheld" if n % 2 else "", "received_on": date(2025, 3, 1 + n)}
        for n in range(25)
    ]
    load_records(make_dataset(alpha, access="public", narrative_access="public"), rows)
    until(is_settled)


@pytest.mark.django_db(transaction=True)
def test_public_rows_of_the_site_come_typed_labelled_and_cited_without_a_token(live_server, records, tmp_path):
    site = client.Casebook(live_server.url)
    frame = site.frame(
        "complaint-records", labels=True, finding__in=["upheld"], fields=["id", "finding", "received_on"]
    )
    assert (len(frame), set(frame["finding"]), frame["received_on"].dtype.kind) == (12, {"Upheld"}, "M")
    assert frame.attrs["rows"] == 12
    assert "finding is in “Upheld”. 12 rows. " in frame.attrs["citation"]
    about = site.download("complaint-records", tmp_path / "a.csv", fields="id,subject")
    assert hashlib.sha256((tmp_path / "a.csv").read_bytes()).hexdigest() == about["sha256"]
    assert "all complaint records that are open to the reader. 25 rows. " in site.citation("complaint-records")
    assert [len(page) for page in site.pages("complaint-records", page_size=10)] == [10, 10, 5]


@pytest.mark.django_db(transaction=True)
def test_with_a_token_a_worker_makes_the_file(worker, live_server, records, rita, ada, bob, token_for):
    make_case_study(ada, access="consortium", state="approved", reviewer=bob, themes=["innovation-inputs"])
    site = client.Casebook(live_server.url, token=token_for(rita))
    frame = site.frame("complaint-records")
    assert len(frame) == 25
    assert frame.attrs["citation"].endswith(f"SHA-256 {frame.attrs['sha256']}).")
    assert str(frame["days_open"].dtype) == "Int64"
    cases = site.frame("case-studies", labels=True)
    assert list(cases["themes"]) == [["Innovation inputs"]]
    # A list whose rows cannot be compared later is sent at once.
    assert len(site.frame("responses")) == 0


@pytest.mark.django_db(transaction=True)
def test_every_list_is_walked_in_an_order_in_which_no_row_is_lost(live_server, rita, token_for):
    site = client.Casebook(live_server.url, token=token_for(rita))
    root = site._json("GET", f"{live_server.url}/api/v1/")
    names = {address.removeprefix(f"{live_server.url}/api/v1/").strip("/") for address in root.values()}
    assert {"complaint-records", "field-notes", "codebooks", "erasures", "datasets"} <= names
    for name in names:
        assert all(isinstance(page, list) for page in site.pages(name)), name
