"""The ETag of an export is known without making it, and another one after each change of what it contains."""

import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction

from accounts.audit import record
from accounts.roles import AccessLevel
from complaints import partitions, value_counts
from complaints.api.records import ComplaintRecordViewSet
from complaints.models import ComplaintRecord, FollowUp, Issue, Recommendation, RecordUnit
from complaints.serializers import RecordSerializer
from exports import sending
from exports.copying import CopiedRows
from imports.models import Dataset
from tests.exports.conftest import without_neighbours
from tests.exports.copies import another_connection
from tests.factories.coding import make_units
from tests.factories.complaints import load_records, make_dataset

pytestmark = pytest.mark.django_db(transaction=True)
EXPORT = "/api/v1/complaint-records/export/?format=csv"


def sql(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def etag(client, address=EXPORT):
    without_neighbours()
    answer = client.head(address)
    assert answer.status_code == 200
    return answer["ETag"]


@pytest.fixture
def loaded(alpha):
    """Two records in a dataset that was loaded at once, and what is stored with the first."""
    dataset = make_dataset(alpha)
    first, second = load_records(dataset, [{"narrative": "One", "reference": "A"}, {"narrative": "Two"}])
    of_first = {"dataset_id": dataset.pk, "record_id": first}
    issue = Issue.objects.create(scheme="s", category="c", **of_first)
    advice = Recommendation.objects.create(text="Repair", **of_first)
    follow_up = FollowUp.objects.create(recommendation=advice, scale="s", raw_value="done")
    # The state names older transactions that still run, also those of other tests' databases.
    without_neighbours()
    return dataset, first, second, issue, advice, follow_up


CHANGES = {
    "a record is edited": lambda d, first, *_: sql(
        "UPDATE complaints_complaintrecord SET subject = 'x' WHERE id = %s", first
    ),
    "a record is edited by the name of its partition": lambda d, first, *_: sql(
        f"UPDATE {partitions.table_of(d.pk)} SET subject = 'x' WHERE id = %s", first
    ),
    "a record is deleted": lambda d, first, second, *_: sql(
        "DELETE FROM complaints_complaintrecord WHERE id = %s", second
    ),
    "a record is added": lambda d, *_: load_records(d, [{}]),
    "a dataset appears": lambda d, *_: load_records(make_dataset(d.organisation), [{}]),
    "a dataset is closed": lambda d, *_: Dataset.objects.filter(pk=d.pk).update(access=AccessLevel.RESTRICTED),
    "letters are withheld": lambda d, *_: Dataset.objects.filter(pk=d.pk).update(
        narrative_access=AccessLevel.CONSORTIUM
    ),
    "a dataset has another title": lambda d, *_: Dataset.objects.filter(pk=d.pk).update(title="Other"),
    "an issue is edited": lambda d, f, s, issue, *_: Issue.objects.filter(pk=issue.pk).update(category="other"),
    "an issue is deleted": lambda d, f, s, issue, *_: issue.delete(),
    "a recommendation is edited": lambda d, f, s, i, advice, _: Recommendation.objects.filter(pk=advice.pk).update(
        text="Other"
    ),
    "a follow-up is added": lambda d, f, s, i, advice, _: FollowUp.objects.create(
        recommendation=advice, scale="s", raw_value="other"
    ),
    "a follow-up is deleted": lambda d, f, s, i, a, follow_up: follow_up.delete(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_of_what_is_visible_gives_another_etag(api_client, loaded, change):
    before = etag(api_client)
    assert etag(api_client) == before
    body = b"".join(api_client.get(EXPORT).streaming_content)
    CHANGES[change](*loaded)
    assert etag(api_client) != before, change
    assert change == "a dataset has another title" or b"".join(api_client.get(EXPORT).streaming_content) != body


def test_a_unit_for_coding_is_a_change_for_who_sees_codes(api_client, loaded, ada, token_for):
    dataset, first, *_ = loaded
    [unit] = make_units(ada, texts=1)
    before = etag(api_client)
    RecordUnit.objects.create(dataset=dataset, record_id=first, unit=unit)
    assert etag(api_client) != before


def test_what_the_export_does_not_contain_changes_nothing(api_client, loaded, ada):
    before = etag(api_client)
    record("thing.done", by=ada)
    with transaction.atomic():
        sql("UPDATE complaints_complaintrecord SET subject = 'y'")
        transaction.set_rollback(True)
    assert etag(api_client) == before


def test_counting_the_records_of_a_dataset_changes_nothing(api_client, loaded):
    before = etag(api_client)
    value_counts.renew()
    assert etag(api_client) == before


def test_another_person_query_or_choice_of_columns_is_another_export(api_client, loaded, ada, client_of):
    Dataset.objects.filter(pk=loaded[0].pk).update(narrative_access=AccessLevel.CONSORTIUM)
    found = {
        etag(api_client),
        etag(client_of(ada)),
        etag(api_client, f"{EXPORT}&kind=complaint"),
        etag(api_client, f"{EXPORT}&fields=id,subject"),
        etag(api_client, f"{EXPORT}&fields=subject,id"),
        etag(api_client, EXPORT.replace("csv", "jsonl")),
    }
    assert len(found) == 6


def test_a_change_that_is_committed_after_a_later_one_gives_another_etag(api_client, loaded):
    _dataset, first, second, *_ = loaded
    with another_connection() as slow:
        with slow.cursor() as cursor:
            cursor.execute("UPDATE complaints_complaintrecord SET subject = 'slow' WHERE id = %s", [first])
        sql("UPDATE complaints_complaintrecord SET subject = 'fast' WHERE id = %s", second)
        between = api_client.head(EXPORT)["ETag"]
        slow.commit()
    assert etag(api_client) != between


def test_an_export_without_a_dataset_is_empty_and_has_an_etag(api_client, transactional_db):
    assert api_client.head(EXPORT)["Lipse-Rows"] == "0"
    assert etag(api_client)


def test_who_has_the_rows_already_gets_304_without_a_file(api_client, loaded):
    address = f"{EXPORT}&fields=id,subject"
    first = api_client.get(address)
    assert b"".join(first.streaming_content)
    again = api_client.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again["ETag"], again.content) == (304, first["ETag"], b"")


def test_head_describes_the_file_and_after_a_download_its_bytes(api_client, loaded):
    before = api_client.head(EXPORT)
    assert before["Lipse-Rows"] == "2"
    assert not before.has_header("Content-Length")
    sent = api_client.get(EXPORT, headers={"Want-Repr-Digest": "sha-256=1"})
    body = b"".join(sent.streaming_content)
    sent.close()
    after = api_client.head(EXPORT)
    assert (after["ETag"], after["Repr-Digest"]) == (before["ETag"], sent["Repr-Digest"])
    assert after["Content-Length"] == str(len(body))


def test_a_transaction_that_has_written_has_no_name_for_its_state(loaded):
    rows = ComplaintRecord.objects.visible_to(AnonymousUser())
    copied = ComplaintRecordViewSet().copied(rows, RecordSerializer.reader(["id", "subject"]))
    assert copied.state("csv")
    with transaction.atomic():
        sql("UPDATE complaints_complaintrecord SET subject = 'z'")
        assert copied.state("csv") is None


def test_a_large_file_begins_before_it_is_complete_and_one_that_fails_ends_in_an_error(api_client, loaded, monkeypatch):

    monkeypatch.setattr(sending, "FIRST_SECONDS", 0)
    wait = {"seconds": 0.3}

    whole = CopiedRows.write_csv

    def slowly(self, file):
        time.sleep(wait["seconds"])
        return whole(self, file)

    monkeypatch.setattr(CopiedRows, "write_csv", slowly)
    answer = api_client.get(EXPORT)
    assert not answer.has_header("Content-Length")
    assert answer["Lipse-Rows"] == "2"
    assert len(b"".join(answer.streaming_content).splitlines()) == 3

    def broken(self, file):
        slowly(self, file)
        raise ConnectionError("The disk is full.")

    monkeypatch.setattr(CopiedRows, "write_csv", broken)
    with pytest.raises(ConnectionError):
        b"".join(api_client.get(EXPORT).streaming_content)
    monkeypatch.setattr(CopiedRows, "write_csv", lambda self, file: whole(self, file) - 1 or time.sleep(0.2))
    with pytest.raises(RuntimeError):
        b"".join(api_client.get(EXPORT).streaming_content)
