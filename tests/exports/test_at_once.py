"""One caller has a few exports at the same time; another caller has as many."""

import pytest

from exports.at_once import Place, TooManyExports
from exports.downloads import download_for_page
from exports.tables import Table, text_columns
from tests.factories.complaints import load_records, make_dataset

EXPORT = "/api/v1/complaint-records/export/?format=jsonl"


@pytest.fixture
def records(alpha, settings):
    settings.EXPORTS_AT_ONCE = 2
    load_records(make_dataset(alpha, access="public"), [{}, {}])


def body_of(answer):
    return b"".join(answer.streaming_content)


def test_another_export_waits_until_one_is_read(client_of, rita, records):
    client = client_of(rita)
    first, second = client.get(EXPORT), client.get(EXPORT)
    refused = client.get(EXPORT)
    assert (first.status_code, second.status_code, refused.status_code) == (200, 200, 429)
    assert refused["Content-Type"] == "application/problem+json"
    assert int(refused["Retry-After"]) > 0
    assert refused.json()["type"] == "urn:lipse:problem:too_many_exports"
    assert "2 exports" in refused.json()["detail"]

    assert body_of(first).count(b"\n") == 2
    assert body_of(client.get(EXPORT)).count(b"\n") == 2
    second.close()


def test_others_are_not_kept_waiting(client_of, rita, charlie, client, records):
    answers = [client_of(rita).get(EXPORT), client_of(rita).get(EXPORT)]
    answers += [client_of(charlie).get(EXPORT), client.get(EXPORT, REMOTE_ADDR="192.0.2.1")]
    assert [answer.status_code for answer in answers] == [200] * 4
    for answer in answers:
        answer.close()


def test_an_answer_without_a_file_keeps_no_place(client_of, rita, records):
    client = client_of(rita)
    answer = client.get(EXPORT)
    etag = answer["ETag"]
    body_of(answer)
    statuses = [client.get(EXPORT, headers={"If-None-Match": etag}).status_code for _ in range(4)]
    assert statuses == [304] * 4
    refused = [client.get(f"{EXPORT}&fields=nothing").status_code for _ in range(4)]
    assert refused == [400] * 4


def test_a_place_is_free_when_it_is_closed(rf, settings):
    settings.EXPORTS_AT_ONCE = 1
    request = rf.get("/", REMOTE_ADDR="192.0.2.2")
    with Place(request):
        with pytest.raises(TooManyExports):
            Place(request)
        with Place(rf.get("/", REMOTE_ADDR="192.0.2.3")):
            pass
    Place(request).close()


def test_a_page_says_in_a_sentence_that_there_are_too_many(rf, ada, settings):
    settings.EXPORTS_AT_ONCE = 1
    request = rf.get("/")
    request.user = ada
    with Place(request):
        answer = download_for_page(request, Table(text_columns(["a"]), iter([["b"]])), fmt="csv", name="a")
    assert answer.status_code == 429
    assert answer["Content-Type"].startswith("text/plain")
    assert "1 exports" in answer.content.decode()
    assert int(answer["Retry-After"]) > 0
