"""Work of one person is never stored as another's: the header `X-Written-By`."""

import uuid

import pytest
from django.urls import reverse

from casestudies.models import FieldNote
from tests.factories.casestudies import make_case_study, note_content

pytestmark = pytest.mark.django_db


@pytest.fixture
def put(fay, client_of):
    """`put(client, writer)`: the status and the problem of a note sent as the work of `writer`."""
    content = note_content(make_case_study(fay))
    body = {**content, "case_study": content["case_study"].slug, "event": None}

    def send(client, writer=None, **headers):
        named = {} if writer is None else {"X-Written-By": writer}
        address = f"/api/v1/field-notes/{uuid.uuid4()}/"
        answer = client.put(address, body, content_type="application/json", headers=named | headers)
        return answer.status_code, answer.json().get("type", "")

    return send


def test_work_is_stored_as_the_person_who_wrote_it_and_as_nobody_else(put, client, client_of, fay, ada) -> None:
    assert put(client_of(fay), str(fay.pk)) == (201, "")
    assert put(client_of(fay)) == (201, "")
    assert put(client_of(fay), str(ada.pk)) == (409, "urn:lipse:problem:other_person")
    assert put(client_of(fay), "fay") == (409, "urn:lipse:problem:other_person")
    assert put(client, str(fay.pk)) == (401, "urn:lipse:problem:not_authenticated")
    assert FieldNote.objects.count() == 2


def test_the_person_of_a_token_is_compared_too(put, client, token_for, fay, ada) -> None:
    bearer = {"Authorization": f"Bearer {token_for(fay)}"}
    assert put(client, str(fay.pk), **bearer) == (201, "")
    assert put(client, str(ada.pk), **bearer) == (409, "urn:lipse:problem:other_person")


def test_forms_of_pages_are_held_to_it(client, client_of, fay, ada) -> None:
    address = reverse("sessions-end")
    assert client_of(fay).post(address, headers={"X-Written-By": str(ada.pk)}).status_code == 409
    assert client_of(fay).post(address, headers={"X-Written-By": str(fay.pk)}).status_code == 303
    assert client.post(address, headers={"X-Written-By": str(fay.pk)}).status_code == 401
    assert client.post(address).status_code == 302


def test_reading_is_not_held_to_it(client_of, fay, ada) -> None:
    assert client_of(fay).get("/today/", headers={"X-Written-By": str(ada.pk)}).status_code == 200
