"""A number or date that can be read two ways is announced by page, API and command; no decimal is lost."""

import csv
import io
import json
from contextlib import suppress
from decimal import Decimal

import pytest
from django.core.management import call_command

from complaints.models import ComplaintRecord
from imports.mapping import read_definition
from imports.recipe import default_recipe
from tests.factories.imports import import_bytes, make_dataset

pytestmark = pytest.mark.django_db
THOUSANDS = "id;date received;title;amount\n" + "".join(
    f"L{n};2019-03-0{n};Letter {n};{amount}\n" for n, amount in enumerate(["1.234", "12.000", "3.500", "999"], start=1)
)
SMALL = THOUSANDS.replace("1.234", "0,0004").replace("12.000", "1\u00a0000,5").replace("3.500", "12,25")


def amounts(dataset):
    return list(ComplaintRecord.objects.filter(dataset=dataset).order_by("reference").values_list("amount", flat=True))


def test_thousands_are_guessed_and_announced(alpha, bob, client):
    run = import_bytes(make_dataset(alpha), THOUSANDS.encode(), by=bob)

    assert amounts(run.dataset) == [1234, 12000, 3500, 999]
    finding = next(f for f in run.findings if f["code"] == "numbers_two_ways")
    assert (finding["columns"], finding["count"], finding["examples"][0]) == (
        ["amount"],
        3,
        {"line": 2, "value": "1.234"},
    )
    client.force_login(bob)
    assert "is read as 1234 and could be 1.234" in client.get(f"/imports/{run.pk}/").content.decode()
    assert finding["sentence"] in [f["sentence"] for f in client.get(f"/api/v1/imports/{run.pk}/").json()["findings"]]


def test_a_person_who_decides_otherwise_reads_so_in_the_finding(alpha, bob):
    definition = {
        "fields": {
            "reference": {"column": "id"}, "kind": {"constant": "complaint"}, "subject": {"column": "title"},
            "amount": {"column": "amount", "decimal": "."}
        }
    }  # fmt: skip

    checked = read_definition(definition, default_recipe(), latest_year=2026)
    run = import_bytes(make_dataset(alpha), THOUSANDS.encode(), by=bob, definition=checked)

    assert (run.state, run.error_message) == ("loaded", "")
    assert amounts(run.dataset) == [Decimal("1.234"), 12, Decimal("3.5"), 999]
    sentence = next(f["sentence"] for f in run.findings if f["code"] == "numbers_two_ways")
    assert "is read as 1.234 and could be 1234" in sentence


def test_the_command_announces_numbers_and_dates(tmp_path, alpha):
    path = tmp_path / "letters.csv"
    path.write_text(THOUSANDS.replace("2019-03-0", "04/07/2"))
    out = io.StringIO()
    with suppress(SystemExit):
        call_command("import_file", str(path), "--dataset", "letters", stdout=out, stderr=io.StringIO())

    answer = json.loads(out.getvalue().splitlines()[-1])
    assert answer["result"] == "loaded"
    assert {"numbers_two_ways", "dates_two_ways", "two_digit_years"} <= {f["code"] for f in answer["findings"]}
    assert str(ComplaintRecord.objects.get(reference="L1").received_on) == "2021-07-04"


def test_all_decimals_are_kept_and_shown(alpha, bob, client):
    run = import_bytes(make_dataset(alpha), SMALL.encode(), by=bob)

    assert [str(amount) for amount in amounts(run.dataset)] == ["0.0004", "1000.5", "12.25", "999"]
    client.force_login(bob)
    records = client.get("/api/v1/complaint-records/").json()["results"]
    assert {record["amount"] for record in records} == {"0.0004", "1000.5", "12.25", "999"}
    exported = client.get("/api/v1/complaint-records/export/?format=csv")
    rows = csv.DictReader(io.StringIO(b"".join(exported.streaming_content).decode("utf-8-sig")))
    assert [row["amount"] for row in rows if row["reference"] == "L1"] == ["0.0004"]
    record = ComplaintRecord.objects.get(reference="L1")
    assert "0.0004" in client.get(record.get_absolute_url()).content.decode()


def test_the_same_amount_written_otherwise_is_unchanged(alpha, bob):
    dataset = make_dataset(alpha)
    import_bytes(dataset, SMALL.encode(), by=bob)
    again = import_bytes(dataset, SMALL.replace("12,25", "12,2500").replace("999", "999,00").encode(), by=bob)

    assert (again.updated, again.unchanged) == (0, 4)
