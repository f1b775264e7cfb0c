"""A worker killed in the middle of thousands of letters: each becomes one record. Real worker, real signal."""

import zipfile
from datetime import timedelta

from django.utils import timezone

from complaints.models import ComplaintRecord
from imports.actions import receive_file
from imports.models import Import
from jobs import tasks
from tests.factories.imports import make_dataset
from tests.imports.corpus.archives import zipped
from tests.imports.corpus.documents import docx
from tests.imports.test_kills import kill_the_child_of, let_the_lease_run_out

LETTERS = 5_000


def content():
    """Every tenth letter is a Word document, which a child process reads."""
    text = "Dear ombudsman, my street has been dark since the works of May, and nobody answers my calls. " * 12
    members = {
        f"in/{n:05}.docx" if n % 10 == 0 else f"in/{n:05}.txt": docx(f"{text} {n}") if n % 10 == 0 else f"{text} {n}"
        for n in range(LETTERS)
    }
    return zipped(members, zipfile.ZIP_DEFLATED)


def has_read_for_a_while(run):
    """The first letters were read, which takes seconds for all; the import tells its progress less often."""
    now = Import.objects.get(pk=run.pk)
    return now.stage == "reading" and timezone.now() - now.stage_started_at > timedelta(seconds=0.3)


def test_letters_whose_worker_was_killed_are_each_read_once(worker, alpha):
    run = receive_file(dataset=make_dataset(alpha), chunks=[content()], name="letters.zip", by=None, is_automatic=True)
    worker.until(lambda: has_read_for_a_while(run) or not Import.objects.get(pk=run.pk).is_active)
    killed = Import.objects.get(pk=run.pk)
    assert killed.stage == "reading"
    kill_the_child_of(worker)
    assert not ComplaintRecord.objects.exists()
    let_the_lease_run_out(run)
    tasks.reconcile.delay()
    worker.until(lambda: not Import.objects.get(pk=run.pk).is_active)

    run.refresh_from_db()
    assert (run.state, run.rows, run.created, run.quarantined) == ("loaded", LETTERS, LETTERS, 0), run.error_message
    assert run.fence > killed.fence
    said = dict(ComplaintRecord.objects.values_list("reference", "narrative"))
    assert len(said) == LETTERS
    assert all(said[f"{n:05}"].endswith(f" {n}") for n in range(LETTERS))
