"""A command that needs an up-to-date database, and explains when it is not."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class ReadyCommand(BaseCommand):
    """Refuses, in a sentence, a database that is not up to date."""

    requires_migrations_checks = True

    def check_migrations(self) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            raise CommandError(
                "The database is empty or of an older version. Run `make run` once, or `manage.py migrate`, then again."
            )
