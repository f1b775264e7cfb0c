"""PATCH with If-Match, on the cases of the fieldwork room: nobody's edit is overwritten unseen."""

import threading

import pytest
from django.core.cache import cache
from django.db import connections
from rest_framework.test import APIClient

from casestudies.models import CaseStudy
from tests.factories.casestudies import make_case_study
from versions.actions import erase, preview_of


@pytest.fixture
def call(token_for):
    def send(person, method, url, body=None, **headers):
        client = APIClient(HTTP_AUTHORIZATION=f"Bearer {token_for(person)}")
        return getattr(client, method)(url, body, headers={n.replace("_", "-"): v for n, v in headers.items()})

    return send


@pytest.fixture
def url(fay):
    return f"/api/v1/case-studies/{make_case_study(fay, abstract='At first').slug}/"


def test_a_stale_edit_is_409_with_base_theirs_mine_and_differing(call, fay, ada, url):
    read = call(fay, "get", url)
    call(ada, "patch", url, {"abstract": "Theirs"}, If_Match=read["ETag"])
    refused = call(fay, "patch", url, {"abstract": "Mine", "language": read.json()["language"]}, If_Match=read["ETag"])
    assert refused.status_code == 409
    assert refused["Content-Type"] == "application/problem+json"
    problem = refused.json()
    assert problem["type"] == "urn:lipse:problem:stale_edit"
    assert problem["base"] == read.json()
    assert problem["theirs"]["abstract"] == "Theirs"
    assert problem["mine"]["abstract"] == "Mine"
    assert problem["differing"] == ["abstract"]
    assert call(fay, "get", url).json()["abstract"] == "Theirs"


def test_the_answer_of_an_edit_has_the_etag_for_the_next_edit(call, fay, ada, url):
    etag = call(fay, "get", url)["ETag"]
    first = call(fay, "patch", url, {"abstract": "First"}, If_Match=etag)
    assert first["ETag"] == call(fay, "get", url)["ETag"] != etag
    assert call(fay, "patch", url, {"abstract": "Second"}, If_Match=first["ETag"]).status_code == 200
    refused = call(ada, "patch", url, {"abstract": "Third"}, If_Match=first["ETag"])
    assert refused.json()["base"]["abstract"] == "First"


def test_an_etag_read_with_chosen_fields_serves_for_an_edit(call, fay, url):
    part = call(fay, "get", f"{url}?fields=slug,abstract")
    assert set(part.json()) == {"slug", "abstract"}
    assert call(fay, "patch", url, {"abstract": "Mine"}, If_Match=part["ETag"]).status_code == 200


def test_weak_and_any_etags_are_understood(call, fay, url):
    etag = call(fay, "get", url)["ETag"]
    assert call(fay, "patch", url, {"abstract": "1"}, If_Match=f"W/{etag}").status_code == 200
    assert call(fay, "patch", url, {"abstract": "2"}, If_Match="*").status_code == 200
    assert call(fay, "patch", url, {"abstract": "3"}, If_Match='"nonsense"').status_code == 409


def test_without_if_match_the_last_one_writes(call, fay, ada, url):
    call(fay, "get", url)
    call(ada, "patch", url, {"abstract": "Theirs"})
    assert call(fay, "patch", url, {"abstract": "Mine"}).json()["abstract"] == "Mine"


def test_a_list_is_not_edited_with_or_without_if_match(call, ada, url):
    for headers in ({}, {"If_Match": "*"}):
        answer = call(ada, "patch", "/api/v1/case-studies/", {"abstract": "x"}, **headers)
        assert answer.status_code == 405
        assert answer["Content-Type"] == "application/problem+json"


def test_a_stale_edit_is_refused_when_the_base_has_expired(call, fay, ada, url):
    etag = call(fay, "get", url)["ETag"]
    call(ada, "patch", url, {"abstract": "Theirs"})
    cache.clear()
    refused = call(fay, "patch", url, {"abstract": "Mine"}, If_Match=etag)
    assert refused.status_code == 409
    assert refused.json()["base"] is None


def test_no_base_outlives_the_text_that_is_erased(call, fay, ada, bob, url, django_capture_on_commit_callbacks):
    etag = call(fay, "get", url)["ETag"]
    call(ada, "patch", url, {"abstract": "Theirs"})
    cache.set("another", "value")
    key = str(CaseStudy.objects.get().pk)
    what = {"kind": "casestudies.casestudy", "key": key, "ground": "redaction", "by": bob}
    preview_of(**what)
    assert call(fay, "patch", url, {"abstract": "Mine"}, If_Match=etag).json()["base"]["abstract"] == "At first"
    with django_capture_on_commit_callbacks(execute=True):
        erase(**what)
    refused = call(fay, "patch", url, {"abstract": "Mine"}, If_Match=etag)
    assert refused.status_code == 409
    assert refused.json()["base"] is None
    assert cache.get("another") == "value"


def test_nobody_learns_a_base_of_what_they_may_not_see(call, fay, charlie, url):
    etag = call(fay, "get", url)["ETag"]
    assert call(charlie, "patch", url, {"abstract": "x"}, If_Match=etag).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_edits_at_once_with_one_etag_one_wins(fay, token_for):
    url = f"/api/v1/case-studies/{make_case_study(fay).slug}/"
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token_for(fay)}"}
    etag = APIClient().get(url, **bearer)["ETag"]
    start, statuses = threading.Barrier(4), []

    def edit(number):
        start.wait()
        body = {"abstract": f"By {number}"}
        statuses.append(APIClient().patch(url, body, **bearer, HTTP_IF_MATCH=etag).status_code)
        connections.close_all()

    threads = [threading.Thread(target=edit, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 409, 409, 409]
