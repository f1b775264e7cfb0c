"""Commands that need tables say so when the tables are not there."""

import pytest
from django.core.management import CommandError, call_command
from django.db.migrations.recorder import MigrationRecorder


@pytest.mark.django_db
@pytest.mark.parametrize(
    "command",
    [
        ["create_token", "ada", "--label", "R"],
        ["create_user", "ada", "--role", "reader", "--organisation", "alpha", "--email", "a@example.org"],
        ["import_file", "letters.csv", "--dataset", "letters"],
    ],
)
def test_a_command_names_the_way_out_of_an_old_database(command):
    MigrationRecorder.Migration.objects.filter(app="surveys").delete()

    with pytest.raises(CommandError, match=r"make run"):
        call_command(*command)
