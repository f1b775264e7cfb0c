"""Everything back from an archive."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from psycopg2 import Error as DatabaseError

from lipse_site.backups.archive import ArchiveRefused
from lipse_site.backups.database import RestoreFailed
from lipse_site.backups.jobs import restore_backup


class Command(BaseCommand):
    help = "Replaces database and uploaded files by those of an archive, after checking all of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: object, path: Path, **options: object) -> None:
        try:
            manifest = restore_backup(path.resolve())
        except ArchiveRefused as error:
            raise CommandError(f"{path} was refused and nothing was touched. {error}") from error
        except (OSError, RestoreFailed, DatabaseError) as error:
            raise CommandError(f"Nothing was replaced. {str(error).strip()}") from error
        self.stdout.write(f"Restored as of {manifest.made_at}: {len(manifest.tables)} tables as the manifest says.")
