"""Many equal requests at the same moment make one export, and one file."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from exports.models import Export
from tests.exports.asking import RECORDS, ask
from tests.exports.settled import is_settled
from tests.factories.complaints import load_records, make_dataset
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def test_equal_requests_at_the_same_moment_are_one_export(client_of, rita, alpha, monkeypatch):
    monkeypatch.setattr("exports.actions.wake_worker", lambda job: None)
    load_records(make_dataset(alpha), [{"subject": f"Roof {n}"} for n in range(25)])
    until(is_settled)
    clients = [client_of(rita) for _ in range(8)]

    def asked(client):
        try:
            return ask(client, f"{RECORDS}?country=NL", "parquet").json()["id"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(clients)) as executor:
        numbers = list(executor.map(asked, clients))
    assert len(set(numbers)) == 1
    assert Export.objects.count() == 1
