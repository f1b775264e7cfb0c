"""The original file of an import: withheld while it may hold erased text, and deleted by a data manager."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.roles import Role
from complaints.models import ComplaintRecord
from imports import storage
from imports.actions import delete_original, repair_row
from imports.jobs.run import run_import
from imports.models import QuarantinedRow
from imports.selectors import provenance
from tests.conftest import person_at
from tests.factories.comparisons import compared
from tests.factories.imports import csv_of, figures, import_bytes, letters, make_dataset, undo
from tests.imports.test_repair import mended, replay, with_bad_dates
from versions.actions import erase, undo_erasure

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha)


def erased(by):
    return erase(kind="complaint-record", key="letters/L00001", ground="redaction", by=by)


def file_at(address, browser):
    answer = browser.get(address)
    content = b"".join(answer.streaming_content).decode()
    answer.close()
    return content


def test_an_original_that_may_hold_erased_text_is_withheld_until_the_erasure_is_undone(dataset, bob, client_of):
    run = import_bytes(dataset, csv_of(letters(30)), by=bob)
    browser, address = client_of(bob), reverse("import-source", args=[run.pk])
    assert "my letter number 1" in file_at(address, browser)
    erasure = erased(bob)
    refused = browser.get(address)
    assert refused.status_code == 403
    assert "which the original file may still hold" in refused.content.decode()
    assert address not in browser.get(reverse("import-detail", args=[run.pk])).content.decode().replace("/delete/", "")
    undo_erasure(erasure=erasure, by=bob)
    assert "my letter number 1" in file_at(address, browser)


def test_the_preview_of_an_erasure_names_the_files_and_the_page_of_the_import_deletes_one(dataset, bob, client_of):
    run = import_bytes(dataset, csv_of(letters(30)), by=bob)
    browser = client_of(bob)
    page = f"{reverse('erasure-new')}?kind=complaint-record&key=letters/L00001"
    sentence = f"The original file of import {run.pk}, letters.csv, may still hold the text."
    assert sentence in browser.post(page, {"ground": "redaction"}).content.decode()
    assert sentence in browser.get(erased(bob).get_absolute_url()).content.decode()

    address = reverse("import-source-delete", args=[run.pk])
    assert "Tick the box to delete the original file." in browser.post(address, follow=True).content.decode()
    assert storage.path_of(run.source_file.sha256).exists()

    answer = browser.post(address, {"confirmed": "on"}, follow=True)

    assert "The original file was deleted on" in answer.content.decode()
    assert sentence not in browser.post(page, {"ground": "redaction"}).content.decode()
    assert not storage.path_of(run.source_file.sha256).exists()
    event = AuditEvent.objects.get(action="original-file.deleted")
    assert (event.actor, event.target_id, event.details["sha256"]) == (bob, str(run.pk), run.source_file.sha256)
    with pytest.raises(ValidationError, match="deleted before"):
        delete_original(run=run, by=bob)


def test_who_does_not_see_the_import_reads_only_that_there_are_files(dataset, alpha, bob, client_of):
    import_bytes(dataset, csv_of(letters(30)), by=bob)
    page = client_of(person_at(alpha, "alex", Role.ADMIN)).get(erased(bob).get_absolute_url()).content.decode()
    assert "Original files of imports may still hold the text." in page
    assert "letters.csv" not in page
    assert "/imports/" not in page


def test_without_its_file_an_import_is_repaired_replayed_and_undone_and_not_compared(dataset, bob):
    run = import_bytes(dataset, with_bad_dates(4), by=bob)
    newer = import_bytes(dataset, csv_of(letters(29)), by=bob)
    delete_original(run=run, by=bob)
    found = compared(run, newer, bob)
    assert found.state == "refused"
    assert found.error_message == f"The original file of import {run.pk} was deleted, so it cannot be read again."
    record = ComplaintRecord.objects.get(reference="L00003")
    assert provenance(record.import_id, record.source_record, record.source_line).raw is None
    undo(newer, bob)
    row = QuarantinedRow.objects.get(import_run=run)
    repair_row(row=row, cells=mended(row, c1="2019-03-06"), by=bob)
    replay(run, bob)
    assert figures(run) == ("loaded", 30, 0, 0, 0, 0)
    undo(run, bob)
    assert ComplaintRecord.objects.count() == 0


def test_a_replay_that_needs_the_deleted_file_says_so_and_changes_nothing(dataset, bob):
    import_bytes(dataset, csv_of(letters(30)), by=bob)
    run = import_bytes(dataset, csv_of([*letters(29), "L00030,2019-33-01,Letter,Other,Upheld"]), by=bob)
    delete_original(run=run, by=bob)
    row = QuarantinedRow.objects.get(import_run=run)
    repair_row(row=row, cells=mended(row, c1="2019-03-06"), by=bob)
    before = figures(run)
    replay(run, bob)
    assert figures(run) == before
    assert any("was deleted, so it cannot be read again" in str(note) for note in run.notes)


def test_a_file_is_not_deleted_while_an_import_of_it_is_not_finished_or_by_another_organisation(dataset, bob, charlie):
    content = csv_of(letters(30))
    run = import_bytes(dataset, content, by=bob)
    waiting = import_bytes(dataset, content, by=bob, is_automatic=False)
    with pytest.raises(ValidationError, match=f"Import {waiting.pk} of this file is not finished"):
        delete_original(run=run, by=bob)
    with pytest.raises(PermissionDenied):
        delete_original(run=run, by=charlie)
    assert storage.path_of(run.source_file.sha256).exists()
    assert not AuditEvent.objects.filter(action="original-file.deleted").exists()


def test_bytes_that_another_dataset_imported_stay_and_the_same_file_can_come_again(dataset, alpha, bob):
    content = csv_of(letters(30))
    run = import_bytes(dataset, content, by=bob)
    other = import_bytes(make_dataset(alpha, slug="others"), content, by=bob)
    delete_original(run=run, by=bob)
    assert storage.path_of(run.source_file.sha256).exists()
    delete_original(run=other, by=bob)
    assert not storage.path_of(run.source_file.sha256).exists()
    again = import_bytes(dataset, content, by=bob)
    run_import(again.pk)
    assert figures(again) == ("loaded", 0, 0, 30, 0, 0)
    assert storage.path_of(run.source_file.sha256).exists()
