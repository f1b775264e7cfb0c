"""Text of a complaint record is erased in the record, its search, its units and what an import writes again."""

import json

import pytest
from django.http import Http404

from coding.models import Coding, TextUnit
from complaints import actions
from complaints.models import ComplaintRecord, FollowUp, Recommendation
from complaints.pointing import RECORD
from complaints.selectors import reading
from imports.actions import compare_imports
from imports.erasing import erase_again
from imports.jobs.comparing import compare
from imports.models import Comparison, Import, PreviousVersion, SourceFile
from tests.factories.coding import code, make_codebook, make_round
from tests.factories.complaints import load_records, make_dataset
from tests.factories.imports import csv_of, import_bytes, letters
from tests.factories.imports import make_dataset as make_empty_dataset
from tests.searched import tables_with
from versions.actions import erase, undo_erasure

WORDS = "Quillfeather"
TEXT = f"Mrs {WORDS} waited for nine months and nobody answered her letters about the roof of her house."


@pytest.fixture
def record(alpha):
    dataset = make_dataset(alpha, slug="letters", recipe="complaint-records")
    rows = [{"reference": "A-1", "subject": f"The roof of {WORDS}", "narrative": TEXT}]
    load_records(dataset, [*rows, {"narrative": "Another letter."}])
    return ComplaintRecord.objects.get(reference="A-1")


def erased(by, **values):
    return erase(kind=RECORD, key="letters/A-1", by=by, **({"ground": "personal-request"} | values))


def found(words, by):
    return list(ComplaintRecord.objects.visible_to(by).matching(words).values_list("reference", flat=True))


def test_a_record_is_erased_with_its_parts_its_search_and_its_units(record, bob, cody):
    advised = Recommendation.objects.create(
        dataset=record.dataset, record=record, record_reference="A-1", text=f"Write to {WORDS}."
    )
    FollowUp.objects.create(
        recommendation=advised, scale="Office", raw_value="Open", promised_action=f"{WORDS} gets a letter."
    )
    coding_round = make_round(bob, [cody], start=False)
    actions.send_to_coding(records=ComplaintRecord.objects.visible_to(bob).filter(pk=record.pk),
                           coding_round=coding_round, by=bob)  # fmt: skip
    before = TextUnit.objects.get(source_key="letters/A-1")
    assert found(WORDS, bob) == ["A-1"]

    erasure = erased(bob)

    assert tables_with(WORDS) == {"versions_kepttext"}
    assert found(WORDS, bob) == []
    after = TextUnit.objects.get(pk=before.pk)
    assert len(after.text) == len(before.text)
    undo_erasure(erasure=erasure, by=bob)
    assert found(WORDS, bob) == ["A-1"]
    assert TextUnit.objects.get(pk=before.pk).text == before.text


def test_codings_keep_their_passages(record, ada, cody):
    book = make_codebook(ada)
    coding_round = make_round(ada, [cody], book=book, start=False)
    actions.send_to_coding(records=ComplaintRecord.objects.visible_to(ada).filter(pk=record.pk),
                           coding_round=coding_round, by=ada)  # fmt: skip
    part = coding_round.units.get(unit__source_key="letters/A-1")
    Coding.objects.create(round_unit=part, coder=cody, code=code(book, "delay"), start=90, end=95, memo=f"Of {WORDS}")
    erased(ada)
    coding = Coding.objects.get()
    assert (coding.start, coding.end) == (90, 95)
    assert WORDS not in coding.memo


def test_the_same_source_twice_makes_two_units_that_are_both_erased(record, bob):
    for text in (TEXT, TEXT.replace("nine", "four")):
        actions.freeze_units(
            units=[actions.NewUnit(RECORD, "letters/A-1", "A letter", text, record.dataset.organisation_id)], by=bob
        )
    erased(bob)
    assert tables_with(WORDS) == {"versions_kepttext"}


def test_what_an_import_writes_again_is_erased_again(record, bob):
    erased(bob)
    ComplaintRecord.objects.filter(pk=record.pk).update(narrative=f"A new text about {WORDS}.")
    erase_again(record.dataset_id)
    assert tables_with(WORDS) == {"versions_kepttext"}


def test_previous_versions_are_erased(record, bob):
    file = SourceFile.objects.create(sha256="0" * 64, size=1)
    run = Import.objects.create(dataset=record.dataset, created_by=bob, source_file=file)
    PreviousVersion.objects.create(import_run=run, record_id=record.pk, row={"narrative": TEXT, "id": record.pk})
    erased(bob, passage=WORDS)
    kept = PreviousVersion.objects.get().row
    assert WORDS not in kept["narrative"]
    assert kept["id"] == record.pk


@pytest.mark.parametrize("passage", ["", WORDS])
def test_comparisons_of_its_imports_are_erased_now_and_when_they_are_made_again(passage, alpha, ada):
    dataset = make_empty_dataset(alpha, slug="letters", by=ada)
    first = csv_of([f"A-1,2019-03-01,Roof,{TEXT},Upheld", *letters(5)])
    runs = [import_bytes(dataset, content, by=ada) for content in (first, first.replace(b"nine", b"four"))]
    comparison = compare_imports(older=runs[0], newer=runs[1], by=ada)
    compare(comparison.pk)
    [row] = comparison.rows.all()
    assert [name for name, _before, _after in row.changes] == ["narrative"]
    assert WORDS in str(row.changes)

    erasure = erased(ada, passage=passage)
    undo_erasure(erasure=erasure, by=ada)
    assert comparison.rows.get().changes == row.changes
    erased(ada, passage=passage)
    kept = comparison.rows.get().changes
    Comparison.objects.all().delete()
    again = compare_imports(older=runs[0], newer=runs[1], by=ada)
    compare(again.pk)

    for changes in (kept, again.rows.get().changes):
        assert WORDS not in str(changes)
        assert [name for name, _before, _after in changes] == ["narrative"]


def test_a_record_that_somebody_may_not_know_of_is_not_found(alpha, charlie):
    load_records(make_dataset(alpha, slug="letters", access="restricted"), [{"reference": "A-1", "narrative": TEXT}])
    with pytest.raises(Http404):
        erased(charlie)


def test_the_page_of_a_record_tells_of_the_erasure_and_does_not_show_its_file(record, bob, client_of, monkeypatch):
    asked = []
    monkeypatch.setattr(reading, "provenance_of", lambda *args, with_raw: asked.append(with_raw))
    page = record.get_absolute_url()
    assert "Erase text" in client_of(bob).get(page).content.decode()
    erased(bob)
    assert "Text was erased on" in client_of(bob).get(page).content.decode()
    assert asked == [True, False]


def test_a_record_that_is_a_recommendation_keeps_its_days_and_codes(alpha, bob, client_of):
    extra = {"recommendation.due_on": "2020-01-01", "recommendation.criterion": f"{WORDS} asked.", "Officer": WORDS}
    dataset = make_dataset(alpha, slug="advice", recipe="recommendation-records")
    load_records(
        dataset,
        [{"reference": "Q-1", "kind": "recommendation", "narrative": TEXT, "respondent": WORDS,
          "extra": json.dumps(extra)}],
    )  # fmt: skip
    erase(kind=RECORD, key="advice/Q-1", by=bob, ground="personal-request")
    record = ComplaintRecord.objects.get(reference="Q-1")
    assert record.extra["recommendation.due_on"] == "2020-01-01"
    assert record.extra["recommendation.criterion"].startswith("[Erased ")
    assert record.extra["Officer"].startswith("[Erased ")
    assert client_of(bob).get(record.get_absolute_url()).status_code == 200
    assert client_of(bob).get(f"/api/v1/complaint-records/{record.pk}/?fields=recommendations").status_code == 200
    assert record.respondent == WORDS
    erase(kind=RECORD, key="advice/Q-1", by=bob, ground="redaction", passage=WORDS)
    assert tables_with(WORDS) == {"versions_kepttext"}


def test_the_same_number_of_a_row_of_another_dataset_is_left_alone(record, bob, alpha):
    other = make_dataset(alpha, slug="others")
    file = SourceFile.objects.create(sha256="0" * 64, size=1)
    run = Import.objects.create(dataset=other, created_by=bob, source_file=file)
    PreviousVersion.objects.create(import_run=run, record_id=record.pk, row={"narrative": "Another letter."})
    erased(bob)
    assert PreviousVersion.objects.get().row == {"narrative": "Another letter."}
