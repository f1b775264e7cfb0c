"""Erasing a record reaches everything that imports store of its row, in every table of the database."""

import pytest
from django.urls import reverse

from complaints.models import ComplaintRecord, FollowUp, Recommendation
from imports.actions import repair_row, replay_import
from imports.jobs.run import run_import
from imports.models import Comparison, Import, QuarantinedRow, RowProblem
from tests.factories.comparisons import compared
from tests.factories.imports import import_bytes, letters, make_dataset, undo
from tests.searched import rows_of, tables_with
from versions.actions import erase, preview_of, undo_erasure

pytestmark = pytest.mark.django_db
HEADER = "id,date received,title,narrative,outcome,Officer"
PARTS = "id,record reference,recommendation,made on,priority,remark"
STORED = (
    "imports_import", "imports_quarantinedrow", "imports_rowproblem", "imports_previousversion",
    "imports_comparisonrow", "imports_sourcedrow", "complaints_recommendation", "complaints_followup",
)  # fmt: skip
LONG = "and nobody answered for a year " * 20


def file_of(*rows, header=HEADER):
    return "\n".join([header, *rows]).encode() + b"\n"


def others(count=60, outcome="Upheld"):
    """Rows of other records, whose narratives are too different and long to be counted one by one."""
    return [f"{row},Officer {at % 7}" for at, row in enumerate(letters(count, outcome=outcome))]


def row_of(word, *, date="2019-03-01", outcome="Upheld", reference="S-1"):
    return f"{reference},{date},Roof of Quilltitle{word},Quilltext{word} {LONG},{outcome},Quillofficer{word}"


def replayed(run, by):
    replay_import(run=run, by=by)
    run_import(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def dataset(alpha, bob):
    """Two deliveries with rows in quarantine, one of them repaired and replayed in vain; a comparison; an undone
    import; and recommendations that refer to the record, loaded twice."""
    dataset = make_dataset(alpha, by=bob)
    broken = f"S-1,2019-03-01,Roof, of Quillshift,Quillshifted {LONG},Upheld,Quillofficer"
    older = import_bytes(dataset, file_of(row_of("one"), row_of("twice"), broken, *others()), by=bob)
    newer = import_bytes(
        dataset, file_of(*others(), row_of("two"), row_of("date", date="Quilldate here")), by=bob
    )  # fmt: skip
    row = QuarantinedRow.objects.get(import_run=newer, cells__icontains="Quilldate")
    repair_row(row=row, cells=[row.cells[0], "2019-03-02", "Quillrepaired", *row.cells[3:]], by=bob)
    replayed(newer, bob)
    compared(older, newer, bob)
    undo(import_bytes(dataset, file_of(row_of("undone"), *others()), by=bob), bob)
    import_bytes(dataset, file_of(row_of("dry"), *others()), by=bob, is_dry_run=True)
    parts = make_dataset(alpha, slug="advice", by=bob, recipe="recommendations", linked_with=dataset)
    for word, made_on in (("first", "2020-01-01"), ("second", "2020-01-01"), ("third", "Quillday")):
        advice = f"Q-{len(made_on)},S-1,Quilladvice{word} {LONG},{made_on},high,Quillremark{word}"
        import_bytes(parts, file_of(advice, "Q-0,L00001,Answer letters,2020-01-01,low,none", header=PARTS), by=bob)
    return dataset


def erased(by, **values):
    return erase(kind="complaint-record", key="letters/S-1", by=by, **({"ground": "personal-request"} | values))


def pages_of(dataset):
    """Every page and answer of the imports of a dataset and of those that are linked with it."""
    for run in Import.objects.filter(dataset__in=[dataset, *dataset.linked.all()]):
        for name in ("detail", "mapping", "problems", "bad-rows", "quarantine", "changes", "changes-file", "undo",
                     "personal"):  # fmt: skip
            yield reverse(f"import-{name}", args=[run.pk])
        for row in run.quarantined_rows.all():
            yield reverse("quarantine-row", args=[run.pk, row.pk])
        for part in ("", "problems/", "quarantine/", "columns/", "undo/"):
            yield f"/api/v1/imports/{run.pk}/{part}"
    for found in Comparison.objects.all():
        yield reverse("comparison-detail", args=[found.pk])
        yield reverse("comparison-file", args=[found.pk])
        yield f"/api/v1/comparisons/{found.pk}/"
        yield f"/api/v1/comparisons/{found.pk}/rows/"
    record = ComplaintRecord.objects.filter(reference="S-1").first()
    if record is not None:
        yield record.get_absolute_url()
        yield f"/api/v1/complaint-records/{record.pk}/"


def showing(words, dataset, browser):
    """Addresses that show the words, and the number of those that answer at all."""
    found, answered = [], 0
    for address in pages_of(dataset):
        answer = browser.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answered += answer.status_code == 200
        if words in content.decode():
            found.append(address)
    return found, answered


def test_the_words_of_an_erased_record_are_in_no_table_and_on_no_page(dataset, bob, client_of):
    assert tables_with("Quill") == {*STORED, f"complaints_record_{dataset.pk}"} - {"complaints_followup"}
    before = showing("Quill", dataset, client_of(bob))
    assert len(before[0]) > 20
    stored = rows_of(*STORED)

    preview = preview_of(kind="complaint-record", key="letters/S-1", ground="personal-request", by=bob)
    erasure = erased(bob)

    assert preview[0]["places"] == erasure.targets.get().counts
    assert tables_with("Quill") == {"versions_kepttext"}
    assert showing("Quill", dataset, client_of(bob)) == ([], before[1])
    undo_erasure(erasure=erasure, by=bob)
    assert rows_of(*STORED) == stored


def test_what_is_not_of_the_record_stays(dataset, bob):
    erased(bob)
    assert ComplaintRecord.objects.filter(narrative__startswith="The office did not").count() == 60
    assert Recommendation.objects.get(row__reference="Q-0").text == "Answer letters"
    assert not FollowUp.objects.filter(raw_value__startswith="[Erased").exists()
    for run in Import.objects.filter(dataset=dataset):
        shown = {column["name"]: column for column in run.understanding["columns"]}
        assert shown["id"]["examples"][0] in {"S-1", "L00001"}
        assert "Upheld" in shown["outcome"]["values"]
        assert "Officer 3" in shown["Officer"]["values"]
    broken = QuarantinedRow.objects.get(import_run__dataset=dataset, cells__icontains="[Erased", line=4)
    assert broken.cells[0] == "S-1"
    problem = RowProblem.objects.get(code="not_a_date")
    assert problem.sentence.startswith("“[Erased")


def test_a_passage_is_gone_and_the_rest_of_the_text_stays(dataset, bob, client_of):
    for passage in ("Quilltext", "Quilldate", "Quillofficer", "Quilladvice"):
        erased(bob, ground="redaction", passage=passage)
        assert tables_with(passage) == {"versions_kepttext"}
        assert showing(passage, dataset, client_of(bob))[0] == []
    record = ComplaintRecord.objects.get(reference="S-1")
    assert record.narrative.endswith("for a year")
    assert record.subject == "Roof of Quilltitletwo"


@pytest.mark.parametrize("passage", ["", "Quill"])
def test_what_comes_in_again_is_erased_again_wherever_it_is_stored(passage, dataset, bob):
    erased(bob, passage=passage)
    again = file_of(row_of("again"), row_of("more"), row_of("bad", date="Quilldate"), *others(outcome="Not upheld"))
    import_bytes(dataset, again, by=bob, is_automatic=False)
    import_bytes(dataset, again, by=bob, is_dry_run=True)
    run = import_bytes(dataset, again, by=bob)
    import_bytes(dataset, again, by=bob)
    replayed(run, bob)
    compared(Import.objects.filter(dataset=dataset, state="loaded").earliest("pk"), run, bob)
    parts = dataset.linked.get()
    import_bytes(parts, file_of(f"Q-1,S-1,Quilladvice {LONG},2020-01-01,high,Quillremark", header=PARTS), by=bob)
    staged = {f"staging_{one.pk}_{one.fence}" for one in Import.objects.exclude(staging="")}
    assert tables_with("Quill") == {"versions_kepttext", *staged}
    assert len(staged) == 1


def test_a_row_whose_record_does_not_exist_any_more_is_erased_again(dataset, bob):
    only = make_dataset(dataset.organisation, slug="only", by=bob)
    first = import_bytes(only, file_of(row_of("one"), *others()), by=bob)
    erase(kind="complaint-record", key="only/S-1", by=bob, ground="redaction")
    undo(first, bob)
    run = import_bytes(only, file_of(row_of("bad", date="Quilldate"), *others()), by=bob)
    assert run.quarantined == 1
    assert not any("Quill" in text for text in rows_of("imports_import")["imports_import"] if f"({run.pk}," in text)
    assert not any("Quill" in str(row.cells) for row in run.quarantined_rows.all())
    assert not any("Quill" in problem.value for problem in run.problems.all())


def test_undoing_an_import_does_not_bring_an_erased_text_back(dataset, bob):
    erased(bob)
    undo(Import.objects.filter(dataset=dataset, state="loaded").latest("pk"), bob)
    assert tables_with("Quill") == {"versions_kepttext"}
    record = ComplaintRecord.objects.get(reference="S-1")
    assert record.narrative.startswith("[Erased ")
