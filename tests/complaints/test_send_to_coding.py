"""Records become units of a coding round, and the codes applied are shown with the record."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from accounts.models import AuditEvent
from coding.actions import codings, queue, rounds
from coding.models import TextUnit
from complaints.actions import send_to_coding
from complaints.models import ComplaintRecord, RecordUnit
from tests.factories.coding import code, make_codebook, published
from tests.factories.complaints import load_records, make_dataset
from versions.pointing import pointer

pytestmark = pytest.mark.django_db
API = "/api/v1/complaint-records/"


@pytest.fixture
def plan(bob, cody, alpha):
    return rounds.create_round(
        organisation=alpha, version=published(make_codebook(bob)), values={"title": "First"}, coders=[cody], by=bob
    )


@pytest.fixture
def letters(alpha):
    dataset = make_dataset(alpha, slug="letters")
    load_records(
        dataset,
        [
            {"reference": f"L-{n}", "narrative": f"Letter {n}", "response": "Sorry", "finding": "upheld"}
            for n in range(4)
        ]
        + [{"reference": "empty"}],
    )
    return dataset


def seen_by(user, **filters):
    return ComplaintRecord.objects.visible_to(user).filter(**filters)


def test_units_have_the_context_that_a_coder_may_know(bob, plan, letters):
    added = send_to_coding(records=seen_by(bob), coding_round=plan, by=bob).added

    unit = TextUnit.objects.get(source_key="letters/L-0")
    assert added == plan.units.count() == RecordUnit.objects.count() == 4
    assert unit.text == "Letter 0\n\nSorry"
    assert "upheld" not in str(unit.context).lower()
    record = RecordUnit.objects.get(unit=unit).record
    assert pointer(unit.source_kind, unit.source_key, bob).url == record.get_absolute_url()
    assert AuditEvent.objects.filter(action="records.sampled").exists()


def test_sending_again_adds_nothing(bob, plan, letters):
    send_to_coding(records=seen_by(bob), coding_round=plan, by=bob)
    assert send_to_coding(records=seen_by(bob), coding_round=plan, by=bob).added == 0
    assert RecordUnit.objects.count() == 4


def test_a_sample_is_drawn(bob, plan, letters):
    assert send_to_coding(records=seen_by(bob), coding_round=plan, by=bob, at_most=2).added == 2


def test_only_lead_coders_send(rita, plan, letters):
    with pytest.raises(PermissionDenied):
        send_to_coding(records=seen_by(rita), coding_round=plan, by=rita)


def test_withheld_texts_are_not_sent(bob, beta, plan):
    hidden = make_dataset(beta, narrative_access="restricted")
    load_records(hidden, [{"narrative": "secret"}])
    with pytest.raises(ValidationError, match="None of these records"):
        send_to_coding(records=seen_by(bob), coding_round=plan, by=bob)
    assert not TextUnit.objects.exists()


def test_a_record_that_was_sent_cannot_be_deleted(bob, plan, letters):
    send_to_coding(records=seen_by(bob), coding_round=plan, by=bob)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM complaints_complaintrecord WHERE reference = 'L-0'")


def test_codes_are_shown_to_people_who_may_know_of_them(bob, cody, rita, plan, letters, api_client, token_for):
    send_to_coding(records=seen_by(bob, reference="L-0"), coding_round=plan, by=bob)
    rounds.open_round(coding_round=plan, by=bob)
    assignment = queue.take_next(by=cody)
    delay = code(plan.codebook_version.codebook, "delay")
    codings.apply_code(assignment=assignment, coding=codings.NewCoding(code=delay), by=cody)

    def read(user, **params):
        answer = api_client.get(API, params, headers={"Authorization": f"Bearer {token_for(user)}"})
        return {row["reference"]: row["codes"] for row in answer.json()["results"]}

    assert read(cody)["L-0"] == ["delay"]
    assert read(rita)["L-0"] == []
    assert set(read(cody, codes="delay")) == {"L-0"}
    assert read(rita, codes="delay") == {}


def test_the_page_sends_the_records_of_the_list(client_of, bob, plan, letters):
    client = client_of(bob)
    address = f"{reverse('record-send')}?reference__in=L-0,L-1"

    assert "2 records in the list" in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 422
    answer = client.post(address, {"coding_round": plan.pk})

    assert answer.status_code == 303
    assert plan.units.count() == 2


def test_a_list_with_a_wrong_query_is_not_sent(client_of, bob, plan, letters):
    address = f"{reverse('record-send')}?received_on__gte=yesterday"

    assert client_of(bob).get(address).status_code == 400
    assert client_of(bob).post(address, {"coding_round": plan.pk}).status_code == 400
    assert plan.units.count() == 0
