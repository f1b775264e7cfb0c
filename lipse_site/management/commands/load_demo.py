"""`manage.py load_demo`: load the fictional demo consortium into an empty installation."""

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.management.ready import ReadyCommand
from lipse_site.demo.load import is_loaded, load_demo, refuse_outside_debug


class Command(ReadyCommand):
    help = gettext_noop("Load the fictional demo consortium (only with LIPSE_DEBUG=1).")

    def handle(self, *args: object, **options: object) -> None:
        try:
            refuse_outside_debug()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if is_loaded():
            raise CommandError(_("The demo is already loaded."))
        counts = load_demo()
        loaded = ", ".join(f"{number} {name}" for name, number in counts.items())
        self.stdout.write(_("Demo loaded: %(counts)s.") % {"counts": loaded})
