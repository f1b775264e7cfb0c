"""The sample of a planned round: removing units, campaigns coded once, sharing."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from coding.actions import alike, rounds, samples
from coding.jobs.alike import AlikeSearches
from coding.models import AlikeSearch, AlikeUnit, Round, RoundUnit, TextUnit
from jobs.running import run as run_job
from tests.conftest import person_at
from tests.factories.coding import make_round, make_units

pytestmark = pytest.mark.django_db
LETTER = " ".join(f"Please keep the library in street number {n} open on Saturdays." for n in range(12))
# Two campaigns of three and two letters, and one letter by itself.
TEXTS = [f"{LETTER} Anna", f"{LETTER} Bert", LETTER.upper(), "No bus came.", "no  bus came.", "The roof leaks."]


@pytest.fixture
def plan(bob, cody):
    return make_round(bob, [cody], texts=TEXTS, start=False)


def units_of(plan):
    return list(plan.units.order_by("unit").values_list("unit", flat=True))


def test_removed_units_of_no_other_round_are_deleted(bob, cody, plan):
    first, second, *_ = units_of(plan)
    other = make_round(bob, [cody], texts=1, start=False)
    rounds.add_units(coding_round=other, unit_ids=[second], by=bob)

    removed = samples.remove_units(coding_round=plan, unit_ids=[first, second], by=bob)

    assert removed == (2, 1)
    assert plan.units.count() == 4
    assert list(TextUnit.objects.filter(pk__in=[first, second])) == [TextUnit.objects.get(pk=second)]
    assert AuditEvent.objects.get(action="units.removed").details == {"count": 2, "deleted": 1}


def test_units_of_a_started_round_stay(bob, plan):
    units = units_of(plan)
    rounds.open_round(coding_round=plan, by=bob)

    with pytest.raises(ValidationError, match="has started"):
        samples.remove_units(coding_round=plan, unit_ids=units, by=bob)
    assert samples.delete_unused_units(organisation=plan.organisation, by=bob) == 0
    assert units_of(plan) == units


def test_unused_units_of_the_own_organisation_are_deleted(bob, beta, plan):
    make_units(bob, 3)
    theirs = make_units(person_at(beta, "bea", Role.LEAD_CODER), 1)

    assert samples.delete_unused_units(organisation=plan.organisation, by=bob) == 3
    assert list(TextUnit.objects.unused()) == theirs
    with pytest.raises(PermissionDenied):
        samples.delete_unused_units(organisation=beta, by=bob)


def test_campaigns_are_found_and_nothing_is_merged(bob, plan):
    search = alike.find_alike(coding_round=plan, by=bob)
    units = units_of(plan)

    assert search.state == "finished"
    rows = AlikeUnit.objects.values_list("round_unit__unit", "unit", "is_coded_once").order_by("unit_id")
    assert list(rows) == [(units[0], units[1], False), (units[0], units[2], False), (units[3], units[4], False)]
    assert plan.units.count() == len(TEXTS)
    assert AlikeUnit.objects.stands_for(plan.pk) == {}


def test_a_campaign_coded_once_gets_one_assignment_and_keeps_its_units(bob, plan):
    alike.find_alike(coding_round=plan, by=bob)
    units = units_of(plan)
    head = plan.units.get(unit=units[0])

    assert alike.code_once(coding_round=plan, firsts=[head.pk], by=bob) == 2

    assert AlikeUnit.objects.stands_for(plan.pk) == {units[0]: [units[1], units[2]]}
    assert units_of(plan) == [units[0], *units[3:]]
    assert set(TextUnit.objects.inside(plan.pk).values_list("pk", flat=True)) == set(units)
    assert rounds.add_units(coding_round=plan, unit_ids=units, by=bob) == 0
    rounds.open_round(coding_round=plan, by=bob)
    assert plan.assignments.count() == 4


def test_all_campaigns_are_coded_once_and_apart_again(bob, plan):
    alike.find_alike(coding_round=plan, by=bob)
    units = units_of(plan)

    assert alike.code_once(coding_round=plan, firsts=None, by=bob) == 3
    assert plan.units.count() == 3
    assert alike.code_each(coding_round=plan, firsts=None, by=bob) == 3

    assert units_of(plan) == units
    assert AlikeUnit.objects.count() == 3


def test_another_search_keeps_what_was_chosen(bob, plan):
    alike.find_alike(coding_round=plan, by=bob)
    alike.code_once(coding_round=plan, firsts=None, by=bob)
    stands_for = AlikeUnit.objects.stands_for(plan.pk)
    late = make_units(bob, ["NO BUS CAME."])
    rounds.add_units(coding_round=plan, unit_ids=[unit.pk for unit in late], by=bob)

    alike.find_alike(coding_round=plan, by=bob)

    assert AlikeUnit.objects.stands_for(plan.pk) == stands_for
    assert AlikeUnit.objects.get(is_coded_once=False).unit == late[0]


def test_a_first_unit_is_removed_with_the_units_it_stands_for(bob, plan):
    alike.find_alike(coding_round=plan, by=bob)
    units = units_of(plan)
    alike.code_once(coding_round=plan, firsts=None, by=bob)

    assert samples.remove_units(coding_round=plan, unit_ids=[units[0]], by=bob) == (3, 3)
    assert set(TextUnit.objects.inside(plan.pk).values_list("pk", flat=True)) == set(units[3:])
    assert not AlikeUnit.objects.filter(unit__in=units[:3]).exists()


def test_a_large_round_is_searched_as_a_job(bob, plan, monkeypatch):
    monkeypatch.setattr(alike, "MOST_AT_ONCE", 3)
    search = alike.find_alike(coding_round=plan, by=bob)
    assert (search.state, AlikeUnit.objects.count()) == ("waiting", 0)
    assert alike.find_alike(coding_round=plan, by=bob) == search

    run_job(AlikeSearches(), search.pk)

    search.refresh_from_db()
    assert (search.state, search.progress_total) == ("finished", len(TEXTS))
    assert AlikeUnit.objects.count() == 3


def test_a_search_that_ends_after_the_start_changes_nothing(bob, plan, monkeypatch):
    monkeypatch.setattr(alike, "MOST_AT_ONCE", 3)
    search = alike.find_alike(coding_round=plan, by=bob)
    rounds.open_round(coding_round=plan, by=bob)

    run_job(AlikeSearches(), search.pk)

    search.refresh_from_db()
    assert (search.state, search.error_code) == ("refused", "wrong_state")
    assert not AlikeUnit.objects.exists()


def test_the_page_shows_campaigns_and_takes_the_choice(client_of, bob, plan):
    browser, address = client_of(bob), reverse("round-campaigns", args=[plan.pk])
    browser.post(address, {"act": "search"})

    page = browser.get(address).content.decode()
    assert "5 letters of 2 campaigns" in " ".join(page.split())
    assert page.count("Each is coded") == 2
    head = AlikeUnit.objects.order_by("round_unit__unit_id").values_list("round_unit", flat=True)[0]
    browser.post(address, {"act": "once", "first": head})

    assert AlikeUnit.objects.coded_once().count() == 2
    assert "Coded once" in browser.get(address).content.decode()
    browser.post(address, {"act": "each", "all": "1"})
    assert not AlikeUnit.objects.coded_once().exists()
    assert browser.post(address, {"act": "burn"}).status_code == 404


def test_a_search_under_way_is_shown_as_one(client_of, bob, plan, monkeypatch):
    monkeypatch.setattr(alike, "MOST_AT_ONCE", 3)
    browser, address = client_of(bob), reverse("round-campaigns", args=[plan.pk])
    browser.post(address, {"act": "search"})

    assert "job-progress" in browser.get(address).content.decode()
    AlikeSearch.objects.update(state="finished")
    assert browser.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


def test_units_are_removed_on_the_page_of_the_sample(client_of, bob, plan):
    browser, address = client_of(bob), reverse("round-sample", args=[plan.pk])
    first, *_ = units_of(plan)
    assert "6 units" in browser.get(address).content.decode()

    assert browser.post(address, {"which": "ticked", "unit": [first]}).status_code == 303

    assert first not in units_of(plan)
    rounds.open_round(coding_round=plan, by=bob)
    browser.get(address)  # The page with the message.
    assert "Remove" not in browser.get(address).content.decode()


def test_unused_units_are_deleted_on_the_page_where_units_are_chosen(client_of, bob, plan):
    make_units(bob, 2)
    browser, address = client_of(bob), reverse("round-units", args=[plan.pk])
    assert "2 units of this" in " ".join(browser.get(address).content.decode().split())

    browser.post(reverse("round-unused-units-delete", args=[plan.pk]))

    assert not TextUnit.objects.unused().exists()
    assert RoundUnit.objects.count() == len(TEXTS)


def test_a_round_is_shared_by_its_lead_and_not_with_its_own_organisation(client_of, bob, beta, alpha, plan):
    bea, browser = person_at(beta, "bea", Role.LEAD_CODER), client_of(bob)
    address = reverse("round-share", args=[plan.pk])
    assert not Round.objects.comparable_by(bea).exists()

    assert browser.post(address, {"organisations": [beta.pk]}).status_code == 303
    assert list(Round.objects.comparable_by(bea)) == [plan]
    assert not Round.objects.visible_to(bea).exists()
    assert browser.post(address, {"organisations": [alpha.pk]}).status_code == 422
    browser.post(address, {})
    assert not Round.objects.comparable_by(bea).exists()
    with pytest.raises(PermissionDenied):
        samples.share_round(coding_round=plan, organisations=[beta], by=bea)
    with pytest.raises(ValidationError):
        samples.share_round(coding_round=plan, organisations=[alpha], by=bob)


def test_units_of_another_organisation_are_not_added(bob, beta, cody, plan):
    """A lead coder of two organisations has both units of a record, and the round has the text once."""
    bob.memberships.create(organisation=beta, roles=[Role.LEAD_CODER])
    bea = person_at(beta, "bea", Role.LEAD_CODER)
    theirs = make_units(bea, 1)

    assert rounds.add_units(coding_round=plan, unit_ids=[unit.pk for unit in theirs], by=bob) == 0
