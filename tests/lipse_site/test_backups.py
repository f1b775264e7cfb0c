"""The drill: what a backup holds comes back, and what is no whole backup is refused before anything is touched."""

import json
import tarfile

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import Organisation, User
from lipse_site.backups import archive, database
from lipse_site.backups.jobs import make_backup, restore_backup
from standards.files import private_file

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def media(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path / "media")
    (settings.MEDIA_ROOT / "attachments/ab").mkdir(parents=True)
    (settings.MEDIA_ROOT / "attachments/ab/photo").write_bytes(b"\x00\xff" * 5000)
    return settings.MEDIA_ROOT


@pytest.fixture
def backup(ada, media, tmp_path):
    call_command("backup", str(tmp_path / "backup.tar"))
    return tmp_path / "backup.tar"


def state():
    """What is in database and files."""
    with database.snapshot() as (_, cursor):
        tables = database.contents(cursor)
    return tables, {path: path.read_bytes() for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()}


def test_everything_comes_back(backup, media, ada):
    before = state()
    ada.name = "Somebody else"
    ada.save()
    Organisation.objects.filter(slug="alpha-university").update(name="Renamed")
    (media / "attachments/ab/photo").unlink()
    (media / "later").write_text("not in the backup")
    call_command("restore", str(backup))
    assert User.objects.get(pk=ada.pk).name == "Ada"
    assert state() == before


def test_all_rows_of_partitioned_tables_are_counted(backup):
    manifest = archive.read_manifest(backup)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname || '.' || relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
                       " WHERE relkind = 'p' AND NOT relispartition")  # fmt: skip
        partitioned = {name for (name,) in cursor.fetchall()}
        cursor.execute("SELECT 'public.' || relname FROM pg_class WHERE relispartition")
        partitions = {name for (name,) in cursor.fetchall()}
    assert partitioned
    assert partitioned <= set(manifest.tables)
    assert not partitions & set(manifest.tables)


def test_a_backup_overwrites_nothing(backup):
    with pytest.raises(CommandError, match="exists"):
        call_command("backup", str(backup))


def test_a_tar_reader_opens_it(backup):
    with tarfile.open(backup) as tar:
        assert {member.name for member in tar} == {"database.dump", "media/attachments/ab/photo", "manifest.json"}


def cut(content, at):
    return content[: int(len(content) * at)]


def flipped(content, at):
    place = int(len(content) * at)
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


DAMAGES = {
    "nothing": lambda content: b"",
    "a text": lambda content: b"These are not the data you are looking for." * 9,
    "the first half": lambda content: cut(content, 0.5),
    "without its last byte": lambda content: content[:-1],
    "with a byte more": lambda content: content + b"\n",
    "without its beginning": lambda content: content[512:],
    "twice": lambda content: content * 2,
    "without its seal": lambda content: content[: -archive._SEAL_BYTES],
} | {f"one bit flipped at {at}": lambda content, at=at: flipped(content, at) for at in (0, 0.1, 0.3, 0.5, 0.9, 0.9999)}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_archive_is_refused_and_nothing_is_touched(damage, backup, media):
    before = state()
    broken = backup.with_name("broken.tar")
    broken.write_bytes(DAMAGES[damage](backup.read_bytes()))
    with pytest.raises(CommandError, match="is not a valid backup"):
        call_command("restore", str(broken))
    assert state() == before


def rewritten(backup, change, tmp_path):
    """The archive with a manifest that says something else, sealed as if we had made it."""
    manifest = archive.read_manifest(backup)
    with tarfile.open(backup) as tar:
        tar.extractall(tmp_path / "opened", filter="data")
    change(manifest)
    forged = tmp_path / "forged.tar"
    with private_file(forged) as file, archive.ArchiveWriter(file) as writer:
        for name in ["database.dump", "media/attachments/ab/photo"]:
            writer.add(name, tmp_path / "opened" / name)
        writer.finish(manifest)
    return forged


def test_a_newer_schema_is_refused(backup, tmp_path):
    forged = rewritten(backup, lambda manifest: manifest.migrations.append("registry.9999_later"), tmp_path)
    with pytest.raises(CommandError, match=r"newer version.*registry\.9999_later"):
        call_command("restore", str(forged))


def test_a_newer_format_is_refused(backup, tmp_path):
    forged = rewritten(backup, lambda manifest: setattr(manifest, "version", archive.VERSION + 1), tmp_path)
    with pytest.raises(CommandError, match="newer version"):
        call_command("restore", str(forged))


def test_other_rows_than_the_manifest_names_are_not_let_in(backup, media, tmp_path):
    before = state()

    def lie(manifest):
        manifest.tables["public.accounts_user"] = ["7", "0"]

    with pytest.raises(CommandError, match=r"Nothing was changed.*accounts_user"):
        call_command("restore", str(rewritten(backup, lie, tmp_path)))
    assert state() == before


def test_files_that_cannot_take_their_place_leave_database_and_files_as_they_were(backup, media, ada, monkeypatch):
    ada.name = "Changed since"
    ada.save()
    before = state()
    # A folder that may not be replaced: a file system of its own would say so.
    monkeypatch.setattr("lipse_site.backups.files._put", refuse_to_move)
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("restore", str(backup))
    assert state() == before


def refuse_to_move(source, target):
    raise OSError(18, "Invalid cross-device link")


def test_no_scratch_database_is_left(backup):
    restore_backup(backup)
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", ["%restore%"])
        assert cursor.fetchall() == []


def test_the_manifest_reads_as_json(backup, tmp_path):
    with tarfile.open(backup) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
    assert manifest["format"] == "lipse-casebook-backup"
    assert manifest["tables"]["public.accounts_user"][0] == "1"
    assert len(manifest["members"]["database.dump"]) == 64


def test_a_backup_is_made_while_others_write(ada, media, tmp_path):
    manifest = make_backup(tmp_path / "one.tar")
    User.objects.filter(pk=ada.pk).update(name="After")
    assert manifest.tables != make_backup(tmp_path / "two.tar").tables


def test_the_tables_of_running_imports_stay_out_and_their_place_stays(media, ada, tmp_path):
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNLOGGED TABLE imports_work.staging_1_1 (record bigint)")
    call_command("backup", str(tmp_path / "backup.tar"))
    call_command("restore", str(tmp_path / "backup.tar"))
    assert not any(name.startswith("imports_work.") for name in archive.read_manifest(tmp_path / "backup.tar").tables)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('imports_work.staging_1_1'), to_regnamespace('imports_work')::text")
        assert cursor.fetchone() == (None, "imports_work")
