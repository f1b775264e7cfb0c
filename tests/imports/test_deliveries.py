"""Which files the rows of a dataset are from, on its page and in the API, for everyone who may read the rows."""

import hashlib
import html

import pytest

from tests.factories.imports import csv_of, import_bytes, letters, make_dataset, undo

FIRST, SECOND = csv_of(letters(30)), csv_of(letters(40))


@pytest.fixture
def load(alpha, bob):
    dataset = make_dataset(alpha)
    return lambda content: import_bytes(dataset, content, by=bob)


def test_the_files_of_a_dataset_are_named_by_import_and_checksum_and_not_by_their_names(load, client_of, rita):
    first, second = load(FIRST), load(SECOND)
    client = client_of(rita)

    page = client.get("/datasets/letters/").content.decode()
    rows = client.get("/api/v1/datasets/letters/deliveries/").json()["results"]

    sums = [hashlib.sha256(one).hexdigest() for one in (FIRST, SECOND)]
    assert [(row["import"], row["file_sha256"]) for row in rows] == [(second.pk, sums[1]), (first.pk, sums[0])]
    assert [(row["rows"], row["created"], row["unchanged"], row["quarantined"]) for row in rows] == [
        (40, 10, 30, 0), (30, 30, 0, 0),
    ]  # fmt: skip
    assert all(one in page for one in (*sums, f'id="import-{first.pk}"', "Files of this dataset"))
    assert first.file_name not in page
    record = client.get("/api/v1/complaint-records/?dataset=letters&page_size=1").json()["results"][0]
    assert record["provenance"]["import"] in [row["import"] for row in rows]


def test_the_citation_of_a_dataset_names_the_state_that_was_read(load, client_of, rita):
    load(FIRST)

    page = client_of(rita).get("/datasets/letters/").content.decode()

    cited = page[page.index('aria-label="Citation"') :]
    for part in ("30 rows", f"with SHA-256 {hashlib.sha256(FIRST).hexdigest()}", "/datasets/letters/", "accessed on"):
        assert part in cited
    told = client_of(rita).get("/api/v1/datasets/letters/deliveries/").json()["citation"]
    assert told in html.unescape(cited)
    codebook = page[page.index("Codebook of the columns") :].split('href="')[1].split('"')[0].replace("&amp;", "&")
    lines = b"".join(client_of(rita).get(codebook)).decode("utf-8-sig").splitlines()
    assert [line.partition(",")[0] for line in lines[:2]] == ["column", "id"]


def test_an_import_that_was_undone_is_not_among_them_and_others_find_nothing(load, client_of, rita, bob, client):
    undo(load(FIRST), bob)

    assert client_of(rita).get("/api/v1/datasets/letters/deliveries/").json()["results"] == []
    assert client.get("/api/v1/datasets/letters/deliveries/").status_code == 404
