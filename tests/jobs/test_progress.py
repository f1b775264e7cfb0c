"""What people are shown of a job under way, on every page the same."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from imports.models import Comparison, Import
from jobs.lease import claim

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def at_noon(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


def running(model=Comparison, **values):
    """A job that entered its stage ten seconds before noon."""
    began = NOW - timedelta(seconds=10)
    return model(state="running", stage_started_at=began, lease_owner=uuid4(), **values)


def test_a_job_that_has_not_begun_waits_for_a_worker():
    assert (Comparison().progress_label, Comparison().progress_text) == ("Waiting", "Waiting for a worker")


@pytest.mark.parametrize(
    ("done", "total", "percent", "text"),
    [
        (250_000, 1_000_000, 25, "250,000 of 1,000,000 rows · 25,000 rows a second · about 31 s left in this step"),
        (1_000, 1_000_000, 0, "1,000 of 1,000,000 rows · 100 rows a second · about 167 min left in this step"),
        (0, 1, 0, "0 of 1 row"),
        (50, 0, None, "50 rows · 5 rows a second"),
        (0, 0, None, ""),
        (12, 10, 100, "12 of 10 rows · 1 row a second · about 1 s left in this step"),
    ],
)
def test_rows_rate_and_time_left_are_shown_where_they_are_known(at_noon, done, total, percent, text):
    job = running(stage="comparing", progress_done=done, progress_total=total)

    assert (job.percent, job.progress_text) == (percent, text)
    assert job.progress_label == "Reading and comparing both files"


def test_the_whole_time_is_shown_from_its_start_on(at_noon):
    job = running(started_at=NOW - timedelta(seconds=75))

    assert job.progress_text == "75 s in total"


def test_a_job_that_is_being_cancelled_says_that_nothing_is_stored(at_noon):
    job = running(progress_done=5, progress_total=10, cancel_requested=True)

    assert job.progress_text == "Stopping. The work of this job will be discarded."


def test_indexes_are_counted_as_indexes(at_noon):
    job = running(Import, stage="indexing", progress_done=3, progress_total=9)

    assert "Index 3 of 9 is built." in job.progress_text
    assert "rows" not in job.progress_text


@pytest.mark.django_db
def test_the_fragment_asks_its_own_page_again_until_the_job_has_ended(client_of, bob, job):
    address = f"/comparisons/{job.pk}/"
    lease = claim(Comparison, job.pk)
    lease.write(state="running")
    lease.enter("comparing", 7)

    page = client_of(bob).get(address).content.decode()
    fragment = client_of(bob).get(address, HTTP_HX_REQUEST="true")
    lease.end(state="cancelled")
    ended = client_of(bob).get(address, HTTP_HX_REQUEST="true")

    for shown in (page, fragment.content.decode()):
        assert f'hx-get="{address}"' in shown
        assert "0 of 7 rows" in shown
    assert ("HX-Refresh" in fragment.headers, ended.headers.get("HX-Refresh")) == (False, "true")
    assert "This comparison was cancelled." in client_of(bob).get(address).content.decode()
