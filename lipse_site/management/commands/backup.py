"""Everything into one archive."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError

from accounts.management.ready import ReadyCommand
from lipse_site.backups.database import RestoreFailed
from lipse_site.backups.jobs import make_backup


class Command(ReadyCommand):
    help = "Writes database and uploaded files into one new archive."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: object, path: Path, **options: object) -> None:
        try:
            manifest = make_backup(path.resolve())
        except (OSError, RestoreFailed) as error:
            raise CommandError(f"No backup was made. {error}") from error
        rows = sum(int(count) for count, _ in manifest.tables.values())
        self.stdout.write(f"{path}: {rows} rows of {len(manifest.tables)} tables, {len(manifest.members) - 1} files")
