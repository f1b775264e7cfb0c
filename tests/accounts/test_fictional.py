"""The demo's invented people, whose passwords are printed, stay outside where debug is off."""

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from lipse_site.demo.people import demo_password, make_people

NAME = "demo-reader"


@pytest.fixture
def demo(db):
    cache.clear()
    make_people()


def sign_in(client, login=NAME):
    return client.post("/accounts/login/", {"login": login, "password": demo_password(NAME)})


def is_in(client):
    return client.get("/my-account/").status_code == 200


def test_people_of_the_demo_are_marked(demo, ada):
    assert set(User.objects.filter(is_fictional=True).values_list("username", flat=True)) >= {NAME, "demo-admin"}
    assert not User.objects.get(pk=ada.pk).is_fictional


def test_they_come_in_with_debug_on(client, demo, settings):
    settings.DEBUG = True
    sign_in(client)
    assert is_in(client)


@pytest.mark.parametrize("login", [NAME, f"{NAME}@demo.invalid"])
def test_passwords_of_fictional_people_are_refused_with_debug_off(client, demo, login):
    page = sign_in(client, login)
    assert page["Location"] == "/accounts/inactive/"
    assert not is_in(client)


def test_a_session_from_before_ends_with_debug_off(client, demo, settings):
    settings.DEBUG = True
    sign_in(client)
    settings.DEBUG = False
    assert not is_in(client)


def test_a_token_from_before_ends_with_debug_off(api_client, demo, settings, token_for):
    secret = token_for(User.objects.get(username=NAME))
    settings.DEBUG = True
    assert api_client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 200
    settings.DEBUG = False
    assert api_client.get("/api/v1/me/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 401


def test_real_people_come_in_either_way(rita, settings, client_of):
    assert is_in(client_of(rita))
    settings.DEBUG = True
    assert is_in(client_of(rita))
    assert not is_in(Client())
