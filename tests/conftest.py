"""Fixtures for every test: the cast (Ada owns, Bob curates, Charlie is a stranger) and their ways in."""

from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.test import Client
from hypothesis import HealthCheck
from rest_framework.test import APIClient

from accounts import actions
from accounts.roles import Role
from complaints.selectors import exploring
from rest import time_limits

pytest_plugins = [
    "tests.database",
    "tests.engines.fixtures",
    "tests.live",
    "tests.worker",
    "tests.permissions.contents.planted",
]
PASSWORD = "correct-horse-battery"
SHIPPED_HASHERS = settings.PASSWORD_HASHERS
# A property must not fail because the machine has other things to do.
hypothesis.settings.register_profile("any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis.settings.load_profile("any-machine")
# Files that start sites, browsers and kills, or ask for everything. They come first, so that no process is left alone
# with one at the end.
LONGEST = (
    "tests/chaos/", "tests/fieldwork/", "tests/imports/test_kills.py", "tests/journeys/", "tests/lipse_site/",
    "tests/permissions/test_contents", "tests/rest/test_fuzz.py"
)  # fmt: skip


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


@pytest.fixture(autouse=True)
def no_erasures_of_other_tests():
    """The list of erasures outlives a database on purpose; a later test that restores one would make them again."""
    yield
    Path(settings.ERASURES_FILE).unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def no_time_limit_of_other_tests():
    """A request limits the statements of its thread until the next one, which in tests is the thread of all of them."""
    time_limits.free()


@pytest.fixture(autouse=True)
def pages_wait_for_their_numbers(monkeypatch):
    """What a page shows must not depend on what else the machine does."""
    monkeypatch.setattr(exploring, "PAGE_SECONDS", exploring.PATIENT_SECONDS)


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


@pytest.fixture(scope="session", autouse=True)
def site(django_test_environment, worker_id):
    """A folder for collected static files, and room for a test run's many requests from one address.

    Each process of pytest-xdist keeps files of its own: one that removes a file would take it from the others.
    """
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    settings.MEDIA_ROOT /= worker_id
    settings.EXPORTS_DIR /= worker_id
    # Keeping a password safely takes much of a second, and every test has people.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *SHIPPED_HASHERS]
    settings.REST_LIMITS = dict.fromkeys(settings.REST_LIMITS, (1_000_000, 60))
