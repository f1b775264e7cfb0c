"""A published version is read once: what the pages that use one cost the database."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.coding import code, make_codebook, make_round
from tests.factories.surveys import make_wave

pytestmark = pytest.mark.django_db
PARTS = re.compile(r'FROM "(surveys_(?:section|item|choice|scale)|coding_code)"|__rank_table')


@pytest.fixture
def statements():
    """`statements(call)`: how many statements a request costs, and how many of them read parts of a version alone."""

    def count(call):
        with CaptureQueriesContext(connection) as queries:
            assert call().status_code in (200, 302, 303)
        return len(queries), [query["sql"] for query in queries.captured_queries if PARTS.search(query["sql"])]

    return count


def test_the_coding_page_reads_its_codebook_once_and_then_never(client_of, bob, cody, statements):
    book = make_codebook(bob)
    make_round(bob, [cody], book=book)
    browser = client_of(cody)
    at = browser.post("/assignments/next/")["Location"]
    given = {"codes": [code(book, "delay").pk], "memo": "", "act": "save"}
    first, read = statements(lambda: browser.get(at))
    assert (first, len(read)) == (9, 1)
    assert statements(lambda: browser.get(at)) == (8, [])
    assert statements(lambda: browser.post(at, given)) == (22, [])


def test_a_respondents_page_reads_its_questionnaire_once_and_then_never(ada, alpha, statements):
    door = reverse("respond", args=[make_wave(ada, alpha).key])
    read = statements(lambda: Client().post(door))[1]
    assert len(read) == 4
    at = Client().post(door)["Location"]
    assert statements(lambda: Client().get(at)) == (3, [])
    assert statements(lambda: Client().post(at, {"q.age": "30", "q.complained": "no"})) == (11, [])
