"""Make a backup of everything, and restore one."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode

import psycopg2
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.crypto import salted_hmac
from psycopg2.extensions import cursor as Cursor

from accounts import journal
from accounts.jobs import Replay, replay_journal
from exports import transactions
from lipse_site.backups import archive, database, encryption, files
from lipse_site.backups.archive import ArchiveRefused, ArchiveWriter, Manifest
from lipse_site.backups.database import RestoreFailed, State
from standards.files import private_file
from standards.translation import gettext as _
from versions import journal as erasures
from versions.erasing import clear_what_is_final
from versions.models import Erasure


class RestoreUnfinished(RuntimeError):
    """The site is the one of the backup; something of the old one could not be removed."""


@dataclass
class Restored:
    """What a restore put in place, and what the journal changed in it."""

    manifest: Manifest
    replay: Replay
    is_same_key: bool


def make_backup(path: Path, *, keys: Sequence[str] = ()) -> Manifest:
    """Write database and files to a new archive at `path`, encrypted if there are keys.

    Files are read after the snapshot of the database, and an upload is stored before its row, so the archive has every
    file that a row of the snapshot names.
    """
    if path.exists():
        raise FileExistsError(_("%(path)s exists. A backup never overwrites a file.") % {"path": path})
    connection.ensure_connection()
    with database.exclusive(), _work_folder() as folder:
        plain = folder / "backup.tar" if keys else path
        with database.snapshot() as (name, cursor), private_file(plain) as file, ArchiveWriter(file) as writer:
            manifest = _write(writer, folder / archive.DUMP, name, cursor)
        if keys:
            encryption.encrypt(plain, path, keys)
    return manifest


def _write(writer: ArchiveWriter, dump: Path, snapshot: str, cursor: Cursor) -> Manifest:
    made_at = datetime.now(UTC).isoformat()
    database.dump(dump, snapshot)
    manifest = Manifest(
        made_at=made_at, migrations=_applied(), tables=database.contents(cursor), secret_key=_fingerprint()
    )
    writer.add(archive.DUMP, dump)
    for name, place in files.uploaded(settings.MEDIA_ROOT):
        writer.add(archive.MEDIA + name, place)
    writer.finish(manifest)
    return manifest


def restore_backup(
    path: Path, *, identity: Path | None = None, say: Callable[[str], object] = lambda _sentence: None
) -> Restored:
    """Replace database and files by those of an archive, after everything in it was checked.

    The archive is read completely, restored into a temporary database and folder, compared with its manifest, migrated
    to the schema of this version, and brought up to the lists of revocations and erasures. Its files are put beside the
    present ones. Then one transaction renames the databases: before it the site is the old one, after it the new one,
    however the restore ends. `say` is called at that moment. Raises ArchiveRefused; RestoreFailed, OSError and
    DatabaseError where nothing was changed; RestoreUnfinished where the site is the new one.
    """
    connection.ensure_connection()  # starts the embedded server if it is used
    with database.exclusive(), _work_folder() as folder:
        if encryption.is_encrypted(path):
            encryption.decrypt(path, folder / "backup.tar", identity)
            path = folder / "backup.tar"
        manifest = archive.read_manifest(path)
        known = _known_migrations()
        _refuse_newer_schema(manifest, known)
        _write_list_of_erasures()
        say(_("The archive is complete. The site is the old one until its database is replaced."))
        with files.incoming(settings.MEDIA_ROOT) as incoming, database.scratch_database() as scratch:
            _prepare(path, manifest, incoming, scratch)
            others = files.others(settings.MEDIA_ROOT, manifest.uploaded)
            with files.added(settings.MEDIA_ROOT, incoming / archive.MEDIA, is_needed=database.is_replaced):
                with _models_of(scratch):
                    replay = replay_journal()
                    erasures.replay()
                    transactions.renew()
                # Links that were mailed before are void in the new site (accounts/reset_tokens.py).
                journal.append(journal.RESTORED, manifest.made_at)
                database.take_place(scratch)
            replay += _finish(others, say)
    return Restored(manifest, replay, manifest.secret_key in {"", _fingerprint()})


@contextmanager
def _models_of(scratch: str) -> Iterator[None]:
    """Make the models of this process read and write the temporary database, in which content types have other
    numbers."""
    with database.connected_to(scratch):
        ContentType.objects.clear_cache()
        yield
    ContentType.objects.clear_cache()


def _finish(others: Sequence[Path], say: Callable[[str], object]) -> Replay:
    """Do what the new site can wait for: revoke what was revoked during the change, and remove the old database."""
    try:
        say(_("The site is the new one, of the backup. What only the old one had is being removed."))
        replay = replay_journal()
        erasures.replay()
        clear_what_is_final()
        for path in others:
            path.unlink(missing_ok=True)
        database.drop(database.replaced_name())
    except (OSError, DatabaseError, psycopg2.Error) as error:
        raise RestoreUnfinished(str(error).strip()) from error
    return replay


def remove_leftovers() -> State:
    """Remove what an interrupted restore left, and say which site there is.

    Files that only the old site had stay in the media folder: the new one may have received the same since.
    """
    connection.ensure_connection()
    with database.exclusive(), _work_folder():
        state = database.interrupted()
        if state is State.NEW:
            replay_journal()
            erasures.replay()
            clear_what_is_final()
        database.drop(database.scratch_name())
        database.drop(database.replaced_name())
        files.remove_incoming(settings.MEDIA_ROOT)
    return state


def _prepare(path: Path, manifest: Manifest, incoming: Path, scratch: str) -> None:
    """Fill the temporary database and folder, and compare them with the manifest."""
    for _member in archive.extract(path, manifest, incoming):
        pass
    found = database.load(incoming / archive.DUMP, scratch)
    _compare(found, {name: rows for name, rows in manifest.tables.items() if name not in database.LIVE})
    if set(manifest.migrations) != _known_migrations():
        _migrate(scratch)
    database.empty_live_tables(scratch)


@contextmanager
def _work_folder() -> Iterator[Path]:
    """A folder that only this user can enter, in the data folder, which holds the same data anyway. Inside `exclusive`:
    earlier ones are of processes that were killed."""
    prefix = f"backup-{database.arguments()['dbname']}-"
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    for left in settings.DATA_DIR.glob(f"{prefix}*"):
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=settings.DATA_DIR, prefix=prefix) as folder:
        yield Path(folder)


def _fingerprint() -> str:
    """Tells one LIPSE_SECRET_KEY from another, and not what it is."""
    return salted_hmac("lipse_site.backups", "which key").hexdigest()[:16]


def _write_list_of_erasures() -> None:
    """Bring the list up to date from the database that is about to be replaced, if it has erasures at all."""
    if Erasure._meta.db_table in connection.introspection.table_names():
        erasures.write()


def _applied() -> list[str]:
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _known_migrations() -> set[str]:
    return {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}


def _refuse_newer_schema(manifest: Manifest, known: set[str]) -> None:
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        text = _("It was made by a newer version: this version does not have the migration %(name)s.")
        raise ArchiveRefused(text % {"name": unknown[0]})


def _compare(found: dict[str, list[str]], expected: dict[str, list[str]]) -> None:
    differing = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
    if differing:
        text = _(
            "After the restore %(count)s tables differ from the manifest, first %(table)s: %(found)s instead of "
            "%(expected)s."
        )
        table = differing[0]
        facts = {"count": len(differing), "table": table, "found": found.get(table), "expected": expected.get(table)}
        raise RestoreFailed(text % facts)


def _migrate(scratch: str) -> None:
    """Migrate in another process: the connections of this one belong to the database that is still in use."""
    known = database.arguments(scratch)
    rest: dict[str, str] = {name: known[name] for name in ("sslmode", "sslrootcert") if name in known}
    person = quote(str(known.get("user", "")), safe="") + (
        f":{quote(str(known['password']), safe='')}" if known.get("password") else ""
    )
    place = f"{quote(str(known.get('host', '')), safe='')}:{known.get('port', 5432)}"
    url = f"postgres://{person}@{place}/{quote(scratch)}{'?' + urlencode(rest) if rest else ''}"
    done = subprocess.run(
        [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"], cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        text = _("The restored database could not be migrated to this version: %(reason)s")
        raise RestoreFailed(text % {"reason": done.stderr.strip()[-500:]})
