"""Where the database goes away while a row is checked, nobody is told that the row is wrong."""

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection

from casestudies.actions import cases
from rest.forms import attempt

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


def test_a_form_is_not_told_what_nobody_could_check(db):
    def refused():
        connection.ensure_connection()
        connection.connection.close()
        raise ValidationError("Another case study has this persistent identifier.")

    with pytest.raises(OperationalError):
        attempt(refused)
