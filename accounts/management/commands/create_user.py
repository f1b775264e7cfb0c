"""`manage.py create_user NAME --role ROLE --organisation SLUG --email E --password-stdin`."""

import sys
from argparse import ArgumentParser

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts import actions
from accounts.management.ready import ReadyCommand
from accounts.models import Organisation, User
from accounts.roles import Role


class Command(ReadyCommand):
    help = gettext_noop(
        "Create or update a person and their roles in an organisation. An organisation with a new slug is created."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help=_("the name to sign in with"))
        parser.add_argument(
            "--role", action="append", required=True, choices=Role.values, help=_("repeat for several roles")
        )
        parser.add_argument("--organisation", required=True, metavar="SLUG")
        parser.add_argument("--email")
        parser.add_argument("--password-stdin", action="store_true", help=_("read the password from standard input"))

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
            raise CommandError(_("There is no password on standard input."))
        try:
            with transaction.atomic():
                person = _write(name, email, password)
                actions.set_roles(person=person, organisation=_organisation(organisation), roles=role, by=None)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        text = _("%(person)s has these roles in %(organisation)s: %(roles)s.")
        self.stdout.write(text % {"person": person, "organisation": organisation, "roles": ", ".join(role)})


def _organisation(slug: str) -> Organisation:
    return Organisation.objects.filter(slug=slug).first() or actions.create_organisation(slug=slug, by=None)


def _write(name: str, email: str | None, password: str | None) -> User:
    person = User.objects.filter(username__iexact=name).first()
    if person is None:
        return actions.create_person(username=name, email=email or "", password=password, by=None)
    return actions.update_person(person=person, email=email, password=password, by=None)
