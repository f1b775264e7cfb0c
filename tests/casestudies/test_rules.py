"""The database refuses what must never be false, even without an action."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import AuditEvent
from casestudies.actions import cases
from casestudies.actions.events import cancel_event, create_event, edit_event
from casestudies.actions.parts import add_part, edit_part, remove_part
from casestudies.forms.cases import RoleForm
from casestudies.jobs import install_vocabularies
from casestudies.models import (
    Actor,
    CaseStudy,
    CitizenRole,
    CoCreationEvent,
    Contribution,
    Factor,
    FieldNote,
    Objective,
    Outcome,
)
from casestudies.selectors.terms import TermLabels
from casestudies.vocabularies import DEFAULTS, SCALES
from registry.models import Term, Vocabulary
from tests.factories.casestudies import advance, make_case_study, make_contribution, make_event, make_note


@pytest.fixture
def case_study(fay):
    return make_case_study(fay)


RULES = [
    (CaseStudy, {"started_on": date(2014, 1, 1)}, "case_start_has_a_precision_iff_dated"),
    (CaseStudy, {"started_precision": "day"}, "case_start_has_a_precision_iff_dated"),
    (CaseStudy, {"withdrawn_because": "why"}, "case_has_a_reason_iff_withdrawn"),
    (CaseStudy, {"review_state": "withdrawn"}, "case_has_a_reason_iff_withdrawn"),
    (CaseStudy, {"review_state": "lost"}, "case_has_a_known_state"),
    (CaseStudy, {"working_title": ""}, "case_has_a_working_title"),
    (CaseStudy, {"version": 0}, "case_versions_count_from_one"),
    (CoCreationEvent, {"ends_at": "2020-01-01T00:00Z"}, "event_ends_after_it_starts"),
    (CoCreationEvent, {"status": "planned", "attended": 3}, "event_attendance_is_recorded_of_held_events"),
    (CoCreationEvent, {"invited": 3, "accepted": 4}, "event_accepted_were_invited"),
    (CoCreationEvent, {"voting_rule": "Majority"}, "event_voting_rule_needs_voting"),
    (Contribution, {"response": "Thanks"}, "contribution_response_follows_a_decision"),
    (Contribution, {"decision": "no-reply", "response": "Thanks"}, "contribution_without_reply_has_no_response"),
    (Contribution, {"parent": F("id")}, "contribution_does_not_answer_itself"),
    (FieldNote, {"sha256": "abc"}, "note_hash_is_a_sha256"),
    (FieldNote, {"deleted_at": "2026-01-01T00:00Z"}, "note_names_who_deleted_it"),
]


@pytest.mark.parametrize(("model", "change", "rule"), RULES)
def test_the_database_refuses(case_study, fay, model, change, rule):
    make_contribution(case_study, fay, event=make_event(case_study, fay))
    make_note(case_study, fay)
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        model.objects.update(**change)


def test_each_step_of_a_case_is_taken_by_those_who_may_and_recorded(fay, bob, ada):
    case_study = make_case_study(fay)
    with pytest.raises(PermissionDenied):
        cases.approve_case_study(case_study=case_study, by=fay)
    with pytest.raises(ValidationError, match="cannot become approved"):
        cases.approve_case_study(case_study=case_study, by=bob)
    case_study = advance(case_study, state="verified", by=fay, reviewer=bob)
    with pytest.raises(PermissionDenied):
        cases.edit_case_study(case_study=case_study, by=fay, values={"abstract": "x"})
    case_study = cases.edit_case_study(case_study=case_study, by=bob, values={"abstract": "Corrected"})
    case_study = cases.withdraw_case_study(case_study=case_study, by=ada, reason="Asked for")
    with pytest.raises(PermissionDenied, match="Reopen it"):
        cases.edit_case_study(case_study=case_study, by=ada, values={"abstract": "x"})
    case_study = cases.reopen_case_study(case_study=case_study, by=ada)
    assert (case_study.review_state, case_study.withdrawn_because) == ("draft", "")
    steps = AuditEvent.objects.filter(target_id=str(case_study.pk), target_type="casestudies.casestudy").order_by("id")
    names = ["created", "submitted", "approved", "verified", "edited", "withdrawn", "draft"]
    assert [event.action for event in steps] == [f"case-study.{name}" for name in names]


def test_nobody_verifies_a_case_of_their_own(ada, bob):
    case_study = make_case_study(ada, state="approved", reviewer=bob)
    with pytest.raises(PermissionDenied, match="other than its researcher"):
        cases.verify_case_study(case_study=case_study, by=ada)


def test_a_case_is_approved_with_an_abstract(fay, bob):
    case_study = cases.submit_case_study(case_study=make_case_study(fay, abstract=""), by=fay)
    with pytest.raises(ValidationError, match="abstract"):
        cases.approve_case_study(case_study=case_study, by=bob)


def test_an_edit_that_changes_nothing_makes_no_version(case_study, fay):
    assert cases.edit_case_study(case_study=case_study, by=fay, values={"abstract": case_study.abstract}).version == 1
    assert case_study.history.count() == 1


def test_two_cases_of_one_title_have_two_addresses(fay):
    slugs = [make_case_study(fay, working_title="Gardens").slug for _ in range(3)]
    assert slugs == ["gardens", "gardens-2", "gardens-3"]


def test_every_change_is_in_the_history_even_past_the_actions(case_study):
    CaseStudy.objects.filter(pk=case_study.pk).update(abstract="By a bulk update")
    assert [row.abstract for row in case_study.history.order_by("pgh_id")] == [case_study.abstract, "By a bulk update"]


def test_rows_move_the_case_to_its_next_version(case_study, fay, charlie):
    values = {"name": "Trust", "level": "environment", "side": "citizen", "direction": "driver"}
    factor = add_part(case_study=case_study, model=Factor, values=values, by=fay)
    edit_part(part=factor, values={"strength": 3}, by=fay)
    with pytest.raises(PermissionDenied):
        remove_part(part=factor, by=charlie)
    remove_part(part=factor, by=fay)
    case_study.refresh_from_db()
    assert case_study.version == 4


def test_an_actor_is_one_thing(case_study, fay):
    with pytest.raises(ValidationError, match="not both"):
        add_part(case_study=case_study, model=Actor, values={"group": "firm"}, by=fay)


def test_an_objective_that_an_outcome_answers_is_not_removed(case_study, fay):
    objective = add_part(
        case_study=case_study, model=Objective, values={"aim": "efficiency", "text": "Cheaper"}, by=fay
    )
    add_part(
        case_study=case_study,
        model=Outcome,
        values={"aim": "efficiency", "text": "It was", "objective": objective},
        by=fay,
    )
    with pytest.raises(ValidationError, match="refers to this one"):
        remove_part(part=objective, by=fay)


@pytest.mark.parametrize(
    ("change", "is_deliberative"),
    [
        ({}, True),
        ({"hours_together": 5}, False),
        ({"hours_together": None}, False),
        ({"hours_together": None, "ends_at": "2026-11-20T15:00Z"}, True),
        ({"selection": "self-selected"}, False),
        ({"commissioned": None}, False),
        ({"status": "planned"}, False),
    ],
)
def test_deliberative_is_a_full_day_by_lot_for_an_authority(case_study, fay, change, is_deliberative):
    event = make_event(case_study, fay, hours_together=6, selection="stratified-random", commissioned=True)
    CoCreationEvent.objects.filter(pk=event.pk).update(**change)
    assert CoCreationEvent.objects.with_deliberative().get().is_deliberative is is_deliberative


def test_a_held_event_is_not_cancelled(case_study, fay):
    with pytest.raises(ValidationError, match="was held"):
        cancel_event(event=make_event(case_study, fay), by=fay)
    planned = make_event(case_study, fay, status="planned")
    assert cancel_event(event=planned, by=fay).status == "cancelled"


def test_an_event_is_changed_by_its_organisation_only(case_study, fay, charlie, rita):
    event = make_event(case_study, fay)
    for person in (charlie, rita):
        with pytest.raises(PermissionDenied):
            edit_event(event=event, values={"title": "x"}, by=person)
        with pytest.raises(PermissionDenied):
            create_event(case_study=case_study, values={"title": "x"}, by=person)


def test_vocabularies_are_put_in_once_and_then_left_alone(db):
    term = Term.objects.get(vocabulary__slug="strand", key="risk")
    term.labels = {"en": "Hazard"}
    term.save()
    before = Term.objects.count()
    install_vocabularies()
    term.refresh_from_db()
    assert str(term) == "Hazard"
    assert Term.objects.count() == before


def test_scales_are_the_registrys_and_installed_once(db):
    scales = Vocabulary.objects.filter(slug__in=SCALES)

    assert {scale.slug for scale in scales} == set(SCALES)
    assert not set(SCALES) & set(DEFAULTS)
    assert not Vocabulary.objects.filter(slug="influence-five-steps").exists()


def test_headings_of_a_scale_are_read_but_never_offered_or_stored(case_study, fay):
    term_labels = TermLabels()
    form = RoleForm(instance=CitizenRole(case_study=case_study))
    groups = [group for _, group in form.fields["influence_assessed"].choices if isinstance(group, list)]
    offered = {key for group in groups for key, _ in group}

    assert "placation" in offered
    assert "tokenism" not in offered
    assert term_labels.label("arnstein-ladder", "tokenism") == "Tokenism"
    with pytest.raises(ValidationError, match="tokenism"):
        add_part(
            case_study=case_study,
            by=fay,
            model=CitizenRole,
            values={
                "phase": "design",
                "group": "citizen",
                "part": "consulted",
                "scale": "arnstein-ladder",
                "influence_claimed": "tokenism",
            },
        )


def test_a_deprecated_term_has_its_label_and_is_not_offered(db):
    Term.objects.filter(vocabulary__slug="participation-level", key="heard").update(is_deprecated=True)
    term_labels = TermLabels()

    assert "heard" not in term_labels.of("participation-level")
    assert term_labels.label("participation-level", "heard") == "Heard"
