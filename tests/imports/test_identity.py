"""The row identifier where no single column is one: several columns together, the whole row, or its number."""

import pytest
from django.utils import timezone

from complaints.models import ComplaintRecord
from complaints.recipes import COMPLAINT_RECORDS
from imports.jobs.propose import proposal
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
    "rule", [{"columns": []}, {"columns": "bank"}, {"from": "elsewhere"}, {"columns": ["a", "b"], "column": "a"}]
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


def guessed(alpha, content):
    """The import of a file that waits for its mapping, and the guess for it."""
    run = import_bytes(make_dataset(alpha), content, is_automatic=False)
    assert run.state == "understood", run.error_message
    return run, proposal(run, COMPLAINT_RECORDS)


GEO = [f"{geo},{year},Fees {geo} {year % 3},{n % 7}" for n, geo in enumerate(["BE", "NL", "SK"]) for year in
       range(2000, 2012)]  # fmt: skip


def table(*lines):
    return "\n".join(["geo,time,subject,value", *lines, ""]).encode()


def test_the_shortest_set_of_columns_that_identifies_a_row_is_found_over_the_whole_file(alpha):
    run, guess = guessed(alpha, table(*GEO))

    assert run.understanding["keys"]["found"][0] == {"columns": ["geo", "time"], "different": 36}
    assert guess.definition.rules["reference"].columns == ("geo", "time")
    assert any("geo, time (36 of 36 rows)" in note for note in guess.notes)


def test_columns_that_repeat_only_below_the_first_rows_are_no_key(alpha, monkeypatch):
    monkeypatch.setattr("imports.jobs.keys._SAMPLE", 5)
    run, guess = guessed(alpha, table(*GEO, "BE,2000,Noise,3"))

    assert ["geo", "time"] not in [key["columns"] for key in run.understanding["keys"]["found"]]
    assert "subject" in guess.definition.rules["reference"].columns


def test_a_key_may_be_one_once_equal_rows_are_left_out(alpha):
    run, guess = guessed(alpha, table(*GEO, GEO[0], GEO[5]))

    assert run.understanding["keys"]["equal_rows"] == 2
    assert guess.definition.rules["reference"].columns == ("geo", "time")
    assert any("the 2 rows that are equal to an earlier one are left out" in note for note in guess.notes)
    assert any("geo, time (36 of 38 rows)" in note for note in guess.notes)


def test_a_table_whose_every_key_candidate_fails_says_so_with_the_nearest_columns(alpha):
    lines = [f"{geo},{year},Fees,1,{'x' * 130}{n}" for geo in "AB" for year in (1, 2) for n in range(3)]
    content = "\n".join(["geo,time,subject,value,remark", *lines, ""]).encode()

    run, guess = guessed(alpha, content)

    assert run.understanding["keys"]["found"] == []
    assert "reference" not in guess.definition.rules
    (said,) = [note for note in guess.notes if "nor are up to four columns together" in note]
    assert "(4 of 12 rows)" in said


def test_a_text_with_blanks_that_never_repeats_identifies_a_row_and_stays_a_field(alpha):
    lines = [f"Noise in street {n},{n % 3}" for n in range(9)]
    _run, guess = guessed(alpha, "\n".join(["subject,value", *lines, ""]).encode())

    assert guess.definition.rules["reference"].columns == ("subject",)
    assert guess.definition.rules["subject"].column == "subject"


def test_the_search_ends_where_it_takes_too_long(alpha, monkeypatch):
    monkeypatch.setattr("imports.jobs.keys._SECONDS", 0.0)

    run, guess = guessed(alpha, table(*GEO))

    assert run.understanding["keys"]["is_complete"] is False
    assert any("no columns could be found that are together" in note for note in guess.notes)


def test_a_duplicate_is_told_by_its_columns_and_never_by_a_hash(alpha):
    content = b"a,b,subject\n" + b"".join(b"%s%d,%s,Fees\n" % (b"x" * 150, n, b"y" * 150) for n in range(12))
    content += b"%s3,%s,Noise\n" % (b"x" * 150, b"y" * 150)

    run = import_bytes(make_dataset(alpha), content, definition=mapped({"columns": ["a", "b"]}))

    (problem,) = run.problems.all()
    assert (problem.code, problem.column) == ("duplicate_key", "a, b")
    assert problem.value == f"a: {'x' * 150}3, b: {'y' * 150}"


def test_a_row_that_is_equal_to_an_earlier_one_is_told_without_a_hash(alpha):
    run = import_bytes(make_dataset(alpha), CONTENT, definition=mapped({"from": "row_hash"}))

    assert [(p.code, p.value) for p in run.problems.all()] == [("repeated_row", "")]
