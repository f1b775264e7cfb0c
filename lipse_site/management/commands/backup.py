"""`manage.py backup PATH`."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.management.ready import ReadyCommand
from lipse_site.backups.database import RestoreFailed
from lipse_site.backups.jobs import make_backup


class Command(ReadyCommand):
    help = gettext_noop("Write the database and the uploaded files to one new archive.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: object, path: Path, **options: object) -> None:
        try:
            manifest = make_backup(path.resolve())
        except (OSError, RestoreFailed) as error:
            raise CommandError(_("No backup was made. %(reason)s") % {"reason": error}) from error
        rows = sum(int(count) for count, _hash in manifest.tables.values())
        text = _("%(path)s: %(rows)s rows of %(tables)s tables, %(files)s files")
        facts = {"path": path, "rows": rows, "tables": len(manifest.tables), "files": len(manifest.members) - 1}
        self.stdout.write(text % facts)
