"""The horizon can be read by the plain user of a database that somebody else runs."""

import pytest
from django.db import connection, transaction

from rest.horizon import horizon, settled_before

pytestmark = pytest.mark.django_db


@pytest.fixture
def plain_role():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE ROLE plain_reader NOLOGIN")
        cursor.execute("SET LOCAL ROLE plain_reader")
        yield
        transaction.set_rollback(True)


def test_a_role_without_privileges_reads_the_horizon(plain_role):
    at = horizon()

    assert at.below <= at.unused and at.database.count("-") == 2
    assert settled_before() is not None
