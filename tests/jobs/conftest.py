"""A small real job: a comparison of two files that were received and not read yet."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imports.actions import receive_file
from imports.models import Comparison
from tests.factories.imports import csv_of, letters, make_dataset


@pytest.fixture
def job(alpha, bob):
    dataset = make_dataset(alpha, by=bob)
    older, newer = (
        receive_file(dataset=dataset, chunks=[csv_of(letters(count))], name="a.csv", by=bob, wake=False)
        for count in (3, 4)
    )
    return Comparison.objects.create(older=older, newer=newer, created_by=bob)


@pytest.fixture
def let_the_lease_run_out(job):
    """What 45 seconds without a heartbeat do."""

    def run_out():
        Comparison.objects.filter(pk=job.pk).update(lease_expires_at=timezone.now() - timedelta(seconds=1))

    return run_out
