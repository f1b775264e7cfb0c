"""Where the database goes away while a row is checked, nobody is told that the row is wrong."""

import pytest
from django.db import connection

from casestudies.actions import cases
from casestudies.models import CaseStudy

pytestmark = pytest.mark.django_db(transaction=True)
DRAFT = {"working_title": "Gardens", "country": "EE", "abstract": "Gardens."}


@pytest.fixture
def goes_away(monkeypatch):
    """The connection ends once, just before a case study is checked and stored."""
    store, left = cases.store, [connection]

    def without(case_study, **more):
        while left:
            left.pop().connection.close()
        return store(case_study, **more)

    monkeypatch.setattr(cases, "store", without)


def test_a_program_is_told_to_try_again_and_not_that_its_row_is_refused(api_client, token_for, ada, goes_away):
    api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(ada)}")
    api_client.raise_request_exception = False

    answer = api_client.post("/api/v1/case-studies/", DRAFT, format="json")
    assert answer.status_code == 503
    assert "Nothing was saved" in answer.json()["detail"]
    assert api_client.post("/api/v1/case-studies/", DRAFT, format="json").status_code == 201


def test_a_form_is_answered_with_the_page_of_503(client_of, ada, goes_away):
    browser = client_of(ada)
    browser.raise_request_exception = False

    assert browser.post("/case-studies/new/", DRAFT).status_code == 503
    assert CaseStudy.objects.count() == 0
