"""The row identifier where no single column is one: several columns together, the whole row, or its number."""

import pytest
from django.utils import timezone

from complaints.models import ComplaintRecord
from complaints.recipes import COMPLAINT_RECORDS
from imports.mapping import read_definition
from imports.problems import Refused
from tests.factories.imports import import_bytes, make_dataset

pytestmark = pytest.mark.django_db
CONTENT = b"bank,quarter,subject\n" + b"".join(b"B%d,%d,Fees\n" % (n % 5, n // 5) for n in range(20)) + b"B0,0,Fees\n"


def mapped(reference):
    fields = {"reference": reference, "kind": {"constant": "complaint"}, "subject": {"column": "subject"}}
    return read_definition({"fields": fields}, COMPLAINT_RECORDS, latest_year=timezone.now().year)


def test_columns_together_are_a_reference_and_stay_beside_as_text(alpha):
    run = import_bytes(make_dataset(alpha), CONTENT, definition=mapped({"columns": ["bank", "quarter"]}))

    assert (run.created, run.skipped, run.quarantined) == (20, 1, 0), run.error_message
    assert ComplaintRecord.objects.get(reference="B3 / 2").extra == {"bank": "B3", "quarter": "2"}


def test_a_long_reference_of_columns_becomes_a_hash(alpha):
    content = b"a,b,subject\n" + b"".join(b"%s%d,%s,Fees\n" % (b"x" * 150, n, b"y" * 150) for n in range(12))

    run = import_bytes(make_dataset(alpha), content, definition=mapped({"columns": ["a", "b"]}))

    assert run.created == 12, run.error_message
    assert {len(reference) for reference in ComplaintRecord.objects.values_list("reference", flat=True)} == {32}


def test_the_number_of_the_record_keeps_rows_that_are_equal(alpha):
    run = import_bytes(make_dataset(alpha), CONTENT, definition=mapped({"from": "record_number"}))

    assert (run.created, run.skipped) == (21, 0), run.error_message
    assert ComplaintRecord.objects.get(reference="21").extra["bank"] == "B0"


def test_the_whole_row_skips_rows_that_are_equal(alpha):
    run = import_bytes(make_dataset(alpha), CONTENT, definition=mapped({"from": "row_hash"}))

    assert (run.created, run.skipped) == (20, 1), run.error_message


@pytest.mark.parametrize(
    "rule", [{"columns": ["bank"]}, {"columns": "bank"}, {"from": "elsewhere"}, {"columns": ["a", "b"], "column": "a"}]
)
def test_a_rule_that_says_too_little_or_too_much_is_refused(rule):
    with pytest.raises(Refused) as refused:
        mapped(rule)

    assert refused.value.code == "bad_mapping"


def test_a_part_that_the_file_lacks_is_named(alpha):
    run = import_bytes(make_dataset(alpha), CONTENT, definition=mapped({"columns": ["bank", "month"]}))

    assert (run.state, run.error_code) == ("refused", "column_not_found")
    assert "'month'" in run.error_message


def test_the_page_takes_columns_that_are_known_together(alpha, bob, client_of):
    run = import_bytes(make_dataset(alpha), CONTENT, is_automatic=False)
    said = {"button": "load", "identity": "columns", "part-0": "1", "part-1": "1", "field-2": "subject",
            "constant-kind": "complaint"}  # fmt: skip

    answer = client_of(bob).post(f"/imports/{run.pk}/mapping/", said)
    refused = client_of(bob).post(f"/imports/{run.pk}/mapping/", said | {"part-1": ""})

    run.refresh_from_db()
    assert answer.status_code in (302, 303), answer.content.decode()[:2000]
    assert run.mapping.definition["fields"]["reference"] == {"columns": ["bank", "quarter"]}
    assert refused.status_code in (404, 422)
