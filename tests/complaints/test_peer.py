"""The peer of the benchmark of the API reads the same records: beside one that answers nothing, no ratio is true."""

import pytest
from rest_framework.test import APIRequestFactory

from benchmarks.peer_api import PlainDetail, PlainList
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.django_db
# What the peer does not look for. It looks for issues and recommendations, of which the benchmark has none.
WITHOUT = ("codes", "withheld", "provenance")


def test_the_peer_gives_the_records_of_the_api(api_client, alpha):
    dataset = make_dataset(alpha, slug="ombudsman")
    pk, other = load_records(dataset, [{"received_on": "2026-01-01", "amount": "12.50"}, {"finding": "upheld"}])
    request = APIRequestFactory().get("/peer/")

    listed = PlainList.as_view()(request).render()
    one = PlainDetail.as_view()(request, pk=pk).render()

    ours = api_client.get("/api/v1/complaint-records/", {"ordering": "id"}).json()["results"]
    assert [row["id"] for row in ours] == [pk, other]
    assert [_without(row) for row in listed.data["results"]] == [_without(row) for row in ours]
    assert _without(one.data) == _without(ours[0])


def _without(row):
    return {name: value for name, value in row.items() if name not in WITHOUT}
