"""Fixtures for every test: the cast (Ada owns, Bob curates, Charlie is a stranger) and their ways in."""

from contextlib import ExitStack

import pytest
from django.conf import settings
from django.test import Client
from rest_framework.test import APIClient

from accounts import actions
from accounts.roles import Role
from lipse_site.management.quick_migrate import quick_migrate

pytest_plugins = ["tests.worker"]
PASSWORD = "correct-horse-battery"


@pytest.fixture
def alpha(db):
    return actions.create_organisation(slug="alpha-university", name="Alpha University", country="NL", by=None)


@pytest.fixture
def beta(db):
    return actions.create_organisation(slug="beta-university", name="Beta University", country="DK", by=None)


def person_at(organisation, username, *roles):
    """A person who holds these roles at the organisation and signs in with PASSWORD."""
    person = actions.create_person(
        username=username, email=f"{username}@example.org", name=username.title(), password=PASSWORD, by=None
    )
    actions.set_roles(person=person, organisation=organisation, roles=roles, by=None)
    return person


@pytest.fixture
def ada(alpha):
    """Every role at Alpha."""
    return person_at(alpha, "ada", *Role.values)


@pytest.fixture
def bob(alpha):
    """Curates at Alpha: data manager and lead coder."""
    return person_at(alpha, "bob", Role.DATA_MANAGER, Role.LEAD_CODER)


@pytest.fixture
def fay(alpha):
    """Fieldworker at Alpha."""
    return person_at(alpha, "fay", Role.FIELDWORKER)


@pytest.fixture
def cody(alpha):
    """Coder at Alpha."""
    return person_at(alpha, "cody", Role.CODER)


@pytest.fixture
def rita(alpha):
    """Reader at Alpha."""
    return person_at(alpha, "rita", Role.READER)


@pytest.fixture
def charlie(beta):
    """Every role at Beta: the stranger."""
    return person_at(beta, "charlie", *Role.values)


@pytest.fixture
def api_client():
    """A caller of the REST API without credentials."""
    return APIClient()


@pytest.fixture
def client_of():
    """The browser of a signed-in person: `client_of(ada).get(...)`."""

    def sign_in(person):
        client = Client()
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def token_for():
    """A bearer string: `api_client.get(url, HTTP_AUTHORIZATION=f"Bearer {token_for(ada)}")`."""

    def make(person, scope="write"):
        return actions.create_token(person=person, label="test", scope=scope, by=None)[1]

    return make


@pytest.fixture(scope="session")
def _quickly():
    with ExitStack() as stack:
        stack.enter_context(quick_migrate())
        yield stack


@pytest.fixture(scope="session")
def django_db_setup(_quickly, django_db_setup):
    """pytest-django's, which migrates an empty database: in seconds instead of half a minute (ADR 0003)."""
    _quickly.close()


@pytest.fixture(scope="session", autouse=True)
def site(django_test_environment, worker_id):
    """A folder for collected static files, and room for a test run's many requests from one address.

    Each process of pytest-xdist keeps files of its own: one that removes a file would take it from the others.
    """
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.MEDIA_ROOT /= worker_id
    settings.REST_LIMITS = dict.fromkeys(settings.REST_LIMITS, (1_000_000, 60))
