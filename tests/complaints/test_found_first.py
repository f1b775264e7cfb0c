"""Rows that a search finds are counted alike whether their words or the other filters are looked at first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.complaints import load_records, make_dataset

API = "/api/v1/complaint-records/"
pytestmark = pytest.mark.django_db
SEARCHES = ["search=damp", "search=damp -roof", "search=-roof", "search==damp OR roof*"]
FILTERS = [
    "country=NL", "country__in=NL,BE&finding__not=upheld", "received_on__gte=2024-01-02&kind=complaint",
    "dataset=open", "dataset=closed&country=NL", "days_open__gte=2", "finding__isnull=false&status=closed",
]  # fmt: skip
ASKED = [
    "?count=exact&page_size=1&fields=id", "facets/?field=country,finding,respondent,extra.Region,dataset,received_year",
    "cross-table/?field=country,extra.Region", "days-open/?field=country",
]  # fmt: skip


@pytest.fixture
def asking(client_of, charlie, alpha):
    """One dataset with letters for everyone, one whose letters this person may not read."""
    rows = [
        {
            "subject": f"{'Damp wall' if n % 2 else 'Roof'} {n}", "narrative": "damp roofs" if n % 5 == 0 else "",
            "country": ("NL", "BE", "DE")[n % 3], "finding": ("upheld", "not-upheld", "")[n % 3],
            "received_on": f"2024-01-{1 + n % 5:02d}", "closed_on": f"2024-01-{6 + n % 3:02d}", "status": "closed",
            "language": ("en", "")[n % 2], "respondent": f"Office {n % 4}", "extra": f'{{"Region": "R{n % 2}"}}',
        }
        for n in range(30)
    ]  # fmt: skip
    load_records(make_dataset(alpha, slug="open", language="en"), rows)
    load_records(make_dataset(alpha, slug="closed", narrative_access="restricted", language="en"), rows)
    return client_of(charlie)


def answers(client):
    found = {}
    for search in SEARCHES:
        for filters in FILTERS:
            for asked in ASKED:
                address = f"{API}{asked}{'&'}{search}&{filters}"
                answer = client.get(address)
                assert answer.status_code == 200, (address, answer.content)
                found[address] = {
                    name: value for name, value in answer.json().items() if name not in ("changes", "next", "self")
                }
    return found


def test_counts_of_searches_are_the_same_found_by_words_first(asking, monkeypatch, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    expected = answers(asking)
    monkeypatch.setattr("rest.matches.MANY", 0)
    with CaptureQueriesContext(connection) as asked:
        found = answers(asking)
    assert found == expected
    assert any("OFFSET 0)" in one["sql"] for one in asked)
    counts = {answer["count"]["value"] for answer in found.values() if "count" in answer}
    assert len(counts) > 5, "the searches find different numbers"
