"""Who read a letter that is withheld from others is in the audit trail."""

import pytest

from accounts.models import AuditEvent
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.django_db


@pytest.fixture
def letters(alpha):
    """A public dataset whose letters only Alpha reads, with three records."""
    dataset = make_dataset(alpha, access="public", narrative_access="restricted")
    rows = [{"reference": f"A-{n}", "subject": "A quay", "narrative": f"The mayor wrote {n}."} for n in range(3)]
    return dataset, load_records(dataset, rows)


def reads():
    events = AuditEvent.objects.filter(action__in=["letter.read", "letters.exported"]).order_by("pk")
    return [(e.action, e.actor and e.actor.username, e.target_type, e.target_id) for e in events]


WAYS = {
    "page": "/complaint-records/{0}/",
    "api": "/api/v1/complaint-records/{0}/",
    "list": "/api/v1/complaint-records/?page_size=1&ordering=id",
    "columns": "/api/v1/complaint-records/?page_size=1&ordering=id&fields=narrative",
}


@pytest.mark.parametrize("way", WAYS)
def test_each_way_of_reading_a_withheld_letter_is_recorded(client_of, rita, letters, way):
    _dataset, ids = letters
    assert client_of(rita).get(WAYS[way].format(ids[0])).status_code == 200
    assert reads() == [("letter.read", "rita", "complaints.complaintrecord", str(ids[0]))]


def test_a_search_that_quotes_letters_is_a_read_of_each(client_of, rita, letters):
    client_of(rita).get("/complaint-records/?search=mayor")
    assert {event[3] for event in reads()} == {str(pk) for pk in letters[1]}


def test_an_export_is_recorded_once_for_each_dataset(client_of, rita, letters):
    answer = client_of(rita).get("/api/v1/complaint-records/export/?format=csv")
    assert b"mayor" in b"".join(answer.streaming_content)
    assert reads() == [("letters.exported", "rita", "imports.dataset", str(letters[0].pk))]


def test_fields_that_nobody_withholds_are_no_read(client_of, rita, letters):
    client_of(rita).get("/api/v1/complaint-records/?fields=id,subject")
    client_of(rita).get("/complaint-records/")
    b"".join(client_of(rita).get("/api/v1/complaint-records/export/?format=csv&fields=id").streaming_content)
    assert not reads()


def test_from_whom_they_are_withheld_reads_nothing(client_of, charlie, client, letters):
    for browser in (client_of(charlie), client):
        browser.get(f"/complaint-records/{letters[1][0]}/")
        browser.get(f"/api/v1/complaint-records/{letters[1][0]}/")
    assert not reads()


def test_letters_that_everyone_reads_are_not_recorded(client_of, rita, alpha):
    [pk] = load_records(make_dataset(alpha), [{"reference": "B-1", "narrative": "Public"}])
    client_of(rita).get(f"/complaint-records/{pk}/")
    client_of(rita).get(f"/api/v1/complaint-records/{pk}/")
    assert not reads()
