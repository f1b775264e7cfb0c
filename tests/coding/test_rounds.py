"""Rounds, assignments, codings and what others may see of them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from coding.actions import NewUnit, codings, freeze_units, queue, rounds
from coding.actions.codings import NewCoding
from coding.models import Assignment, Coding, RoundUnit, Submission, TextUnit
from rest.problems import Conflict
from tests.conftest import person_at
from tests.factories.coding import code, make_codebook, make_round, make_units

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(bob):
    return make_codebook(bob)


@pytest.fixture
def running(bob, cody, book):
    """A blind round of three units with two coders each: Bob and Cody."""
    return make_round(bob, [bob, cody], book=book, coders_per_unit=2)


def take(person, running=None):
    return queue.take_next(by=person, coding_round=running)


def apply(assignment, person, book, key="delay", **where):
    return codings.apply_code(assignment=assignment, coding=NewCoding(code=code(book, key), **where), by=person)


def test_freezing_the_same_text_again_is_the_same_unit(bob):
    [unit] = make_units(bob, ["A\r\nletter."])
    again = freeze_units(units=[_new_from(unit, "A\nletter."), _new_from(unit, "Another letter.")], by=bob)
    assert again[0] == unit
    assert again[1] != unit
    assert TextUnit.objects.count() == 2


def _new_from(unit, text):
    from_fields = {n: getattr(unit, n) for n in ("source_kind", "source_key", "title", "organisation_id")}
    return NewUnit(text=text, **from_fields)


def test_a_unit_is_frozen_and_has_the_digest_of_its_text(bob):
    [unit] = make_units(bob, 1)
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        connection.cursor().execute("UPDATE coding_textunit SET title = 'x'")
    with pytest.raises(IntegrityError, match="text_unit_has_its_sha256"), transaction.atomic():
        TextUnit.objects.create(
            source_kind="x",
            source_key="1",
            title="t",
            text="b",
            sha256="0" * 64,
            organisation=unit.organisation,
            frozen_by=bob,
        )


def test_texts_of_another_organisation_are_not_frozen(bob, beta):
    [unit] = make_units(bob, 1)
    with pytest.raises(PermissionDenied):
        freeze_units(
            units=[NewUnit(source_kind="x", source_key="1", title="t", text="b", organisation_id=beta.pk)],
            by=bob,
        )
    assert TextUnit.objects.get() == unit


def test_fractional_overlap_makes_the_assignment_slots(bob, cody, book):
    coding_round = make_round(bob, [bob, cody], book=book, texts=10, coders_per_unit="1.2")
    assert sorted(coding_round.units.values_list("coders_wanted", flat=True)) == [1] * 8 + [2] * 2
    assert Assignment.objects.filter(round_unit__round=coding_round).count() == 12


def test_a_round_needs_as_many_people_as_a_unit_has_coders(bob, cody, book):
    with pytest.raises(ValidationError, match="need more people"):
        make_round(bob, [cody], book=book, coders_per_unit=2)


def test_asking_twice_gives_the_same_unit(cody, running):
    first = take(cody)
    again = take(cody)
    assert again.pk == first.pk
    assert again.why == Assignment.Why.LEASE


def test_an_assignment_whose_lease_ended_goes_to_another_coder_without_the_memo_of_the_first(bob, cody, book):
    coding_round = make_round(bob, [bob, cody], book=book, texts=1)
    assignment = queue.annotate(assignment=take(bob), by=bob, memo="mine alone", is_flagged=True)
    assert take(cody) is None
    past = timezone.now() - timedelta(hours=3)
    Assignment.objects.filter(pk=assignment.pk).update(taken_at=past, leased_until=past + timedelta(hours=1))
    taken = take(cody, coding_round)
    assert (taken.pk, taken.coder, taken.memo, taken.is_flagged) == (assignment.pk, cody, "", False)
    with pytest.raises(PermissionDenied):
        apply(assignment, bob, book)


def test_a_skipped_unit_goes_to_another_coder_and_comes_last(bob, cody, book):
    make_round(bob, [bob, cody], book=book, texts=2)
    assignment = take(bob)
    apply(assignment, bob, book)
    skipped = codings.submit(assignment=assignment, outcome="skipped", by=bob)
    assert skipped.codings == 0
    assert take(bob).round_unit_id != assignment.round_unit_id
    mine = take(cody)
    assert mine.round_unit_id == assignment.round_unit_id
    assert mine.why == Assignment.Why.SKIPPED


def test_a_postponed_unit_comes_back_last(cody, bob, book):
    make_round(bob, [cody], book=book, texts=2)
    assignment = take(cody)
    queue.postpone(assignment=assignment, by=cody)
    other = take(cody)
    assert other.pk != assignment.pk
    codings.submit(assignment=other, outcome="none-applies", by=cody)
    back = take(cody)
    assert (back.pk, back.why) == (assignment.pk, Assignment.Why.POSTPONED)


def test_quota_and_stop_rule_end_the_queue(bob, cody, book):
    coding_round = make_round(bob, [bob, cody], book=book, texts=5, stop_rule="count", stop_after=2)
    coding_round.coders.filter(coder=cody).update(quota=1)
    codings.submit(assignment=take(cody), outcome="none-applies", by=cody)
    assert take(cody) is None
    codings.submit(assignment=take(bob), outcome="none-applies", by=bob)
    assert take(bob) is None


def test_applying_a_code_again_and_retracting_it_twice_change_nothing(cody, book, running):
    assignment, name = take(cody), uuid4()
    made = apply(assignment, cody, book, start=0, end=11, uuid=name)
    assert apply(assignment, cody, book, start=0, end=11, uuid=name) == made
    assert apply(assignment, cody, book, start=0, end=11) == made
    with pytest.raises(Conflict):
        apply(assignment, cody, book, start=0, end=12, uuid=name)
    assert codings.retract(coding=made, by=cody) == codings.retract(coding=made, by=cody)
    assert not Coding.objects.standing().exists()
    assert apply(assignment, cody, book, start=0, end=11).pk != made.pk


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 3), (0, 10_000), (-1, 4), (3, None)])
def test_a_passage_outside_the_text_is_refused(cody, book, running, start, end):
    with pytest.raises(ValidationError):
        apply(take(cody), cody, book, start=start, end=end)


def test_headings_and_codes_of_other_versions_are_refused(bob, cody, book, running):
    assignment, other = take(cody), make_codebook(bob)
    for wrong in (code(book, "time"), code(other, "delay")):
        with pytest.raises(ValidationError, match="Choose a code of this round"):
            codings.apply_code(assignment=assignment, coding=NewCoding(code=wrong), by=cody)
        with pytest.raises(IntegrityError, match="coding_uses_a_code_of_its_round"), transaction.atomic():
            Coding.objects.create(round_unit=assignment.round_unit, coder=cody, code=wrong)


def test_offsets_count_code_points_also_in_the_database(bob, cody, book):
    make_round(bob, [cody], book=book, texts=["😡 nobody answers 😡"])
    assignment = take(cody)
    text = assignment.round_unit.unit.text
    made = apply(assignment, cody, book, start=len(text) - 1, end=len(text))
    assert text[made.start : made.end] == "😡"
    with pytest.raises(IntegrityError, match="coding_passage_is_within_its_text"), transaction.atomic():
        Coding.objects.create(
            round_unit=assignment.round_unit, coder=cody, code=code(book, "rude"), start=0, end=len(text) + 1
        )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE coding_coding SET memo = 'x'",
        "DELETE FROM coding_coding",
        "UPDATE coding_submission SET memo = 'x'",
        "DELETE FROM coding_submission",
    ],
)
def test_codings_and_submissions_are_append_only_by_raw_sql(cody, book, running, sql):
    assignment = take(cody)
    apply(assignment, cody, book)
    codings.submit(assignment=assignment, outcome="coded", by=cody)
    with pytest.raises(Exception, match=r"Cannot (update|delete)"), transaction.atomic():
        connection.cursor().execute(sql)


def test_a_submitted_set_is_closed_to_actions_and_to_the_database(cody, book, running):
    assignment = take(cody)
    made = apply(assignment, cody, book)
    codings.submit(assignment=assignment, outcome="coded", by=cody)
    with pytest.raises(ValidationError, match="have submitted this unit"):
        apply(assignment, cody, book, key="rude")
    with pytest.raises(ValidationError, match="have submitted this unit"):
        codings.retract(coding=made, by=cody)
    with pytest.raises(IntegrityError, match="coding_ends_with_its_submission"), transaction.atomic():
        Coding.objects.create(round_unit=assignment.round_unit, coder=cody, code=code(book, "rude"))


def test_the_three_outcomes_without_a_code_are_stored_separately(cody, book, running):
    assignment = take(cody)
    with pytest.raises(ValidationError, match="No codes applied yet"):
        codings.submit(assignment=assignment, outcome="coded", by=cody)
    for outcome in ("none-applies", "unsure", "skipped"):
        codings.submit(assignment=take(cody), outcome=outcome, by=cody)
    assert set(Submission.objects.values_list("outcome", flat=True)) == {"none-applies", "unsure", "skipped"}


def test_none_applies_contradicts_a_code(cody, book, running):
    assignment = take(cody)
    apply(assignment, cody, book)
    with pytest.raises(ValidationError, match="Retract them"):
        codings.submit(assignment=assignment, outcome="none-applies", by=cody)


def test_work_of_others_is_invisible_until_a_blind_round_closes(bob, cody, ada, charlie, book, running):
    assignment = take(bob)
    made = apply(assignment, bob, book)
    codings.submit(assignment=assignment, outcome="coded", by=bob)
    for model in (Coding, Submission):
        assert not model.objects.visible_to(cody).exists()
        assert model.objects.visible_to(bob).exists()
        assert model.objects.visible_to(ada).exists(), "a lead who does not code in the round"
        assert not model.objects.visible_to(charlie).exists()
    mine = apply(take(cody), cody, book)
    assert list(Coding.objects.visible_to(bob)) == [made], "a lead who codes is blind too"
    rounds.close_round(coding_round=running, by=bob)
    assert set(Coding.objects.visible_to(cody)) == {made, mine}
    assert not Coding.objects.visible_to(charlie).exists()


def test_work_is_open_to_its_coders_in_a_round_that_is_not_blind(bob, cody, fay, book):
    make_round(bob, [bob, cody], book=book, coders_per_unit=2, is_blind=False)
    made = apply(take(bob), bob, book)
    assert list(Coding.objects.visible_to(cody)) == [made]
    assert not Coding.objects.visible_to(fay).exists()


def test_a_coder_sees_only_assigned_units(bob, cody, charlie, running):
    assert not TextUnit.objects.visible_to(cody).exists()
    assignment = take(cody)
    assert list(TextUnit.objects.visible_to(cody)) == [assignment.round_unit.unit]
    assert list(RoundUnit.objects.visible_to(cody)) == [assignment.round_unit]
    assert not Assignment.objects.visible_to(bob).exists()
    assert not TextUnit.objects.visible_to(charlie).exists()


def test_nothing_is_coded_in_a_closed_round(bob, cody, book, running):
    assignment = take(cody)
    rounds.close_round(coding_round=running, by=bob)
    with pytest.raises(ValidationError, match="round is closed"):
        apply(assignment, cody, book)
    assert take(cody) is None


def test_readers_and_people_of_other_organisations_get_no_unit(rita, charlie, running):
    with pytest.raises(PermissionDenied):
        take(rita)
    assert take(charlie, running) is None


@pytest.mark.django_db(transaction=True)
def test_two_coders_never_have_one_assignment(bob, alpha, book):
    coders = [person_at(alpha, f"coder{n}", Role.CODER) for n in range(4)]
    coding_round = make_round(bob, coders, book=book, texts=12, coders_per_unit=2)

    held = []

    def work(pk):
        """Two tabs of a coder have the same assignment; the second to submit is refused, and asks again."""
        person = User.objects.get(pk=pk)
        while (assignment := queue.take_next(by=person, coding_round=coding_round)) is not None:
            try:
                codings.submit(assignment=assignment, outcome="none-applies", by=person)
                held.append((assignment.pk, pk))
            except ValidationError as error:
                assert error.code == "submitted"
        connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, [coder.pk for coder in coders] * 2))
    assert len(held) == len(set(held)) == 24
    assert len({assignment for assignment, _ in held}) == 24
    assert set(coding_round.units.values_list("done", flat=True)) == {2}
    assert Submission.objects.count() == 24
