"""An inbox folder: what arrives is taken in once, nothing is lost, nothing leads out of the folder."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from complaints.models import ComplaintRecord
from imports import storage, tasks
from imports.actions import decide_personal_data, edit_dataset, undo_import
from imports.actions.privacy import Decision
from imports.inbox_folder import Seen, StillChanging, opened
from imports.jobs.inbox import BROKEN_OFF, STILL, watch_inboxes
from imports.jobs.run import run_import
from imports.models import Import, InboxFile
from imports.problems import Refused
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset
from tests.markup import squeezed

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(tmp_path, settings):
    settings.INBOX_DIR = tmp_path / "inbox"
    return settings.INBOX_DIR


@pytest.fixture
def inbox(root):
    folder = root / "letters"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def dataset(alpha, bob, inbox):
    return make_dataset(alpha, by=bob, inbox="letters", inbox_rule="load")


def let_time_pass(by=STILL):
    """What the minutes between two looks do."""
    for row in InboxFile.objects.all():
        InboxFile.objects.filter(pk=row.pk).update(looked_at=row.looked_at - by)


def look_twice():
    """Ids of the imports that have begun."""
    begun = watch_inboxes()
    let_time_pass()
    return [run.pk for run in begun + watch_inboxes()]


def kept(inbox):
    return sorted(path.name.split("-", 1)[1] for path in (inbox / "taken").iterdir())


def test_a_new_file_is_taken_in_and_loads_by_itself_where_the_dataset_says_so(dataset, inbox):
    (inbox / "march.csv").write_bytes(csv_of(letters(30)))

    (run_id,) = look_twice()
    run_import(run_id)

    run = Import.objects.get()
    assert (run.state, run.created, run.from_inbox, run.created_by) == ("loaded", 30, True, None)
    assert kept(inbox) == ["march.csv"]
    assert not (inbox / "march.csv").exists()
    assert (InboxFile.objects.get().state, InboxFile.objects.get().import_run) == ("taken", run)
    assert storage.path_of(run.source_file.sha256).exists()


def test_it_is_only_checked_and_waits_where_the_dataset_says_so(client_of, alpha, bob, inbox):
    dataset = make_dataset(alpha, by=bob, inbox="letters", inbox_rule="check")
    (inbox / "march.csv").write_bytes(csv_of(letters(30)))

    (run_id,) = look_twice()
    run_import(run_id)

    run = Import.objects.get()
    assert (run.state, run.is_dry_run, run.created) == ("checked", True, 30)
    assert not ComplaintRecord.objects.exists()
    assert list(Import.objects.waiting()) == [run]
    page = client_of(bob).get(f"/datasets/{dataset.slug}/").content.decode()
    assert "The file came from the inbox: 30 would be created" in page
    assert "came from the inbox" in client_of(bob).get("/my-work/").content.decode()


def test_what_is_checked_waits_no_more_when_it_was_loaded_or_overtaken(alpha, bob, inbox):
    dataset = make_dataset(alpha, by=bob, inbox="letters", inbox_rule="check")
    (inbox / "march.csv").write_bytes(csv_of(letters(30)))
    run_import(look_twice()[0])

    import_bytes(dataset, csv_of(letters(31)), by=bob)

    assert not Import.objects.waiting().exists()


def test_a_file_is_not_taken_at_the_first_look_nor_while_it_grows(dataset, inbox):
    file = inbox / "march.csv"
    file.write_bytes(csv_of(letters(3)))

    assert watch_inboxes() == []
    assert watch_inboxes() == [], "a second look at once is no second look"
    let_time_pass()
    file.write_bytes(csv_of(letters(30)))
    assert watch_inboxes() == [], "it has grown since"
    let_time_pass()
    assert len(watch_inboxes()) == 1
    assert Import.objects.get().source_file.size == len(csv_of(letters(30)))


@pytest.mark.parametrize("name", [".march.csv", "march.csv.part", "march.csv.filepart", "march.csv~"])
def test_names_of_files_that_are_still_arriving_are_left(dataset, inbox, name):
    (inbox / name).write_bytes(csv_of(letters(30)))

    assert look_twice() == []
    assert (inbox / name).exists()


def test_the_same_content_again_is_noted_and_moved_aside(dataset, inbox):
    (inbox / "march.csv").write_bytes(csv_of(letters(30)))
    run_import(look_twice()[0])
    (inbox / "march again.csv").write_bytes(csv_of(letters(30)))

    assert look_twice() == []

    row = InboxFile.objects.get(name="march again.csv")
    assert (row.state, row.note) == ("repeated", f"The same content as import {Import.objects.get().pk}.")
    assert kept(inbox) == ["march again.csv", "march.csv"]


def test_the_same_content_is_taken_again_after_an_undo(dataset, inbox, bob):
    (inbox / "march.csv").write_bytes(csv_of(letters(30)))
    run_import(look_twice()[0])
    undo_import(run=Import.objects.get(), by=bob)
    run_import(Import.objects.get().pk)
    (inbox / "march.csv").write_bytes(csv_of(letters(30)))

    (again,) = look_twice()
    run_import(again)

    assert Import.objects.get(pk=again).state == "loaded"
    assert ComplaintRecord.objects.count() == 30


def test_files_of_one_name_are_all_kept(dataset, inbox):
    for count in (30, 31, 32):
        (inbox / "delivery.csv").write_bytes(csv_of(letters(count)))
        run_import(look_twice()[0])

    assert ComplaintRecord.objects.count() == 32
    assert len(kept(inbox)) == 3


def test_two_looks_at_once_begin_one_import(dataset, inbox):
    (inbox / "march.csv").write_bytes(csv_of(letters(30)))
    watch_inboxes()
    let_time_pass()
    row = InboxFile.objects.get()
    InboxFile.objects.filter(pk=row.pk).update(state="taking", looked_at=timezone.now())

    assert watch_inboxes() == [], "another look is taking it"
    let_time_pass(BROKEN_OFF + timedelta(seconds=1))
    assert len(watch_inboxes()) == 1, "the other one has died"


def test_a_file_that_was_taken_in_but_not_moved_is_moved_at_the_next_look(dataset, inbox):
    """A crash between the two."""
    (inbox / "march.csv").write_bytes(csv_of(letters(30)))
    look_twice()
    (kept_file,) = (inbox / "taken").iterdir()
    kept_file.rename(inbox / "march.csv")
    InboxFile.objects.update(kept_as="")

    assert look_twice() == []

    assert kept(inbox) == ["march.csv"]
    assert Import.objects.count() == 1


def test_a_file_that_the_store_refuses_is_left_with_a_sentence(client_of, dataset, inbox, bob):
    (inbox / "march.csv").touch()

    assert look_twice() == []

    row = InboxFile.objects.get()
    assert (row.state, (inbox / "march.csv").exists()) == ("failed", True)
    page = squeezed(client_of(bob).get(f"/datasets/{dataset.slug}/").content.decode())
    assert "Not imported, left in the folder: The file is empty" in page
    (inbox / "march.csv").write_bytes(csv_of(letters(30)))
    assert len(look_twice()) == 1, "mended in place, it is taken"


def test_a_file_that_vanishes_is_forgotten(dataset, inbox):
    (inbox / "march.csv").write_bytes(csv_of(letters(30)))
    watch_inboxes()
    (inbox / "march.csv").unlink()

    assert watch_inboxes() == []
    assert not InboxFile.objects.exists()


def test_what_is_not_a_plain_file_is_left_and_reported(dataset, inbox, tmp_path):
    secret = tmp_path / "secret.csv"
    secret.write_bytes(csv_of(letters(30)))
    (inbox / "link.csv").symlink_to(secret)
    (inbox / "folder.csv").mkdir()
    os.mkfifo(inbox / "pipe.csv")

    assert look_twice() == []

    dataset.refresh_from_db()
    assert "folder.csv, link.csv, pipe.csv: not a plain file" in dataset.inbox_problem
    assert not Import.objects.exists()


def test_an_inbox_that_is_a_link_is_not_looked_into(alpha, bob, root, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.csv").write_bytes(csv_of(letters(30)))
    root.mkdir()
    (root / "letters").symlink_to(elsewhere)
    dataset = make_dataset(alpha, by=bob, inbox="letters", inbox_rule="load")

    assert look_twice() == []

    dataset.refresh_from_db()
    assert "has to be a plain folder" in dataset.inbox_problem
    assert (elsewhere / "secret.csv").exists()


def test_a_folder_of_taken_files_that_is_a_link_is_not_used(dataset, inbox, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (inbox / "taken").symlink_to(elsewhere)
    (inbox / "march.csv").write_bytes(csv_of(letters(30)))

    assert len(look_twice()) == 1

    assert not list(elsewhere.iterdir())
    assert (inbox / "march.csv").exists()
    assert "could not be moved" in InboxFile.objects.get().note


@pytest.mark.parametrize("name", ["../other", "a/b", "/etc", "..", ".", ".hidden", "a b", "a\n", "x" * 81])
def test_a_name_that_is_more_than_a_name_is_refused(alpha, bob, root, name):
    with pytest.raises(ValidationError):
        make_dataset(alpha, by=bob, inbox=name, inbox_rule="load")
    with pytest.raises(Refused, match="cannot be the name"), opened(root, name):
        pass


def test_two_datasets_cannot_share_a_folder_and_a_rule_needs_one(dataset, alpha, bob):
    with pytest.raises(ValidationError, match="Another dataset has this inbox folder"):
        make_dataset(alpha, by=bob, slug="other", inbox="letters")
    with pytest.raises(ValidationError, match="Name the inbox folder"):
        make_dataset(alpha, by=bob, slug="other", inbox_rule="check")


def test_a_folder_that_is_not_there_is_made(alpha, bob, root):
    make_dataset(alpha, by=bob, inbox="new-letters", inbox_rule="check")

    watch_inboxes()

    assert (root / "new-letters").is_dir()


def test_an_inbox_that_is_off_is_not_looked_into(dataset, inbox, bob):
    edit_dataset(dataset=dataset, by=bob, inbox_rule="off")
    (inbox / "march.csv").write_bytes(csv_of(letters(30)))

    assert look_twice() == []
    assert (inbox / "march.csv").exists()


def test_a_file_exchanged_while_it_is_read_is_not_taken(inbox, root):
    file = inbox / "march.csv"
    file.write_bytes(b"x" * 3_000_000)
    told = file.stat()
    with opened(root, "letters") as folder:
        chunks = folder.chunks(Seen("march.csv", told.st_size, told.st_mtime_ns))
        next(chunks)
        with file.open("ab") as more:
            more.write(b"y")
        with pytest.raises(StillChanging):
            list(chunks)
        with pytest.raises(StillChanging):
            folder.put_aside(Seen("march.csv", told.st_size, told.st_mtime_ns), timezone.now())


def test_names_that_are_not_utf8_are_taken_too(dataset, inbox):
    raw = Path(os.fsdecode(os.fsencode(inbox) + b"/m\xe4rz.csv"))
    raw.write_bytes(csv_of(letters(30)))

    (run_id,) = look_twice()
    run_import(run_id)

    assert Import.objects.get().file_name == "m�rz.csv"
    assert not raw.exists()


def test_personal_data_stops_a_file_for_a_public_dataset(alpha, bob, inbox):
    make_dataset(alpha, by=bob, inbox="letters", inbox_rule="load", access="public")
    rows = letters(30)
    rows[3] = rows[3].replace("The office", "clerk@example.org")
    (inbox / "march.csv").write_bytes(csv_of(rows))
    (run_id,) = look_twice()
    run_import(run_id)

    run = Import.objects.get()
    assert (run.state, run.needs_decision) == ("checked", True)
    decide_personal_data(run=run, decision=Decision("include", "The desk's address."), by=bob)
    run_import(run.pk)
    assert Import.objects.get().state == "loaded"


def test_a_file_that_cannot_be_mapped_is_refused_and_waits(client_of, dataset, inbox, bob):
    (inbox / "march.csv").write_bytes(b"colour,size\nred,1\nred,1\n")
    (run_id,) = look_twice()
    run_import(run_id)

    assert Import.objects.get().error_code == "mapping_incomplete"
    assert "Refused. The file came from the inbox." in client_of(bob).get("/my-work/").content.decode()


def test_the_form_and_the_api_set_the_inbox(client_of, api_client, token_for, alpha, bob, root):
    dataset = make_dataset(alpha, by=bob)
    key = {"HTTP_AUTHORIZATION": f"Bearer {token_for(bob)}"}
    form = client_of(bob).get(f"/datasets/{dataset.slug}/edit/").context["form"]
    posted = {field.html_name: field.value() or "" for field in form if field.name != "shared_with"}

    page = client_of(bob).post(f"/datasets/{dataset.slug}/edit/", {**posted, "inbox": "letters", "inbox_rule": "check"})
    answer = api_client.patch(f"/api/v1/datasets/{dataset.slug}/", {"inbox_rule": "load"}, **key)
    wrong = api_client.patch(f"/api/v1/datasets/{dataset.slug}/", {"inbox": "../letters"}, **key)

    assert page.status_code == 303
    assert (answer.status_code, answer.json()["inbox"], answer.json()["inbox_rule"]) == (200, "letters", "load")
    assert wrong.status_code == 400


@pytest.mark.django_db(transaction=True)
def test_the_clock_and_a_real_worker_bring_a_file_to_its_records(worker, alpha, bob, root):
    """Both looks of the clock's own task, the second one's import done by the worker."""
    make_dataset(alpha, by=bob, inbox="letters", inbox_rule="load")
    tasks.watch_inboxes()
    (root / "letters" / "march.csv").write_bytes(csv_of(letters(300)))
    tasks.watch_inboxes()
    let_time_pass()

    tasks.watch_inboxes()

    worker.until(lambda: Import.objects.filter(state="loaded").exists())
    assert ComplaintRecord.objects.count() == 300


def test_the_clock_calls_the_task_every_minute(settings):
    assert settings.CELERY_BEAT_SCHEDULE["inboxes"]["task"] == tasks.watch_inboxes.name
    assert settings.CELERY_BEAT_SCHEDULE["inboxes"]["schedule"] == 60
