"""An organisation without an active administrator gets one from the operator, or from two other administrators."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from accounts import actions, policies
from accounts.models import Appointment, AuditEvent, Organisation, User
from accounts.roles import Role
from tests.conftest import person_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def gamma(db):
    return actions.create_organisation(slug="gamma", name="Gamma", by=None)


@pytest.fixture
def deserted(alpha, ada):
    """Alpha, whose only administrator's account was deactivated."""
    actions.deactivate_person(person=ada, by=None)
    return alpha


@pytest.fixture
def olga(db):
    delta = actions.create_organisation(slug="delta", name="Delta", by=None)
    return person_at(delta, "olga", Role.ADMIN)


def roles_at(person, organisation):
    return User.objects.get(pk=person.pk).roles_by_organisation.get(organisation.pk, frozenset())


@pytest.mark.parametrize("roles", [["admin"], ["reader"], ["lead-coder"]])
@pytest.mark.parametrize("where", ["new", "deserted"])
def test_an_administrator_gives_no_roles_where_no_administrator_is_active(charlie, gamma, deserted, roles, where):
    organisation = {"new": gamma, "deserted": deserted}[where]
    with pytest.raises(PermissionDenied):
        actions.set_roles(person=charlie, organisation=organisation, roles=roles, by=charlie)
    assert not policies.can_administer_organisation(charlie, organisation)
    assert organisation.pk not in policies.administered_organisations(charlie)


def test_nor_by_the_pages(client_of, charlie, deserted, rita):
    browser = client_of(charlie)
    answer = browser.post("/people/charlie/", {"organisation": deserted.slug, "roles": ["admin"]})
    assert answer.status_code == 422
    new = {"username": "mole", "name": "M", "email": "m@example.org", "organisation": deserted.slug, "roles": ["admin"]}
    assert browser.post("/people/new/", new).status_code == 422
    assert not roles_at(charlie, deserted)


def test_the_operator_s_command_appoints_and_is_in_the_audit_trail(rita, deserted):
    call_command("create_user", "rita", "--role", "admin", "--organisation", deserted.slug)
    event = AuditEvent.objects.filter(action="roles.set", actor=None).latest("pk")
    assert (event.target_id, event.details["after"]) == (str(rita.pk), ["admin"])


def test_two_administrators_of_other_organisations_appoint_together(charlie, olga, rita, deserted):
    proposed = actions.propose_administrator(organisation=deserted, person=rita, by=charlie)
    assert Role.ADMIN not in roles_at(rita, deserted)
    actions.confirm_administrator(appointment=proposed, by=olga)
    assert roles_at(rita, deserted) == {"reader", "admin"}
    events = list(AuditEvent.objects.order_by("pk").values_list("action", "actor__username", "target_id"))[-3:]
    assert events == [
        ("administrator.proposed", "charlie", str(rita.pk)),
        ("roles.set", "olga", str(rita.pk)),
        ("administrator.confirmed", "olga", str(rita.pk)),
    ]


def test_nobody_proposes_or_confirms_alone_or_for_themselves(charlie, olga, rita, deserted):
    with pytest.raises(ValidationError, match="yourself"):
        actions.propose_administrator(organisation=deserted, person=charlie, by=charlie)
    proposed = actions.propose_administrator(organisation=deserted, person=olga, by=charlie)
    for person in (charlie, olga):
        with pytest.raises((ValidationError, PermissionDenied)):
            actions.confirm_administrator(appointment=proposed, by=person)
    assert not roles_at(olga, deserted)


def test_a_second_administrator_of_the_proposer_s_organisation_does_not_count(charlie, beta, rita, deserted):
    helper = person_at(beta, "helper", Role.ADMIN)
    proposed = actions.propose_administrator(organisation=deserted, person=rita, by=charlie)
    with pytest.raises(PermissionDenied, match="another organisation"):
        actions.confirm_administrator(appointment=proposed, by=helper)


def test_people_without_that_role_neither_propose_nor_confirm(bob, charlie, rita, fay, deserted):
    with pytest.raises(PermissionDenied):
        actions.propose_administrator(organisation=deserted, person=rita, by=bob)
    proposed = actions.propose_administrator(organisation=deserted, person=rita, by=charlie)
    with pytest.raises(PermissionDenied):
        actions.confirm_administrator(appointment=proposed, by=bob)


def test_an_organisation_with_an_administrator_is_left_to_that_person(ada, alpha, charlie, olga, rita):
    with pytest.raises(ValidationError, match="administrator"):
        actions.propose_administrator(organisation=alpha, person=rita, by=charlie)
    actions.deactivate_person(person=ada, by=None)
    proposed = actions.propose_administrator(organisation=alpha, person=rita, by=charlie)
    actions.reactivate_person(person=ada, by=None)
    with pytest.raises(ValidationError, match="administrator"):
        actions.confirm_administrator(appointment=proposed, by=olga)


def test_a_proposal_counts_only_while_its_proposer_is_an_administrator(charlie, olga, rita, deserted, beta):
    proposed = actions.propose_administrator(organisation=deserted, person=rita, by=charlie)
    actions.set_roles(person=charlie, organisation=beta, roles=["reader"], by=None)
    with pytest.raises(ValidationError, match="no longer"):
        actions.confirm_administrator(appointment=proposed, by=User.objects.get(pk=olga.pk))


def test_a_proposal_is_decided_once(charlie, olga, rita, deserted):
    proposed = actions.propose_administrator(organisation=deserted, person=rita, by=charlie)
    actions.decline_administrator(appointment=proposed, by=olga)
    with pytest.raises(ValidationError, match="decided"):
        actions.confirm_administrator(appointment=proposed, by=olga)
    assert AuditEvent.objects.latest("pk").action == "administrator.declined"


def test_the_database_refuses_a_confirmation_by_the_proposer_or_the_person(charlie, rita, deserted):
    proposed = actions.propose_administrator(organisation=deserted, person=rita, by=charlie)
    for person in (charlie, rita):
        with pytest.raises(IntegrityError, match="appointment"), transaction.atomic():
            Appointment.objects.filter(pk=proposed.pk).update(
                outcome="confirmed", decided_by=person, decided_at=proposed.proposed_at
            )


def test_the_pages_propose_show_confirm_and_decline(client_of, charlie, olga, rita, deserted):
    browser, other = client_of(charlie), client_of(olga)
    answer = browser.post("/appointments/", {"organisation": deserted.slug, "person": "rita"})
    assert answer.status_code == 303
    pk = Appointment.objects.get().pk
    page = other.get("/appointments/").content.decode()
    assert "Rita" in page
    assert "rita@example.org" in page
    assert browser.post(f"/appointments/{pk}/confirm/").status_code == 403
    assert other.post(f"/appointments/{pk}/confirm/").status_code == 303
    assert Role.ADMIN in roles_at(rita, deserted)
    assert browser.post("/appointments/", {"organisation": deserted.slug, "person": "nobody"}).status_code == 422


def test_a_person_is_invited_without_an_organisation_to_be_proposed(client_of, charlie, gamma, mailoutbox, deliver):
    form = {"username": "gus", "name": "Gus", "email": "gus@example.org", "organisation": "", "roles": []}
    assert client_of(charlie).post("/people/new/", form).status_code == 303
    gus = User.objects.get(username="gus")
    assert not gus.organisation_ids
    assert actions.propose_administrator(organisation=Organisation.objects.get(slug="gamma"), person=gus, by=charlie)
    deliver()
    assert mailoutbox[0].to == ["gus@example.org"]


def test_roles_without_an_organisation_are_refused(client_of, charlie):
    form = {"username": "gus", "name": "Gus", "email": "gus@example.org", "organisation": "", "roles": ["reader"]}
    assert client_of(charlie).post("/people/new/", form).status_code == 422
