"""What a delivery holds and an import does not read is named with its rows."""

import io
import json
import sqlite3
from contextlib import closing, suppress

import pytest
from django.core.management import call_command

from imports.left_out import KINDS_LEFT_OUT, described_part, rows_delivered
from tests.factories.imports import import_bytes, make_dataset

pytestmark = pytest.mark.django_db
OFFICES = [{"id": 1, "name": "Lisbon"}, {"id": 2, "name": "Porto"}]
LETTERS = [{"id": f"L{n}", "date": f"2019-03-0{n}", "subject": f"Letter {n}"} for n in range(1, 5)]
IN_JSON = json.dumps({"offices": OFFICES, "letters": LETTERS}).encode()


@pytest.fixture
def run(alpha, bob):
    return import_bytes(make_dataset(alpha), IN_JSON, name="a.json", by=bob, reading_options={"table": "letters"})


def test_another_list_of_a_json_file_is_named_with_its_rows(run, client, bob):
    assert (run.state, run.rows, run.created, run.delivered) == ("loaded", 4, 4, 6)
    assert run.left_out == [{"kind": "table", "name": "offices", "rows": 2, "why": ""}]

    client.force_login(bob)
    page = client.get(f"/imports/{run.pk}/").content.decode()
    assert "The table “offices” was not read (2 rows)." in page
    found = client.get(f"/api/v1/imports/{run.pk}/").json()
    assert found["delivered"] == 6
    sentence = "The table “offices” was not read (2 rows)."
    assert found["left_out"] == [{"kind": "table", "name": "offices", "rows": 2, "sentence": sentence}]


def test_the_same_file_again_names_it_again(run, bob):
    options = {"table": "letters"}
    again = import_bytes(run.dataset, IN_JSON, name="a.json", by=bob, reading_options=options)

    assert (again.same_as_id, again.left_out, again.delivered) == (run.pk, run.left_out, 6)


def test_the_command_names_another_table_of_a_database(tmp_path, alpha):
    path = tmp_path / "letters.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE letters (id, subject)")
        database.executemany("INSERT INTO letters VALUES (?, ?)", [(f"L{n}", f"Letter {n}") for n in range(3)])
        database.execute('CREATE TABLE "old ones" (id)')
        database.executemany('INSERT INTO "old ones" VALUES (?)', [(1,), (2,)])
        database.commit()
    out = io.StringIO()
    with suppress(SystemExit):
        call_command(
            "import_file", str(path), "--dataset", "letters", "--table", "letters", stdout=out, stderr=io.StringIO()
        )

    answer = json.loads(out.getvalue().splitlines()[-1])
    assert (answer["rows"], answer["delivered"]) == (3, 5)
    assert [(part["name"], part["rows"]) for part in answer["left_out"]] == [("old ones", 2)]
    assert answer["left_out"][0]["sentence"] == "The table “old ones” was not read (2 rows)."


def test_rows_that_cannot_be_counted_are_not_claimed():
    part = {"kind": "member", "name": "readme.txt", "rows": None, "why": "It is not a table."}

    assert described_part(part) == "The file “readme.txt” of the archive was not read. It is not a table."
    assert rows_delivered(7, [part, part | {"rows": 3}]) == 10
    assert rows_delivered(None, []) is None


@pytest.mark.parametrize("kind", KINDS_LEFT_OUT)
def test_each_kind_has_a_sentence(kind):
    sentence = described_part({"kind": kind, "name": "Totals", "rows": 1, "why": ""})

    assert "“Totals”" in sentence
    assert sentence.endswith(" (1 row).")
