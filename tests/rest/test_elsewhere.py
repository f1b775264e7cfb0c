"""Public data from pages of other sites, and `.json` and `.csv` after the address of a page."""

import pytest

from tests.factories.complaints import load_records, make_dataset

LIST = "/api/v1/complaint-records/"
OTHER = {"Origin": "https://example.org"}

pytestmark = pytest.mark.django_db


def test_a_page_of_another_site_may_read_what_everybody_may(api_client):
    answer = api_client.get(LIST, headers=OTHER)
    assert answer.status_code == 200
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer
    assert "RateLimit" in answer["Access-Control-Expose-Headers"]


def test_it_may_not_read_as_somebody(api_client, token_for, rita, client_of):
    bearer = {"Authorization": f"Bearer {token_for(rita)}"}
    assert "Access-Control-Allow-Origin" not in api_client.get(LIST, headers=OTHER | bearer)
    assert "Access-Control-Allow-Origin" not in client_of(rita).get(LIST, headers=OTHER)
    assert "Access-Control-Allow-Origin" not in api_client.get("/complaint-records/", headers=OTHER)


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_it_is_not_given_leave_to_write_or_to_send_a_token(api_client, method):
    asked = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": "authorization"}
    answer = api_client.options(LIST, headers=OTHER | asked)
    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "uthorization" not in answer["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("page", "data"),
    [
        ("/complaint-records.json?country=NL&columns=kind&finding=", f"{LIST}?country=NL"),
        ("/complaint-records/.json", LIST),
        ("/complaint-records.csv?country=NL", f"{LIST}export/?country=NL&format=csv"),
        (
            "/complaint-records.csv?country=NL&ordering=-closed_on&page_size=5&view=map",
            f"{LIST}export/?country=NL&format=csv",
        ),
        ("/datasets/letters.json", "/api/v1/datasets/letters/"),
        ("/datasets.csv?theme=innovation-inputs", "/api/v1/datasets/export/?theme=innovation-inputs&format=csv"),
    ],
)
def test_the_format_after_an_address_leads_to_its_data(client, page, data):
    answer = client.get(page)
    assert (answer.status_code, answer["Location"]) == (302, data)


def test_it_leads_to_the_same_rows(client, alpha):
    load_records(make_dataset(alpha), [{"country": "NL"}] * 2 + [{"country": "BE"}])
    assert len(client.get("/complaint-records.json?country=NL", follow=True).json()["results"]) == 2
    file = client.get("/complaint-records.csv?country=NL&ordering=-received_on&page_size=1", follow=True)
    assert (file.status_code, file["Lipse-Rows"]) == (200, "2")
    file.close()


@pytest.mark.parametrize("address", ["/nothing.json", "/people.csv", "/static/nothing.json", "/Complaint.json"])
def test_an_address_without_data_is_not_found(client, address):
    assert client.get(address).status_code == 404
