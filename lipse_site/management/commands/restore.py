"""`manage.py restore PATH [--identity FILE]` and `manage.py restore --interrupted`."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from psycopg2 import Error as DatabaseError

from accounts.management.ready import TranslatedCommand
from lipse_site.backups.archive import ArchiveRefused
from lipse_site.backups.database import RestoreFailed, State, is_replaced
from lipse_site.backups.jobs import Restored, RestoreUnfinished, remove_leftovers, restore_backup

STATES = {
    State.NONE: gettext_lazy("No restore was interrupted."),
    State.OLD: gettext_lazy("A restore was interrupted before it replaced anything: this is the old site."),
    State.NEW: gettext_lazy("A restore was interrupted after it replaced the database: this is the new site."),
}


class Command(TranslatedCommand):
    help = gettext_noop("Check an archive, then replace the database and the uploaded files with its content.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, nargs="?")
        parser.add_argument("--identity", type=Path, metavar="FILE", help=_("The private key of an encrypted archive."))
        parser.add_argument(
            "--interrupted",
            action="store_true",
            help=_("Say which site an interrupted restore left, and remove its leftovers."),
        )

    def handle(
        self, *args: object, path: Path | None, identity: Path | None, interrupted: bool, **options: object
    ) -> None:
        if (path is None) != interrupted:
            raise CommandError(_("Name an archive, or write --interrupted."))
        try:
            if path is None:
                self.stdout.write(str(STATES[remove_leftovers()]))
            else:
                self._report(restore_backup(path.resolve(), identity=identity, say=self._say))
        except ArchiveRefused as error:
            text = _("%(path)s is not a valid backup. Nothing was changed. %(reason)s")
            raise CommandError(text % {"path": path, "reason": error}) from error
        except KeyboardInterrupt as error:
            raise CommandError(STATES[State.NEW] if is_replaced() else _("Nothing was changed.")) from error
        except RestoreUnfinished as error:
            text = _("This is the new site, but the old one was not removed. %(reason)s")
            raise CommandError(text % {"reason": error}) from error
        except (OSError, RestoreFailed, DatabaseError) as error:
            raise CommandError(_("Nothing was changed. %(reason)s") % {"reason": str(error).strip()}) from error

    def _say(self, sentence: str) -> None:
        """At once: a restore that is killed has said which site there is."""
        self.stdout.write(sentence)
        self.stdout.flush()

    def _report(self, restored: Restored) -> None:
        manifest, replay = restored.manifest, restored.replay
        text = _("Restored the backup of %(time)s: %(tables)s tables, which match its manifest.")
        self.stdout.write(text % {"time": manifest.made_at, "tables": len(manifest.tables)})
        text = _(
            "From the journal of this data folder: %(tokens)s tokens revoked again, %(closed)s accounts closed again, "
            "%(reopened)s reopened. Everybody signs in again; links to choose a password are void."
        )
        self.stdout.write(text % vars(replay))
        if not restored.is_same_key:
            self.stdout.write(
                _(
                    "LIPSE_SECRET_KEY is not the one of the backup: nobody's second factor works. Set the earlier key "
                    "and start the site again."
                )
            )
