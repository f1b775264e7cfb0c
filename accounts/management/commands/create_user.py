"""`manage.py create_user NAME --role ROLE --organisation SLUG --email E --password-stdin`."""

import sys
from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction

from accounts import actions
from accounts.management.ready import ReadyCommand
from accounts.models import Organisation, User
from accounts.roles import Role


class Command(ReadyCommand):
    help = "Create or update a person and their roles at an organisation; a new organisation slug is created."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name to sign in with")
        parser.add_argument("--role", action="append", required=True, choices=Role.values, help="repeat for several")
        parser.add_argument("--organisation", required=True, metavar="SLUG")
        parser.add_argument("--email")
        parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")

    def handle(
        self,
        *args: object,
        name: str,
        role: list[str],
        organisation: str,
        email: str | None,
        password_stdin: bool,
        **options: object,
    ) -> None:
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
        if password_stdin and not password:
            raise CommandError("No password came on standard input.")
        try:
            with transaction.atomic():
                person = _write(name, email, password)
                actions.set_roles(person=person, organisation=_organisation(organisation), roles=role, by=None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{person.username} is {', '.join(role)} at {organisation}.")


def _organisation(slug: str) -> Organisation:
    return Organisation.objects.filter(slug=slug).first() or actions.create_organisation(slug=slug, by=None)


def _write(name: str, email: str | None, password: str | None) -> User:
    person = User.objects.filter(username__iexact=name).first()
    if person is None:
        return actions.create_person(username=name, email=email or "", password=password, by=None)
    return actions.update_person(person=person, email=email, password=password, by=None)
