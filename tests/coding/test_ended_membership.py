"""A membership that ended gives no access to the coding of its organisation, whatever else the person still is."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts import actions
from accounts.models import Membership, User
from accounts.roles import Role
from coding.actions import codings, queue
from coding.actions.codings import NewCoding
from coding.models import Assignment, Codebook, Coding, Round, RoundUnit, Submission, TextUnit
from tests.conftest import person_at
from tests.factories.coding import code, make_codebook, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(bob):
    return make_codebook(bob, access="restricted")


@pytest.fixture
def running(bob, cody, book):
    return make_round(bob, [bob, cody], book=book, coders_per_unit=2)


@pytest.fixture
def taken(cody, book, running):
    """Cody has submitted one unit and started another."""
    first = queue.take_next(by=cody)
    codings.apply_code(assignment=first, coding=NewCoding(code=code(book, "delay")), by=cody)
    codings.submit(assignment=first, outcome="coded", by=cody)
    return queue.take_next(by=cody)


def left(person, organisation):
    actions.set_roles(person=person, organisation=organisation, roles=[], by=None)
    return User.objects.get(pk=person.pk)


LISTS = [Assignment, Round, RoundUnit, TextUnit, Coding, Submission, Codebook]


@pytest.mark.parametrize("model", LISTS)
@pytest.mark.parametrize("remains", ["nothing", "coder elsewhere", "reader there"])
def test_nothing_of_the_coding_is_read_after_the_membership(cody, taken, alpha, beta, model, remains):
    assert model.objects.visible_to(cody).exists()
    if remains == "coder elsewhere":
        actions.set_roles(person=cody, organisation=beta, roles=[Role.CODER], by=None)
    if remains == "reader there":
        actions.set_roles(person=cody, organisation=alpha, roles=[Role.READER], by=None)
        cody = User.objects.get(pk=cody.pk)
        hidden = model is not Codebook
    else:
        cody = left(cody, alpha)
        hidden = True
    assert model.objects.visible_to(cody).exists() is not hidden


def test_a_unit_is_not_coded_nor_taken_after_the_membership(cody, taken, book, alpha, beta):
    actions.set_roles(person=cody, organisation=beta, roles=[Role.CODER], by=None)
    cody = left(cody, alpha)
    assert queue.take_next(by=cody) is None
    for act in (
        lambda: codings.apply_code(assignment=taken, coding=NewCoding(code=code(book, "delay")), by=cody),
        lambda: codings.submit(assignment=taken, outcome="none-applies", by=cody),
        lambda: queue.postpone(assignment=taken, by=cody),
        lambda: queue.annotate(assignment=taken, by=cody, memo="x"),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_page_and_api_answer_as_for_a_stranger(client_of, cody, taken, alpha, beta):
    actions.set_roles(person=cody, organisation=beta, roles=[Role.CODER], by=None)
    browser = client_of(left(cody, alpha))
    assert browser.get(f"/assignments/{taken.pk}/").status_code == 404
    assert browser.get(f"/api/v1/assignments/{taken.pk}/").status_code == 404
    assert browser.get("/api/v1/assignments/").json()["results"] == []


def test_a_coder_of_another_partner_codes_while_a_member_there(bob, beta):
    guest = person_at(beta, "gaia", Role.CODER)
    make_round(bob, [bob, guest], coders_per_unit=2)
    assert queue.take_next(by=guest) is not None
    assert Assignment.objects.visible_to(left(guest, beta)).count() == 0


def test_a_membership_that_is_given_again_continues_the_work(cody, taken, alpha):
    cody = left(cody, alpha)
    actions.set_roles(person=cody, organisation=alpha, roles=[Role.CODER], by=None)
    assert list(Assignment.objects.visible_to(User.objects.get(pk=cody.pk)).open()) == [taken]


def test_active_memberships_are_those_of_active_people(cody, alpha):
    assert list(Membership.objects.active().filter(user=cody))
    actions.deactivate_person(person=cody, by=None)
    assert not Membership.objects.active().filter(user=cody).exists()
