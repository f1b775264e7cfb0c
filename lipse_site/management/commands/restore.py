"""`manage.py restore PATH`."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from psycopg2 import Error as DatabaseError

from accounts.management.ready import TranslatedCommand
from lipse_site.backups.archive import ArchiveRefused
from lipse_site.backups.database import RestoreFailed
from lipse_site.backups.jobs import restore_backup


class Command(TranslatedCommand):
    help = gettext_noop("Check an archive, then replace the database and the uploaded files with its content.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: object, path: Path, **options: object) -> None:
        try:
            manifest = restore_backup(path.resolve())
        except ArchiveRefused as error:
            text = _("%(path)s is not a valid backup. Nothing was changed. %(reason)s")
            raise CommandError(text % {"path": path, "reason": error}) from error
        except (OSError, RestoreFailed, DatabaseError) as error:
            raise CommandError(_("Nothing was changed. %(reason)s") % {"reason": str(error).strip()}) from error
        text = _("Restored the backup of %(time)s: %(tables)s tables, which match its manifest.")
        self.stdout.write(text % {"time": manifest.made_at, "tables": len(manifest.tables)})
