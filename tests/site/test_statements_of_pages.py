"""What the pages that people open most cost the database, once the process has answered each before."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.casestudies import make_case_study, make_event, make_note
from tests.factories.complaints import load_records, make_dataset


@pytest.fixture
def pages(fay, ada):
    """The most statements of each page, three of them for the session, the person and the roles."""
    [record] = load_records(make_dataset(fay.memberships.get().organisation), [{"reference": "A-1", "country": "NL"}])
    cases = [make_case_study(fay) for _ in range(3)]
    for case_study in cases:
        make_event(case_study, fay)
        make_note(case_study, fay)
    return {
        "/case-studies/": 9,
        cases[0].get_absolute_url(): 27,
        "/complaint-records/?country=NL": 9,
        f"/complaint-records/{record}/": 10,
        "/today/": 8,
        "/field-notes/": 7,
    }


def statements_of(browser, address):
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)


def test_the_pages_that_people_open_most_cost_few_statements(pages, client_of, fay):
    browser = client_of(fay)
    for address in pages:
        browser.get(address)
    assert {address: statements_of(browser, address) for address in pages} == pages


def test_the_page_of_someone_who_signs_in_asks_for_the_ways_to_do_so_once(client, db):
    client.get("/accounts/login/")
    assert statements_of(client, "/accounts/login/") == 1
