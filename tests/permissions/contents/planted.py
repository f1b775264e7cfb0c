"""The planted world, made once for the people of a test file: each finds it as it was."""

import pytest
from django.db import transaction

from tests.permissions.contents import world


@pytest.fixture(scope="module")
def planted(django_db_setup, django_db_blocker):
    """(words, people). The transaction of each test is one inside of this one."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield world.build()
        transaction.set_rollback(True)
