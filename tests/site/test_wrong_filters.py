"""A list with a filter that it does not have: what is wrong, and the whole list below."""

import pytest

pytestmark = pytest.mark.django_db

LISTS = (
    "/case-studies/", "/events/", "/field-notes/", "/complaint-records/", "/datasets/", "/questionnaires/",
    "/organisations/", "/people/", "/audit-trail/", "/codebooks/", "/rounds/",
)  # fmt: skip


@pytest.mark.parametrize("address", LISTS)
def test_a_wrong_filter_is_reported_once_and_not_as_an_empty_list(client_of, ada, address):
    page = client_of(ada).get(f"{address}?colour=red")

    text = page.content.decode()
    assert page.status_code == 400
    assert text.count("This list has no such filter.") == 1
    assert "Allowed:" not in text
    assert 'class="empty' not in text
    assert "The full list is shown, without filters." in text


def test_the_whole_list_is_shown_below_what_is_wrong(client_of, ada):
    page = client_of(ada).get("/organisations/?colour=red&ordering=name")

    assert "Alpha University" in page.content.decode()
