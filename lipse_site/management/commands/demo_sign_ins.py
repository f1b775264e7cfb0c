"""`manage.py demo_sign_ins`: print the sign-ins of the demo, one for each role, with the passwords of this
installation."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.management.ready import TranslatedCommand
from accounts.models import User
from lipse_site.demo.people import SIGN_INS, demo_password


class Command(TranslatedCommand):
    help = gettext_noop("Print the demo sign-ins (only with LIPSE_DEBUG=1).")

    def handle(self, *args: object, **options: object) -> None:
        known = User.objects.filter(username__in=SIGN_INS, is_active=True).values_list("username", flat=True)
        if not settings.DEBUG or not known:
            return
        self.stdout.write(_("Demo sign-ins (fictional people; the passwords are valid on this installation only):"))
        for username in sorted(known):
            self.stdout.write(f"  {username:<20} {demo_password(username)}")
