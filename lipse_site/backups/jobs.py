"""Make a backup of everything, and restore one."""

import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from lipse_site.backups import archive, database, files
from lipse_site.backups.archive import ArchiveRefused, ArchiveWriter, Manifest
from lipse_site.backups.database import RestoreFailed
from standards.translation import gettext as _
from versions import journal
from versions.erasing import clear_what_is_final
from versions.models import Erasure


def make_backup(path: Path) -> Manifest:
    """Write database and files to a new archive at `path`.

    Files are read after the snapshot of the database, and an upload is stored before its row, so the archive has every
    file that a row of the snapshot names.
    """
    if path.exists():
        raise FileExistsError(_("%(path)s exists. A backup never overwrites a file.") % {"path": path})
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".lipse-backup-") as folder:
        dump = Path(folder) / archive.DUMP
        with database.snapshot() as (name, cursor), ArchiveWriter(path) as writer:
            database.dump(dump, name)
            manifest = Manifest(
                made_at=datetime.now(UTC).isoformat(), migrations=_applied(), tables=database.contents(cursor)
            )
            writer.add(archive.DUMP, dump)
            for file_name, place in files.uploaded(settings.MEDIA_ROOT):
                writer.add(archive.MEDIA + file_name, place)
            writer.finish(manifest)
    return manifest


def restore_backup(path: Path) -> Manifest:
    """Replace database and files by those of an archive, after everything in it was checked.

    A failure before the last step changes nothing: the archive is read completely, restored into a temporary database
    and folder, compared with its manifest and migrated to the schema of this version first. Erasures that were made
    since are made again there, so that no erased text is ever shown.
    """
    manifest = archive.read_manifest(path)
    known = _known_migrations()
    _refuse_newer_schema(manifest, known)
    connection.ensure_connection()  # starts the embedded server if it is used
    _write_list_of_erasures()
    with files.incoming(settings.MEDIA_ROOT) as folder, database.scratch_database() as scratch:
        for _member in archive.extract(path, manifest, folder):
            pass
        found = database.load(folder / archive.DUMP, scratch)
        _compare(found, manifest.tables)
        if set(manifest.migrations) != known:
            _manage(scratch, "migrate", "--no-input", "--verbosity", "0")
        _manage(scratch, "replay_erasures", "--database-only", "--list", str(journal.path()))
        replaced = database.take_place(scratch)
        try:
            files.take_place(settings.MEDIA_ROOT, folder / archive.MEDIA)
        except OSError:
            database.give_back(replaced)
            raise
        database.drop(replaced)
    clear_what_is_final()
    return manifest


def _write_list_of_erasures() -> None:
    """Bring the list up to date from the database that is about to be replaced, if it has erasures at all."""
    if Erasure._meta.db_table in connection.introspection.table_names():
        journal.write()


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


def _manage(scratch: str, *command: str) -> None:
    """Run a command on the temporary database, in another process: the connections of this one belong to the database
    that is still in use."""
    known = database.arguments(scratch)
    rest: dict[str, str] = {name: known[name] for name in ("sslmode", "sslrootcert") if name in known}
    person = quote(str(known.get("user", "")), safe="") + (
        f":{quote(str(known['password']), safe='')}" if known.get("password") else ""
    )
    place = f"{quote(str(known.get('host', '')), safe='')}:{known.get('port', 5432)}"
    url = f"postgres://{person}@{place}/{quote(scratch)}{'?' + urlencode(rest) if rest else ''}"
    done = subprocess.run(
        [sys.executable, "manage.py", *command], cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        text = _("The restored database could not be brought up to date by %(command)s: %(reason)s")
        raise RestoreFailed(text % {"command": command[0], "reason": done.stderr.strip()[-500:]})
