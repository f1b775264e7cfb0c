"""`manage.py create_token NAME --label L [--scope read|write] [--days N]`."""

from argparse import ArgumentParser

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import actions
from accounts.management.ready import ReadyCommand
from accounts.models import ApiToken, User


class Command(ReadyCommand):
    help = gettext_noop("Create an API token for a person and print it. It is shown only once.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help=_("the name that the person signs in with"))
        parser.add_argument("--label", required=True)
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.READ)
        parser.add_argument("--days", type=int, default=90)

    def handle(self, *args: object, name: str, label: str, scope: str, days: int, **options: object) -> None:
        person = User.objects.filter(username__iexact=name, is_active=True).first()
        if person is None:
            raise CommandError(_("There is no active account with the name %(name)s.") % {"name": name})
        try:
            _token, secret = actions.create_token(person=person, label=label, scope=scope, days=days, by=None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except PermissionDenied as error:
            raise CommandError(str(error)) from error
        self.stdout.write(secret)
