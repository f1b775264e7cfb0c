"""Generated histories of a round: coders take, code, submit, skip and take back; a lead reopens, passes on, pauses.

Whatever happens, no code disappears that its coder did not retract, the counts of a unit equal its rows, at most one
submission of a coder and unit counts, and no unit has a coder twice or too few slots.
"""

from collections import Counter, defaultdict
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.roles import Role
from coding.actions import codings, passing_on, queue, reopening, round_coders, rounds, running_rounds
from coding.actions.codings import NewCoding
from coding.models import Assignment, Coding, Submission
from tests.conftest import person_at
from tests.factories.coding import make_codebook, make_round, make_units, published

people = st.integers(0, 2)
OUTCOMES = st.sampled_from(["coded", "coded", "none-applies", "unsure", "skipped"])


class RoundOfThree(RuleBasedStateMachine):
    lead = coders = book = None

    @initialize(wanted=st.sampled_from(["1", "1.5", "2"]))
    def begin(self, wanted):
        self.round = make_round(self.lead, self.coders, book=self.book, texts=3, coders_per_unit=wanted)
        self.codes = list(published(self.book).codes.codable())
        self.standing = defaultdict(set)
        self.refused = Counter()

    def act(self, action, **values):
        """What the action answers; None where it refuses, which must leave nothing half done."""
        try:
            return action(**values)
        except (ValidationError, PermissionDenied) as refused:
            self.refused[getattr(refused, "code", "denied")] += 1
            return None

    def held(self, who):
        return Assignment.objects.filter(round=self.round, coder=self.coders[who]).held().order_by("id").first()

    def slot(self, number):
        slots = list(Assignment.objects.filter(round=self.round).order_by("id"))
        return slots[number % len(slots)]

    @rule(who=people)
    def take(self, who):
        taken = queue.take_next(by=self.coders[who], coding_round=self.round)
        assert taken is None or (taken.coder_id == self.coders[who].pk and taken.submitted_at is None)

    @rule(who=people, number=st.integers(0, 3))
    def apply(self, who, number):
        assignment = self.held(who)
        if assignment is not None:
            new = NewCoding(code=self.codes[number])
            made = self.act(codings.apply_code, assignment=assignment, coding=new, by=self.coders[who])
            if made is not None:
                self.standing[made.round_unit_id, made.coder_id].add(made.pk)

    @rule(who=people, outcome=OUTCOMES)
    def submit(self, who, outcome):
        assignment = self.held(who)
        if assignment is not None:
            made = self.act(codings.submit, assignment=assignment, outcome=outcome, by=self.coders[who])
            if made is not None and outcome == "skipped":
                self.standing[made.round_unit_id, made.coder_id].clear()

    @rule(who=people)
    def postpone(self, who):
        assignment = self.held(who)
        if assignment is not None:
            self.act(queue.postpone, assignment=assignment, by=self.coders[who])

    @rule(who=people, is_lead=st.booleans(), number=st.integers(0, 9))
    def bring_back(self, who, is_lead, number):
        made = list(Submission.objects.filter(round_unit__round=self.round, coder=self.coders[who]).order_by("id"))
        if not made:
            return
        submission = made[number % len(made)]
        if is_lead:
            self.act(reopening.reopen_submission, submission=submission, reason="Again.", by=self.lead)
        else:
            self.act(reopening.take_back, submission=submission, by=self.coders[who])

    @rule(who=people)
    def lapse(self, who):
        past = timezone.now() - timedelta(hours=3)
        held = Assignment.objects.filter(round=self.round, coder=self.coders[who], leased_until__isnull=False)
        held.update(taken_at=past, leased_until=past + timedelta(hours=1))

    @rule(who=people, to=st.none() | people, number=st.integers(0, 9))
    def pass_on(self, who, to, number):
        to = None if to is None else self.coders[to]
        if number > 4:
            self.act(passing_on.pass_on_all, coding_round=self.round, coder=self.coders[who], to=to, by=self.lead)
        elif (assignment := self.held(who)) is not None:
            self.act(passing_on.pass_on, assignment=assignment, to=to, by=self.lead)

    @rule(to=people, number=st.integers(0, 9))
    def give(self, to, number):
        unit = self.slot(number).round_unit
        self.act(passing_on.give_unit, round_unit=unit, to=self.coders[to], reason="Please.", by=self.lead)

    @rule(act=st.sampled_from(["pause_round", "resume_round", "resume_round"]))
    def pause_or_resume(self, act):
        self.act(getattr(running_rounds, act), coding_round=self.round, by=self.lead)

    @rule()
    def close_and_reopen(self):
        self.act(rounds.close_round, coding_round=self.round, by=self.lead)
        self.act(running_rounds.reopen_round, coding_round=self.round, reason="Too early.", by=self.lead)

    @rule(wanted=st.sampled_from(["1.4", "2", "2.5", "3"]))
    def more_coders_per_unit(self, wanted):
        self.act(
            running_rounds.raise_coders_per_unit, coding_round=self.round, coders_per_unit=Decimal(wanted), by=self.lead
        )

    @rule()
    def top_up(self):
        if self.round.units.count() < 6:
            units = make_units(self.lead, 1)
            self.act(rounds.add_units, coding_round=self.round, unit_ids=[units[0].pk], by=self.lead)

    @rule(who=people, is_back=st.booleans())
    def leave_or_come_back(self, who, is_back):
        person = self.coders[who]
        if is_back:
            self.act(round_coders.add_coders, coding_round=self.round, coders=[person], by=self.lead)
        elif self.round.coders.remaining().filter(coder=person).exists():
            self.act(round_coders.remove_coder, coding_round=self.round, coder=person, by=self.lead)

    @invariant()
    def counts_equal_the_rows(self):
        for unit in self.round.units.prefetch_related("assignments", "submissions__withdrawal"):
            standing = [made for made in unit.submissions.all() if not hasattr(made, "withdrawal")]
            skipped = sum(made.outcome == "skipped" for made in standing)
            slots = list(unit.assignments.all())
            assert (unit.done, unit.skipped) == (len(standing) - skipped, skipped)
            assert len(slots) == unit.coders_wanted + unit.skipped
            assert len({made.coder_id for made in standing}) == len(standing)
            submitted = {(slot.pk, slot.coder_id) for slot in slots if slot.submitted_at}
            assert submitted == {(made.assignment_id, made.coder_id) for made in standing}
            coders = [slot.coder_id for slot in slots if slot.coder_id]
            assert len(set(coders)) == len(coders)

    @invariant()
    def no_code_disappears(self):
        rows = Coding.objects.filter(round_unit__round=self.round).standing()
        found = defaultdict(set)
        for pk, unit, coder in rows.values_list("pk", "round_unit", "coder"):
            found[unit, coder].add(pk)
        assert found == {key: pks for key, pks in self.standing.items() if pks}
        for made in Submission.objects.standing().filter(round_unit__round=self.round):
            assert made.codings == len(found[made.round_unit_id, made.coder_id])

    def teardown(self):
        """Every unit that lacks a coder is in the queue, in progress, or named as stuck."""
        for unit in self.round.units.filter(done__lt=F("coders_wanted")) if hasattr(self, "round") else ():
            assert unit.assignments.filter(submitted_at=None).count() == unit.coders_wanted - unit.done


@pytest.mark.django_db
def test_generated_histories_of_a_round(bob, alpha):
    RoundOfThree.lead = bob
    RoundOfThree.coders = [person_at(alpha, name, Role.CODER) for name in ("cara", "dora", "emil")]
    RoundOfThree.book = make_codebook(bob)
    run_state_machine_as_test(
        RoundOfThree,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
        ),
    )
