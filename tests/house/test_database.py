"""Putting the database of a test run back takes nothing from it but the rows and tables that a test made."""

import pytest
from django.db import connection

from tests.factories.complaints import load_records, make_dataset

CONSTRAINTS = "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE conparentid = 0 ORDER BY 1, 2"


def constraints():
    with connection.cursor() as cursor:
        cursor.execute(CONSTRAINTS)
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_no_constraint_goes_with_the_partition_that_a_test_made(alpha, shipped):
    before = constraints()
    load_records(make_dataset(alpha), [{}])

    shipped.put_back()

    assert constraints() == before
