"""Management commands: translated, and with an explanation when the database is not up to date."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _


class TranslatedCommand(BaseCommand):
    """Shows its `help`, which is marked by `gettext_noop`, in the language of this installation."""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        self.help = _(self.help)
        return super().create_parser(prog_name, subcommand, **kwargs)


class ReadyCommand(TranslatedCommand):
    """Stops with an explanation when the database is not up to date."""

    requires_migrations_checks = True

    def check_migrations(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError(
                _("The database is empty or out of date. Run `make run` or `manage.py migrate` once, then try again.")
            )
