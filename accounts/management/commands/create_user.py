"""`manage.py create_user NAME --role ROLE --organisation SLUG --email E --password-stdin`."""

import sys
from argparse import ArgumentParser
from typing import Any

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

    def handle(self, *args: Any, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
        if options["password_stdin"] and not password:
            raise CommandError(_("There is no password on standard input."))
        try:
            person = self._write(options, password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        text = _("%(person)s has these roles in %(organisation)s: %(roles)s.")
        facts = {"person": person, "organisation": options["organisation"], "roles": ", ".join(options["role"])}
        self.stdout.write(text % facts)

    @transaction.atomic
    def _write(self, options: dict[str, Any], password: str | None) -> User:
        slug = options["organisation"]
        organisation = Organisation.objects.filter(slug=slug).first()
        organisation = organisation or actions.create_organisation(slug=slug, by=None)
        person = User.objects.filter(username__iexact=options["name"]).first()
        if person is None:
            person = actions.create_person(
                username=options["name"], email=options["email"] or "", password=password, by=None
            )
        else:
            person = actions.update_person(person=person, email=options["email"], password=password, by=None)
        actions.set_roles(person=person, organisation=organisation, roles=options["role"], by=None)
        return person
