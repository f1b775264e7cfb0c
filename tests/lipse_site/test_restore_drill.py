"""The drill: a backup under writes, a restore into an empty site, and a restore that is killed at ten moments."""

import os
import shutil
import signal
import threading
from contextlib import contextmanager

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from psycopg2 import sql

from accounts import actions, journal
from accounts.jobs import replay_journal
from accounts.models import ApiToken, Organisation, User
from lipse_site.backups import archive, database, files, jobs
from lipse_site.backups.database import State
from lipse_site.backups.jobs import RestoreUnfinished, make_backup, restore_backup
from lipse_site.checks import restore_was_not_interrupted
from tests.factories.casestudies import make_case_study, make_note
from tests.searched import tables_with
from versions.actions import erase
from versions.models import Erasure, KeptText

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "data")
    monkeypatch.setattr(settings, "ERASURES_FILE", tmp_path / "data/journal/erasures.jsonl")
    settings.DATA_DIR.mkdir()


def upload(name):
    """A file as uploads are: its name says its content."""
    path = settings.MEDIA_ROOT / "attachments" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"the content of {name}")


def stored():
    return {name: path.read_text() for name, path in files.uploaded(settings.MEDIA_ROOT)}


def tables():
    connection.close()
    with database.snapshot() as (_, cursor):
        return database.contents(cursor)


# Ten moments of a restore: a function, and whether the kill comes before its work, after it, or at which call.
# An archive of six files is checked member by member when it is read, and again when it is unpacked.
MOMENTS = {
    "before the archive is read": (archive, "read_manifest", "before"),
    "while files are unpacked": (archive, "_check_member", 10),
    "before the temporary database is filled": (database, "load", "before"),
    "after the temporary database was filled": (database, "load", "after"),
    "before old sessions are removed": (database, "empty_live_tables", "before"),
    "while restored files are put beside the old ones": (files, "_put", 4),
    "before the journal is replayed": (jobs, "replay_journal", "before"),
    "before the databases are renamed": (database, "take_place", "before"),
    "after the databases were renamed": (database, "take_place", "after"),
    "while the old database is removed": (jobs, "_finish", "after"),
}
WORDS = "Mrs Quillfeather"
# What the erasure of a note changes in the tables of a backup that still had its text.
ERASED = {
    "public.casestudies_fieldnote", "public.casestudies_fieldnoteversion", "public.versions_erasure",
    "public.versions_erasuretarget", "public.versions_kepttext", "public.exports_change",
}  # fmt: skip
REPLACED = {"after the databases were renamed", "while the old database is removed"}


def restore_and_be_killed(path, moment):
    """Restore in a copy of this process, which kills itself at the moment. Nothing of it is cleaned up."""
    module, name, when = MOMENTS[moment]
    connections.close_all()
    child = os.fork()
    if not child:
        try:
            # Journeys leave an event loop in this thread, which a copy of the process does not have; Django keeps
            # connections by loop, so the copy finds older ones.
            connections.close_all()
            _arm(module, name, when)
            restore_backup(path)
        finally:
            os._exit(0)
    _child, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL


def _arm(module, name, when):
    whole, calls = getattr(module, name), []

    def armed(*arguments, **options):
        calls.append(name)
        if when in {"before", len(calls)}:
            os.kill(os.getpid(), signal.SIGKILL)
        done = whole(*arguments, **options)
        if when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    setattr(module, name, armed)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_restore_that_is_killed_leaves_the_old_site_or_the_new_one_and_says_which(
    moment, ada, bob, fay, tmp_path, capsys
):
    for number in range(6):
        upload(f"first-{number}")
    note = make_note(make_case_study(fay), fay, text=f"{WORDS} came.")
    assert tables_with(WORDS) == {"casestudies_fieldnote", "casestudies_fieldnoteversion"}
    new_tables, new_files = tables(), stored()
    make_backup(tmp_path / "backup.tar")
    erase(kind="casestudies.fieldnote", key=str(note.pk), ground="personal-request", by=bob)
    User.objects.filter(pk=ada.pk).update(name="Changed since")
    shutil.rmtree(settings.MEDIA_ROOT)
    upload("since")
    old_tables, old_files = tables(), stored()
    assert (old_tables, old_files) != (new_tables, new_files)

    restore_and_be_killed(tmp_path / "backup.tar", moment)

    is_new = moment in REPLACED
    check_site(new_tables if is_new else old_tables, is_new=is_new)
    assert (new_files if is_new else old_files).items() <= stored().items()
    says = {State.NEW: "this is the new site", State.OLD: "this is the old site", State.NONE: "No restore"}
    expected = State.NEW if is_new else State.OLD
    if moment in {"before the archive is read", "while the old database is removed"}:
        expected = State.NONE  # nothing was begun yet, or nothing is left to do
    assert database.interrupted() is expected
    assert bool(restore_was_not_interrupted(databases=["default"])) is (expected is not State.NONE)
    call_command("restore", interrupted=True)
    assert says[expected] in capsys.readouterr().out
    assert database.interrupted() is State.NONE
    check_site(new_tables if is_new else old_tables, is_new=is_new)

    call_command("restore", str(tmp_path / "backup.tar"))
    check_site(new_tables, is_new=True)
    assert stored() == new_files
    assert list(settings.DATA_DIR.glob("backup-*")) == []


def check_site(expected, *, is_new):
    """The site is the old one, or the new one with what was erased since; the text is in none of its tables but that of
    the texts which can still be put back."""
    found = tables()
    assert {name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)} == (
        ERASED if is_new else set()
    )
    assert tables_with(WORDS) == {"versions_kepttext"}
    assert Erasure.objects.get().by_username == "bob"
    assert KeptText.objects.count() == 2


def interrupt(module, name, *, before, fault, monkeypatch):
    whole = getattr(module, name)

    def interrupted(*arguments, **options):
        if not before:
            whole(*arguments, **options)
        raise fault

    monkeypatch.setattr(module, name, interrupted)


@pytest.mark.parametrize(
    ("before", "sentence"), [(True, "Nothing was changed"), (False, "after it replaced the database")]
)
def test_a_person_who_interrupts_a_restore_is_told_which_site_there_is(before, sentence, ada, tmp_path, monkeypatch):
    upload("first")
    restored = tables(), stored()
    make_backup(tmp_path / "backup.tar")
    User.objects.filter(pk=ada.pk).update(name="Changed since")
    shutil.rmtree(settings.MEDIA_ROOT)
    old = tables(), stored()
    interrupt(database, "take_place", before=before, fault=KeyboardInterrupt(), monkeypatch=monkeypatch)
    with pytest.raises(CommandError, match=sentence):
        call_command("restore", str(tmp_path / "backup.tar"))
    assert (tables(), stored()) == (old if before else restored)
    assert jobs.remove_leftovers() is (State.NONE if before else State.NEW)


def test_what_fails_after_the_change_is_reported_as_such(ada, tmp_path):
    """A terminal that was closed meanwhile, for one."""
    make_backup(tmp_path / "backup.tar")
    said = []

    def say(sentence):
        said.append(sentence)
        if len(said) == 2:
            raise BrokenPipeError(32, "Broken pipe")

    User.objects.filter(pk=ada.pk).update(name="Changed since")
    with pytest.raises(RestoreUnfinished, match="Broken pipe"):
        restore_backup(tmp_path / "backup.tar", say=say)
    assert User.objects.get(pk=ada.pk).name == "Ada"
    assert jobs.remove_leftovers() is State.NEW


def test_a_rename_whose_answer_was_lost_counts(ada, tmp_path, monkeypatch):
    make_backup(tmp_path / "backup.tar")
    User.objects.filter(pk=ada.pk).update(name="Changed since")

    @contextmanager
    def closing_with_a_fault(session):
        yield session
        session.close()
        raise psycopg2.OperationalError("server closed the connection unexpectedly")

    whole = database.take_place

    def take_place(scratch):
        database.drop(database.replaced_name())
        with monkeypatch.context() as lost:
            lost.setattr(database, "drop", lambda _name: None)
            lost.setattr(database, "closing", closing_with_a_fault)
            return whole(scratch)

    monkeypatch.setattr(database, "take_place", take_place)
    restore_backup(tmp_path / "backup.tar")
    assert User.objects.get(pk=ada.pk).name == "Ada"


def test_a_backup_under_writes_is_one_point_in_time(ada, charlie, tmp_path):
    """Two rows that are always changed together, and a file that is stored before the row that names it."""
    began, stop = threading.Event(), threading.Event()

    def write():
        number = 0
        while not stop.is_set():
            number += 1
            upload(f"file-{number}")
            with transaction.atomic():
                User.objects.filter(username="ada").update(name=f"{number}")
                User.objects.filter(username="charlie").update(name=f"{number}")
            began.set()
        connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    assert began.wait(60)
    try:
        make_backup(tmp_path / "backup.tar")
    finally:
        stop.set()
        writer.join()
    restore_backup(tmp_path / "backup.tar")
    one, other = (User.objects.get(username=name).name for name in ("ada", "charlie"))
    assert one == other
    assert f"attachments/file-{one}" in stored()


@contextmanager
def empty_site(tmp_path, monkeypatch):
    """Another data folder, and a database in which nothing is, not even a table."""
    with database.maintenance() as cursor:
        cursor.execute("CREATE DATABASE empty_site TEMPLATE template0")
    try:
        with monkeypatch.context() as site:
            site.setattr(settings, "DATA_DIR", tmp_path / "new-data")
            site.setattr(settings, "MEDIA_ROOT", tmp_path / "new-data/media")
            with database.connected_to("empty_site"):
                yield
    finally:
        with database.maintenance() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE empty_site WITH (FORCE)"))


def test_an_empty_site_becomes_the_one_of_the_backup_with_the_revocations_since(ada, charlie, tmp_path, monkeypatch):
    token, _secret = actions.create_token(person=ada, label="script", by=ada)
    upload("first")
    before = tables()
    make_backup(tmp_path / "backup.tar")
    actions.revoke_token(token=token, by=ada)
    actions.deactivate_person(person=charlie, by=None)
    with empty_site(tmp_path, monkeypatch):
        # What an operator does: the journal is copied to the new machine.
        shutil.copytree(tmp_path / "data/journal", tmp_path / "new-data/journal")
        with pytest.raises(DatabaseError):
            User.objects.count()
        connection.close()
        restore_backup(tmp_path / "backup.tar")
        assert stored() == {"attachments/first": "the content of first"}
        assert User.objects.get(pk=ada.pk).is_active
        assert not User.objects.get(pk=charlie.pk).is_active
        assert ApiToken.objects.get(pk=token.pk).revoked_at
        # What changes says so there (docs/adr/0116).
        changed = {name for name, rows in tables().items() if rows != before[name]} - {"public.exports_tablechange"}
        assert changed == {"public.accounts_user", "public.accounts_apitoken", "public.accounts_auditevent"}
        assert replay_journal().tokens == 0
    assert Organisation.objects.count() == 2
    assert [entry.action for entry in journal.entries()] == ["token.revoked", "person.deactivated"]
