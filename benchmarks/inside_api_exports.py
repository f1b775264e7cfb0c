"""Fills the server of the benchmark `api_exports`, once, and runs it."""

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from accounts import actions
from benchmarks import bench_api_exports
from benchmarks.inside_api import FILL, TEXTS
from complaints import partitions
from lipse_site.embedded import services

DATASETS = 5
AS_LOADED = """
    UPDATE {table} SET changed_in = NULL, created_in = NULL,
        kind = CASE WHEN kind = 'recommendation' AND source_record % 51 <> 2 THEN 'finding' ELSE kind END
"""


def main(arguments: list[str]) -> int:
    rows, times = map(int, arguments)
    services.use(settings.EMBEDDED)
    try:
        call_command("migrate", verbosity=0)
        if not apps.get_model("imports", "Dataset").objects.exists():
            fill(rows)
        known = connection.settings_dict
        database = {"dbname": known["NAME"], "user": known["USER"], "host": known["HOST"], "port": known["PORT"]}
        connection.close()
        return bench_api_exports.run(token(), database, times)
    finally:
        services.let_go(settings.EMBEDDED)


def fill(rows: int) -> None:
    organisation = actions.create_organisation(slug="bench", name="Bench", country="NL", by=None)
    person = actions.create_person(
        username="bench", email="bench@example.org", name="Bench", password="a" * 20, by=None
    )
    actions.set_roles(person=person, organisation=organisation, roles=["reader"], by=None)
    with connection.cursor() as cursor:
        cursor.execute(TEXTS)
    for number in range(DATASETS):
        dataset = apps.get_model("imports", "Dataset").objects.create(
            slug=f"bench-{number}", title=f"Bench {number}", recipe="complaints", organisation=organisation,
            languages=["en"],
        )  # fmt: skip
        with transaction.atomic(), connection.cursor() as cursor:
            table = partitions.create_standalone(cursor, dataset.pk)
            last = (number + 1) * (rows // DATASETS)
            first = last - rows // DATASETS + 1
            filled = FILL.format(table=table, dataset=dataset.pk, first=first, last=last, is_newest=False)
            cursor.execute(filled)
            cursor.execute(AS_LOADED.format(table=table))
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
            for statement in partitions.index_statements(cursor, table):
                cursor.execute(statement)
            partitions.attach(cursor, dataset.pk)
            partitions.refresh(cursor, dataset.pk, rows // DATASETS)
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM (FREEZE) {table}")


def token() -> str:
    person = apps.get_model("accounts", "User").objects.get(username="bench")
    return actions.create_token(person=person, label="bench", scope="read", by=None)[1]
