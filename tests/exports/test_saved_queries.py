"""Queries that are kept under a name: seen by one person, or by whoever has the link, each with their own access."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import AuditEvent
from exports.actions import save_query, share_query
from exports.models import SavedQuery
from tests.factories.complaints import load_records, make_dataset

LIST = "/api/v1/complaint-records/"
NEW = "/saved-queries/new/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(alpha):
    dataset = make_dataset(alpha, access="consortium")
    load_records(dataset, [{"subject": f"Roof {n}", "country": "NL"} for n in range(3)])
    return dataset


@pytest.fixture
def saved(rita, dataset):
    return save_query(name="Dutch", query=f"{LIST}?country=NL&cursor=x&page_size=5", by=rita)


def test_filters_are_kept_without_what_belongs_to_one_page(client_of, rita, dataset):
    answer = client_of(rita).post(NEW, {"name": "Dutch", "query": f"{LIST}?country=NL&page_size=9", "is_shared": ""})
    saved = SavedQuery.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, saved.get_absolute_url())
    assert (saved.list_url, saved.is_shared) == ("/complaint-records/?country=NL", False)
    assert AuditEvent.objects.filter(action="query.saved", actor=rita).exists()
    page = client_of(rita).get("/saved-queries/").content.decode()
    assert saved.get_absolute_url() in page
    assert "country=NL" in page


def test_the_list_of_records_offers_to_save_its_filters(client_of, client, rita, dataset):
    page = client_of(rita).get("/complaint-records/?country=NL&columns=country").content.decode()
    assert f"{NEW}?query=%2Fapi%2Fv1%2Fcomplaint-records%2F%3Fcountry%3DNL" in page
    assert NEW not in client.get("/complaint-records/").content.decode()


def test_nobody_else_opens_it_until_it_is_shared_and_then_with_their_own_access(client_of, client, rita, ada, saved):
    address = saved.get_absolute_url()
    assert [one.get(address).status_code for one in (client_of(ada), client)] == [404, 404]
    client_of(rita).post(f"{address}share/", {"shared": "yes"})
    mine, theirs, public = (one.get(address) for one in (client_of(rita), client_of(ada), client))
    assert [answer.context["found"].count.value for answer in (mine, theirs, public)] == [3, 3, 0]
    # Who made it is said to members only, and a link is no entry in the lists of others.
    assert str(rita) in theirs.content.decode()
    assert str(rita) not in public.content.decode()
    assert address not in client_of(ada).get("/saved-queries/").content.decode()
    assert client_of(ada).post(f"{address}share/", {"shared": "no"}).status_code == 404
    client_of(rita).post(f"{address}share/", {"shared": "no"})
    assert client_of(ada).get(address).status_code == 404


def test_a_query_whose_field_is_gone_says_so(client_of, rita, saved):
    SavedQuery.objects.update(query=f"{LIST}export/?colour=red&country=NL")
    answer = client_of(rita).get(saved.get_absolute_url())
    page = answer.content.decode()
    assert answer.status_code == 200
    assert [error["field"] for error in answer.context["found"].errors] == ["colour"]
    assert "This query cannot be answered as it was saved" in page
    assert "rows.csv" not in page
    SavedQuery.objects.update(query="/api/v1/no-such-list/export/")
    assert client_of(rita).get(saved.get_absolute_url()).context["found"].errors[0]["code"] == "not_exported"


@pytest.mark.parametrize("query", ["/api/v1/no-such-list/", "/complaint-records/", "/api/v1/codings/", "/healthz", ""])
def test_what_is_no_list_with_a_page_cannot_be_saved(client_of, rita, dataset, query):
    assert client_of(rita).post(NEW, {"name": "x", "query": query}).status_code == 422
    assert not SavedQuery.objects.exists()


def test_names_of_a_person_differ(rita, ada, saved):
    with pytest.raises(ValidationError, match="Choose another name"):
        save_query(name="Dutch", query=LIST, by=rita)
    assert save_query(name="Dutch", query=LIST, by=ada).pk


def test_it_is_deleted_by_the_person_whose_it_is_only(client_of, rita, ada, saved):
    share_query(saved=saved, is_shared=True, by=rita)
    address = f"{saved.get_absolute_url()}delete/"
    assert client_of(ada).post(address).status_code == 404
    assert client_of(rita).post(address).status_code == 303
    assert not SavedQuery.objects.exists()
