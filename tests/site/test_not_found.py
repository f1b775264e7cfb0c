"""An address at which nothing is: the page of the site with the way back, in debug mode as without."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[True, False], ids=["debug", "plain"])
def visitor(request, settings):
    settings.DEBUG = request.param
    return Client()


@pytest.mark.parametrize("address", ["/nowhere/", "/case-studies/no-such-case/", "/complaint-records/999999999/"])
def test_a_page_that_is_not_there_shows_the_way_back(visitor, address):
    page = visitor.get(address)

    assert page.status_code == 404
    assert "Page not found" in page.content.decode()
    assert 'href="/"' in page.content.decode()
    assert "urlpatterns" not in page.content.decode()
    assert "Using the URLconf" not in page.content.decode()


def test_below_the_api_it_is_a_problem_document(visitor):
    answer = visitor.get("/api/v1/nowhere/")

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_an_address_without_its_final_slash_leads_to_the_page(visitor):
    assert visitor.get("/help").headers["Location"] == "/help/"


def test_an_address_for_a_button_alone_says_so(client_of, ada):
    page = client_of(ada).get("/my-account/sessions/end/")

    assert page.status_code == 405
    assert page["Allow"] == "POST"
    assert "This address has no page" in page.content.decode()
