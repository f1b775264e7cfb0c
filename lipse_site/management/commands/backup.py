"""`manage.py backup PATH [--to-key age1...]`."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
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
        parser.add_argument(
            "--to-key",
            action="append",
            metavar="age1...",
            help=_("Encrypt to this public key, instead of those of LIPSE_BACKUP_KEY. May be repeated."),
        )

    def handle(self, *args: object, path: Path, to_key: list[str] | None, **options: object) -> None:
        keys = to_key or settings.BACKUP_KEYS
        try:
            manifest = make_backup(path.resolve(), keys=keys)
        except (OSError, RestoreFailed, ValueError) as error:
            raise CommandError(_("No backup was made. %(reason)s") % {"reason": error}) from error
        rows = sum(int(count) for count, _hash in manifest.tables.values())
        text = _("%(path)s: %(rows)s rows of %(tables)s tables, %(files)s files")
        facts = {"path": path, "rows": rows, "tables": len(manifest.tables), "files": len(manifest.uploaded)}
        self.stdout.write(text % facts)
        self.stdout.write(
            _("Encrypted. Only the holder of the private key can open it; try it with `manage.py restore`.")
            if keys
            else _("Not encrypted. Keep it where only those can read it who may read everything on this site.")
        )
