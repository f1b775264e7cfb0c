"""`manage.py load_demo`: the fictional demo consortium, into an empty installation."""

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError

from accounts.management.ready import ReadyCommand
from lipse_site.demo.load import is_loaded, load_demo, refuse_outside_debug


class Command(ReadyCommand):
    help = "Loads the fictional demo consortium (LIPSE_DEBUG=1 only)."

    def handle(self, *args: object, **options: object) -> None:
        try:
            refuse_outside_debug()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if is_loaded():
            raise CommandError("The demo is loaded already.")
        counts = load_demo()
        self.stdout.write("Demo loaded: " + ", ".join(f"{number} {name}" for name, number in counts.items()) + ".")
