"""`manage.py create_token NAME --label L [--scope read|write] [--days N]`."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import CommandError

from accounts import actions
from accounts.management.ready import ReadyCommand
from accounts.models import ApiToken, User


class Command(ReadyCommand):
    help = "Create an API token for a person and print it alone, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name the person signs in with")
        parser.add_argument("--label", required=True)
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.READ)
        parser.add_argument("--days", type=int, default=90)

    def handle(self, *args: Any, **options: Any) -> None:
        person = User.objects.filter(username__iexact=options["name"], is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody active signs in as {options['name']}.")
        try:
            _, secret = actions.create_token(
                person=person, label=options["label"], scope=options["scope"], days=options["days"], by=None
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except PermissionDenied as error:
            raise CommandError(str(error)) from error
        self.stdout.write(secret)
