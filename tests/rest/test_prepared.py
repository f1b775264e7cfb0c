"""Querysets that are built once: the same rows as an ordinary queryset, for everybody, and no value kept."""

import contextlib
import threading
from uuid import uuid4

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.db.models import F, Func, IntegerField
from django.db.models.lookups import Exact
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import actions
from accounts.models import ApiToken, Membership, Organisation, User
from accounts.roles import Role
from casestudies.models import CaseStudy, FieldNote
from imports.models import Dataset
from rest.prepared import MOST_SHAPES, Prepared
from tests.conftest import person_at
from tests.factories.casestudies import make_case_study, make_note
from tests.factories.imports import make_dataset

pytestmark = pytest.mark.django_db


def visible():
    return Prepared(lambda person, slug: Dataset.objects.visible_to(person).filter(slug=slug))


def test_people_of_the_same_roles_get_their_own_rows(alpha, fay):
    gus = person_at(alpha, "gus", Role.FIELDWORKER)
    theirs = Prepared(lambda person: person.memberships.select_related("user"))

    assert [row.user.username for row in theirs(fay)] == ["fay"]
    assert [row.user.username for row in theirs(gus)] == ["gus"]


@pytest.mark.parametrize("access", ["public", "consortium", "restricted"])
def test_each_person_sees_what_the_ordinary_queryset_shows(alpha, beta, ada, access):
    make_dataset(alpha, slug="one", access=access)
    people = [ada, person_at(beta, "bea", Role.DATA_MANAGER), person_at(beta, "ben", Role.CODER)]
    prepared = visible()

    for person in [*people, *reversed(people)]:
        assert prepared(person, "one") == list(Dataset.objects.visible_to(person).filter(slug="one"))


def test_nobody_sees_what_is_public_beside_people_who_see_more(alpha, fay):
    make_dataset(alpha, slug="one", access="public")
    make_dataset(alpha, slug="two", access="restricted")
    prepared = visible()

    for person, slugs in [(AnonymousUser(), ["one"]), (fay, ["one", "two"]), (AnonymousUser(), ["one"])]:
        assert [row.slug for slug in ("one", "two") for row in prepared(person, slug)] == slugs


def test_a_uuid_is_a_value(alpha, fay):
    found = Prepared(lambda uuid, pk: FieldNote.objects.filter(uuid=uuid, organisation=pk))
    case_study = make_case_study(fay)
    notes = [make_note(case_study, fay) for _ in range(2)]

    assert [found(note.uuid, alpha.pk) for note in notes] == [[note] for note in notes]
    assert found(uuid4(), alpha.pk) == []


def test_roles_that_end_end_at_the_next_request(alpha, ada, fay):
    make_dataset(alpha, slug="one", access="restricted")
    prepared = visible()
    assert len(prepared(fay, "one")) == 1

    actions.set_roles(person=fay, organisation=alpha, roles=[], by=None)

    assert prepared(User.objects.get(pk=fay.pk), "one") == []


def test_instances_annotations_and_rows_come_as_from_any_queryset(fay):
    person = Prepared(lambda pk: User.objects.filter(pk=pk))
    row = Prepared(lambda pk: Membership.objects.filter(user=pk).values_list("user__username", "roles"))
    name = Prepared(lambda pk: User.objects.filter(pk=pk).values_list("username", flat=True))

    assert person(fay.pk) == [fay]
    assert row(fay.pk) == [("fay", ["fieldworker"])]
    assert name(fay.pk) == ["fay"]
    assert name.first(0) is None


def test_a_second_call_asks_one_statement_and_builds_none(fay, django_assert_num_queries):
    built = []
    prepared = Prepared(lambda pk: built.append(pk) or User.objects.filter(pk=pk))
    prepared(fay.pk)

    with django_assert_num_queries(1):
        assert prepared(fay.pk) == [fay]
    assert len(built) == 1
    assert fay.pk not in built


@pytest.mark.parametrize(
    "build",
    [
        lambda pk: User.objects.filter(pk=pk + 1),
        lambda pk: User.objects.all(),
        lambda pk: User.objects.filter(username__contains=pk),
        lambda pk: Membership.objects.filter(roles__overlap=[str(pk)]),
        lambda pk: User.objects.filter(Exact(F("id"), Func(template=f"{pk}", output_field=IntegerField()))),
    ],
    ids=["computed", "unused", "part of a text", "in a list", "in the statement"],
)
def test_a_value_that_is_not_handed_over_as_it_is_is_refused(fay, build):
    with pytest.raises(TypeError, match="not a parameter"):
        Prepared(build)(fay.pk)


def test_a_person_in_a_list_is_refused(fay):
    with pytest.raises(TypeError, match="not a parameter"):
        Prepared(lambda person: Membership.objects.filter(roles__overlap=[str(person.pk)]))(fay)


def test_a_time_is_refused(fay):
    with pytest.raises(TypeError, match="keep the time"):
        Prepared(lambda pk: ApiToken.objects.filter(user=pk, expires_at__lt=timezone.now()))(fay.pk)


@pytest.mark.parametrize(
    "build",
    [
        lambda person: User.objects.filter(username=person.username, pk=person.pk),
        lambda person: CaseStudy.objects.filter(pk__in=[m.pk for m in person.memberships.all()]),
    ],
    ids=["another column", "related rows"],
)
def test_what_reads_more_of_a_person_than_key_and_roles_is_refused(fay, build):
    with pytest.raises(TypeError, match="asks the database"):
        Prepared(build)(fay)


@pytest.mark.parametrize("value", [True, None, 1.5, b"1"], ids=str)
def test_other_values_are_refused(value):
    with pytest.raises(TypeError, match="cannot be a value"):
        Prepared(lambda one: User.objects.filter(pk=one))(value)


def test_what_nobody_of_a_shape_sees_is_empty(fay):
    prepared = Prepared(lambda person, pk: User.objects.none() if person.is_active else User.objects.filter(pk=pk))

    assert prepared(fay, 1) == []
    assert prepared(fay, 1) == []


def test_threads_use_connections_of_their_own(fay):
    prepared = Prepared(lambda pk: User.objects.filter(pk=pk))
    prepared(fay.pk)
    seen = []

    def ask():
        # Another connection does not see what this test has not committed.
        seen.append(prepared(fay.pk))
        connection.close()

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert seen == [[]]
    assert prepared(fay.pk) == [fay]


def test_few_shapes_are_kept(alpha):
    prepared = Prepared(lambda person: Organisation.objects.filter(pk__in=person.organisation_ids))
    for number in range(MOST_SHAPES + 5):
        person = User(pk=1)
        person.__dict__["roles_by_organisation"] = {number: frozenset()}
        prepared(person)

    assert len(prepared._known) == MOST_SHAPES


def test_a_second_call_runs_the_statement_that_postgresql_has_planned(fay):
    prepared = Prepared(lambda pk: User.objects.filter(pk=pk))
    prepared(fay.pk)

    with CaptureQueriesContext(connection) as queries:
        assert prepared(fay.pk) == [fay]

    assert [query["sql"].split()[0] for query in queries] == ["EXECUTE"]


def test_a_pooled_connection_gets_the_whole_statement(fay, monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "DISABLE_SERVER_SIDE_CURSORS", True)
    prepared = Prepared(lambda pk: User.objects.filter(pk=pk))

    with CaptureQueriesContext(connection) as queries:
        assert prepared(fay.pk) == [fay]

    assert [query["sql"].split()[0] for query in queries] == ["SELECT"]


def test_a_statement_survives_what_is_rolled_back(fay):
    prepared = Prepared(lambda pk: User.objects.filter(pk=pk).values_list("username"))
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        prepared(fay.pk)
        raise ZeroDivisionError

    assert prepared(fay.pk) == [("fay",)]


@pytest.mark.django_db(transaction=True)
def test_a_new_connection_gets_its_statements_again(fay):
    prepared = Prepared(lambda pk: User.objects.filter(pk=pk))
    assert prepared(fay.pk) == [fay]

    connection.close()

    assert prepared(fay.pk) == [fay]
