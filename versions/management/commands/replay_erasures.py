"""`manage.py replay_erasures`."""

from argparse import ArgumentParser
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.management.ready import ReadyCommand
from versions import journal
from versions.erasing import clear_what_is_final


class Command(ReadyCommand):
    help = gettext_noop("Make the erasures of the list again, after an older database was restored by other means.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--list", type=Path, dest="source", help=_("Another list than that of this installation."))

    def handle(self, *args: object, source: Path | None, **options: object) -> None:
        number = journal.replay(source)
        clear_what_is_final()
        self.stdout.write(_("%(number)s erasures were made again, undone or made final.") % {"number": number})
