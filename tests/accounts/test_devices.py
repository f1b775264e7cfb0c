"""The key of a browser: one for each person, the same again, nothing for nobody."""

import base64
import uuid

import pytest
from django.urls import reverse

from accounts.models import Device

pytestmark = pytest.mark.django_db
BROWSER = str(uuid.UUID(int=7))


def issued(client, device: str = BROWSER):
    return client.post(reverse("device-key"), {"device": device})


def test_a_browser_gets_the_same_key_again_and_another_person_gets_another(client_of, ada, rita) -> None:
    first = issued(client_of(ada))
    again = issued(client_of(ada))
    other = issued(client_of(rita))
    assert first.json() == again.json()
    assert len(base64.b64decode(first.json()["key"])) == 32
    assert first.json()["person"] == str(ada.pk)
    assert first["Cache-Control"] == "no-store"
    assert other.json()["key"] != first.json()["key"]
    assert Device.objects.count() == 2


def test_another_browser_of_a_person_gets_another_key(client_of, ada) -> None:
    first, other = issued(client_of(ada)), issued(client_of(ada), str(uuid.UUID(int=8)))
    assert first.json()["key"] != other.json()["key"]


def test_nobody_and_a_wrong_name_get_no_key(client, client_of, ada) -> None:
    assert issued(client).status_code == 401
    assert issued(client_of(ada), "me").status_code == 422
    assert Device.objects.count() == 0
