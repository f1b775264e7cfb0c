"""Two imports of one dataset."""

import pytest

from tests.factories.imports import csv_of, import_bytes, letters, make_dataset


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha)


@pytest.fixture
def older(dataset, bob):
    return import_bytes(dataset, csv_of(letters(30)), by=bob)


@pytest.fixture
def newer(dataset, bob, older):
    """5 of 30 missing, 5 changed, 20 as before, 3 new."""
    rows = [*letters(20), *letters(5, first=21, outcome="Not upheld"), *letters(3, first=31)]
    return import_bytes(dataset, csv_of(rows), by=bob)
