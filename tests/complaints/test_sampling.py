"""Only the texts of the sample are frozen, so that the import of the other records can be undone."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.roles import Role
from coding.actions import alike, codings, queue, rounds, samples
from coding.models import AlikeUnit, TextUnit
from coding.sampling import drawn
from complaints.actions import send_to_coding
from complaints.models import ComplaintRecord, RecordUnit
from imports.actions import undo_import
from imports.models import Dataset
from rest.problems import Conflict
from tests.conftest import person_at
from tests.factories import imports as loaded
from tests.factories.coding import code, make_codebook, published
from tests.factories.complaints import load_records, make_dataset
from tests.factories.imports import csv_of, import_bytes, letters, undo

pytestmark = pytest.mark.django_db


def plan_of(lead, coder, book, **values):
    organisation = lead.memberships.get().organisation
    values = {"title": f"Round of {lead}"} | values
    return rounds.create_round(
        organisation=organisation, version=published(book), values=values, coders=[coder], by=lead
    )


@pytest.fixture
def book(bob):
    return make_codebook(bob, access="consortium")


@pytest.fixture
def plan(bob, cody, book):
    return plan_of(bob, cody, book, seed=7)


@pytest.fixture
def bea(beta):
    return person_at(beta, "bea", Role.LEAD_CODER)


@pytest.fixture
def dataset(alpha):
    return loaded.make_dataset(alpha)


def seen_by(user, **filters):
    return ComplaintRecord.objects.visible_to(user).filter(**filters)


def open_to_all(dataset):
    Dataset.objects.filter(pk=dataset.pk).update(access="public", narrative_access="public")


def references(plan):
    units = TextUnit.objects.inside(plan.pk)
    return set(RecordUnit.objects.filter(unit__in=units).values_list("record__reference", flat=True))


def test_a_sample_of_six_freezes_six(dataset, bob, plan):
    import_bytes(dataset, csv_of(letters(300)), by=bob)

    sent = send_to_coding(records=seen_by(bob), coding_round=plan, by=bob, at_most=6)

    assert sent.added == TextUnit.objects.count() == RecordUnit.objects.count() == 6


def test_the_seed_draws_the_records_that_it_drew_when_all_were_frozen(dataset, bob, plan):
    import_bytes(dataset, csv_of(letters(300)), by=bob)
    in_order = list(ComplaintRecord.objects.order_by("id").values_list("reference", flat=True))

    send_to_coding(records=seen_by(bob), coding_round=plan, by=bob, at_most=6)

    assert references(plan) == set(drawn(in_order, seed=7, at_most=6))


def test_records_in_the_round_are_not_drawn_again(dataset, bob, plan):
    import_bytes(dataset, csv_of(letters(10)), by=bob)
    send_to_coding(records=seen_by(bob), coding_round=plan, by=bob, at_most=6)

    again = send_to_coding(records=seen_by(bob), coding_round=plan, by=bob, at_most=6)

    assert (again.added, again.already) == (4, 6)
    assert len(references(plan)) == 10


def test_a_sample_can_be_drawn_of_more_records_than_can_be_sent(dataset, bob, plan, monkeypatch):
    monkeypatch.setattr("complaints.actions.MOST_AT_ONCE", 5)
    import_bytes(dataset, csv_of(letters(20)), by=bob)

    with pytest.raises(ValidationError, match="up to 5 records"):
        send_to_coding(records=seen_by(bob), coding_round=plan, by=bob)
    assert send_to_coding(records=seen_by(bob), coding_round=plan, by=bob, at_most=5).added == 5


def test_the_page_says_why_records_were_left_out(client_of, alpha, beta, bob, plan):
    load_records(
        make_dataset(alpha, slug="own"),
        [{"narrative": "One"}, {"narrative": "  \n"}, {"narrative": "", "response": ""}, {"narrative": "\u00a0"}],
    )
    load_records(make_dataset(beta, slug="theirs", narrative_access="restricted"), [{"narrative": "Secret"}])
    browser = client_of(bob)

    browser.post(reverse("record-send"), {"coding_round": plan.pk})
    page = browser.get(f"/rounds/{plan.pk}/").content.decode()

    assert plan.units.count() == 1
    assert "1 text was added to" in page
    assert "records have no text." in page
    assert "The text of 1 record is withheld from you." in page


def test_an_import_without_a_record_of_the_sample_is_undone(dataset, bob, plan):
    import_bytes(dataset, csv_of(letters(30)), by=bob)
    second = import_bytes(dataset, csv_of(letters(30, first=31)), by=bob)
    first_thirty = [f"L{n:05}" for n in range(1, 31)]
    send_to_coding(records=seen_by(bob, reference__in=first_thirty), coding_round=plan, by=bob, at_most=6)

    undo(second, bob)

    assert second.state == "undone"
    assert ComplaintRecord.objects.count() == 30


def test_an_import_of_the_sample_is_undone_once_its_records_are_removed(dataset, bob, plan):
    run = import_bytes(dataset, csv_of(letters(40)), by=bob)
    send_to_coding(records=seen_by(bob), coding_round=plan, by=bob, at_most=6)

    with pytest.raises(Conflict, match=r"6 of its records were sent to coding.*A lead coder can remove them"):
        undo_import(run=run, by=bob)
    units = list(plan.units.values_list("unit", flat=True))
    samples.remove_units(coding_round=plan, unit_ids=units, by=bob)
    undo(run, bob)

    assert run.state == "undone"
    assert not RecordUnit.objects.exists()


def test_units_of_no_round_are_named_as_such_and_can_be_deleted(dataset, bob, plan):
    run = import_bytes(dataset, csv_of(letters(4)), by=bob)
    send_to_coding(records=seen_by(bob), coding_round=plan, by=bob)
    # As they were left by the draws before only samples were frozen.
    plan.units.all().delete()

    with pytest.raises(Conflict, match="4 of its records were sent to coding and are in no round"):
        undo_import(run=run, by=bob)
    samples.delete_unused_units(organisation=plan.organisation, by=bob)
    undo(run, bob)

    assert run.state == "undone"


def test_a_record_that_another_letter_stands_for_prevents_the_undo(dataset, bob, plan):
    run = import_bytes(dataset, csv_of(letters(1)), by=bob)
    send_to_coding(records=seen_by(bob), coding_round=plan, by=bob)
    unit = TextUnit.objects.get()
    AlikeUnit.objects.create(round=plan, round_unit=plan.units.get(), unit=unit, similarity=1, is_coded_once=True)
    with pytest.raises(Conflict, match="1 of its records was sent to coding"):
        undo_import(run=run, by=bob)


def test_two_organisations_code_the_same_public_record(dataset, alpha, beta, bob, bea, cody, book, plan):
    import_bytes(dataset, csv_of(letters(5)), by=bob)
    open_to_all(dataset)
    theirs = plan_of(bea, person_at(beta, "celia", Role.CODER), book)

    send_to_coding(records=seen_by(bob), coding_round=plan, by=bob)
    sent = send_to_coding(records=seen_by(bea), coding_round=theirs, by=bea)

    assert sent.added == 5
    own = set(TextUnit.objects.filter(organisation=alpha).values_list("source_key", "sha256"))
    other = set(TextUnit.objects.filter(organisation=beta).values_list("source_key", "sha256"))
    assert own == other
    assert len(own) == 5


def test_the_same_records_as_a_shared_round_are_drawn(dataset, alpha, beta, bob, bea, book, plan):
    import_bytes(dataset, csv_of(letters(40)), by=bob)
    open_to_all(dataset)
    hidden = make_dataset(alpha, slug="hidden", access="restricted", narrative_access="restricted")
    load_records(hidden, [{"reference": "H-1", "narrative": "Only Alpha may read this."}])
    send_to_coding(records=seen_by(bob, dataset=dataset), coding_round=plan, by=bob, at_most=6)
    send_to_coding(records=seen_by(bob, dataset=hidden), coding_round=plan, by=bob)
    theirs = plan_of(bea, person_at(beta, "celia", Role.CODER), book)

    with pytest.raises(PermissionDenied, match="not shared"):
        send_to_coding(records=seen_by(bea), coding_round=theirs, by=bea, same_as=plan)
    samples.share_round(coding_round=plan, organisations=[beta], by=bob)
    sent = send_to_coding(records=seen_by(bea), coding_round=theirs, by=bea, same_as=plan)

    assert (sent.added, sent.changed) == (6, 0)
    assert references(theirs) == references(plan) - {"H-1"}


def test_a_text_that_changed_since_the_other_round_is_counted(dataset, bob, cody, book, plan):
    import_bytes(dataset, csv_of(letters(3)), by=bob)
    send_to_coding(records=seen_by(bob), coding_round=plan, by=bob)
    ComplaintRecord.objects.filter(reference="L00001").update(narrative="Corrected.")
    second = plan_of(bob, cody, book)

    sent = send_to_coding(records=seen_by(bob), coding_round=second, by=bob, same_as=plan)

    assert (sent.added, sent.changed) == (3, 1)


def test_each_record_of_a_campaign_shows_the_codes_of_the_letter_that_was_coded(
    alpha, bob, cody, book, plan, api_client, token_for
):
    same = "Please keep the library open on Saturdays."
    load_records(make_dataset(alpha), [{"reference": f"L-{n}", "narrative": same} for n in range(3)])
    send_to_coding(records=seen_by(bob), coding_round=plan, by=bob)
    assert alike.code_once(coding_round=plan, firsts=None, by=bob) == 2
    rounds.open_round(coding_round=plan, by=bob)
    assignment = queue.take_next(by=cody)
    codings.apply_code(assignment=assignment, coding=codings.NewCoding(code=code(book, "delay")), by=cody)

    def read(user, **params):
        headers = {"Authorization": f"Bearer {token_for(user)}"}
        answer = api_client.get("/api/v1/complaint-records/", params, headers=headers)
        return {row["reference"]: row["codes"] for row in answer.json()["results"]}

    assert read(cody) == {f"L-{n}": ["delay"] for n in range(3)}
    assert set(read(cody, codes="delay")) == {"L-0", "L-1", "L-2"}
