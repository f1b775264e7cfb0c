"""Where the database goes away while a row is checked, nobody is told that the row is wrong."""

from contextlib import suppress

import psycopg2
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, OperationalError, connection
from django.db.models import Q

from rest.forms import attempt

pytestmark = pytest.mark.django_db(transaction=True)
DRAFT = {"working_title": "Gardens", "country": "EE", "abstract": "Gardens."}


def end(one):
    other = psycopg2.connect(**{k: v for k, v in one.get_connection_params().items() if k != "cursor_factory"})
    with other, other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [one.connection.info.backend_pid])
    other.close()


@pytest.fixture
def goes_away(monkeypatch):
    """A list: the server ends each connection in it just before it is asked whether another row has the same value."""
    check, left = Q.check, []

    def without(self, against, using="default"):
        while left and "Exists" in str(self):
            end(left.pop())
        return check(self, against, using=using)

    monkeypatch.setattr(Q, "check", without)
    yield left
    connection.close()


def test_a_program_is_told_to_try_again_and_not_that_its_row_is_refused(api_client, token_for, ada, goes_away):
    api_client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_for(ada)}")
    api_client.raise_request_exception = False
    goes_away.append(connection)

    answer = api_client.post("/api/v1/case-studies/", DRAFT, format="json")
    assert answer.status_code == 503
    assert "Nothing was saved" in answer.json()["detail"]
    assert api_client.post("/api/v1/case-studies/", DRAFT, format="json").status_code == 201


def test_a_form_is_not_told_what_nobody_could_check(db):
    def refused():
        connection.ensure_connection()
        end(connection)
        with suppress(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        raise ValidationError("Another case study has this persistent identifier.")

    with pytest.raises(OperationalError):
        attempt(refused)
    connection.close()
