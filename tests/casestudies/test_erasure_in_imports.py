"""Erasing a case study or a contribution reaches everything that imports store of its rows, in every table."""

import pytest
from django.urls import reverse

from casestudies.models import CaseStudy, Contribution
from imports.actions import repair_row, replay_import
from imports.jobs.run import run_import
from imports.models import Import, QuarantinedRow, SourcedTarget
from tests.factories.casestudies import make_case_study
from tests.factories.comparisons import compared
from tests.factories.imports import csv_of, import_bytes, make_dataset, undo
from tests.searched import rows_of, tables_with
from versions.actions import erase, preview_of, undo_erasure

pytestmark = pytest.mark.django_db

HEADER = "case id,title,body,country,start date,end date,remark"
METHODS = "case id,methods,keywords,research note"
STORED = (
    "imports_import", "imports_quarantinedrow", "imports_rowproblem", "imports_previousversion",
    "imports_comparisonrow", "imports_sourcedrow", "imports_sourcedtarget",
)  # fmt: skip
HISTORY = "casestudies_casestudyhistory"
LONG = "and residents met on the quay " * 20
PROPOSALS = "id,case,title/en,body/en,author/name,state,answer/en,answered at,supports"


def row_of(word, *, number="7", end="2009-06-07"):
    body = f"<p>Quillabstract{word} of <em>Quill</em>hidden {LONG}</p>"
    return f"{number},A panel on the river,{body},United Kingdom,2009-03-02,{end},Quillremark{word}"


def others(count=60, word="met"):
    """Rows of other cases, whose abstracts are too different and long to be counted one by one."""
    return [
        f"{at},Panel {at},<p>Others {word} in hall {at} {LONG}</p>,Germany,2010-01-01,2011-01-01,Note {at}"
        for at in range(100, 100 + count)
    ]


def load(dataset, *rows, header=HEADER, **options):
    return import_bytes(dataset, csv_of([*rows, *([] if header != HEADER else others())], header=header), **options)


def replayed(run, by):
    replay_import(run=run, by=by)
    run_import(run.pk)
    run.refresh_from_db()
    return run


@pytest.fixture
def dataset(alpha, bob):
    """Two deliveries with rows in quarantine, one of them repaired and replayed in vain; a comparison; an undone
    import; and a table of methods about the same cases, loaded twice."""
    dataset = make_dataset(alpha, slug="cases", by=bob, recipe="case-studies")
    older = load(dataset, row_of("one"), row_of("twice"), by=bob)
    newer = load(dataset, row_of("two"), row_of("bad", end="2001-01-01"), row_of("day", end="Quillday"), by=bob)
    row = QuarantinedRow.objects.filter(import_run=newer, cells__icontains="Quillday").get()
    repair_row(row=row, cells=[*row.cells[:5], "Quillstill", "Quillrepaired"], by=bob)
    replayed(newer, bob)
    compared(older, newer, bob)
    undo(load(dataset, row_of("undone"), by=bob), bob)
    load(dataset, row_of("dry"), by=bob, is_dry_run=True)
    methods = make_dataset(alpha, slug="methods", by=bob, recipe="case-studies", linked_with=dataset)
    for word in ("first", "second"):
        rows = [f"7,Quillmethods{word} {LONG},river; Wordkey,Quillnote{word}", f"100,Interviews {LONG},hall,None"]
        load(methods, *rows, header=METHODS, by=bob)
    return dataset


def case_study(dataset, number="7"):
    return CaseStudy.objects.get(pk=SourcedTarget.objects.get(dataset=dataset, key=number).target_id)


def erased(thing, by, **values):
    kind, key = thing._meta.label_lower, str(thing.pk)
    return erase(kind=kind, key=key, by=by, **({"ground": "personal-request"} | values))


def pages_of(dataset):
    """Pages and answers of the imports of a dataset and of those that are linked with it."""
    for run in Import.objects.filter(dataset__in=[dataset, *dataset.linked.all()]):
        for name in ("detail", "problems", "quarantine", "changes", "changes-file"):
            yield reverse(f"import-{name}", args=[run.pk])
    for one in CaseStudy.objects.filter(working_title="A panel on the river"):
        yield one.get_absolute_url()
        yield f"/api/v1/case-studies/{one.slug}/"


def showing(words, dataset, browser):
    found = []
    for address in pages_of(dataset):
        answer = browser.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if words in content.decode():
            found.append(address)
    return found


def test_the_words_of_an_erased_case_study_are_in_no_table_and_on_no_page(dataset, bob, client_of):
    one = case_study(dataset)
    assert one.methods.startswith("Quillmethodssecond")
    assert tables_with("Quill") == {*STORED, "casestudies_casestudy", HISTORY}
    assert len(showing("Quill", dataset, client_of(bob))) > 10
    stored = rows_of(*STORED, "casestudies_casestudy")

    preview = preview_of(kind="casestudies.casestudy", key=str(one.pk), ground="personal-request", by=bob)
    erasure = erased(one, bob)

    assert [target["places"] for target in preview] == [target.counts for target in erasure.targets.all()]
    assert tables_with("Quill") == {"versions_kepttext"}
    assert showing("Quill", dataset, client_of(bob)) == []
    undo_erasure(erasure=erasure, by=bob)
    assert rows_of(*STORED, "casestudies_casestudy") == stored


def test_what_is_not_of_the_case_study_stays(dataset, bob):
    erased(case_study(dataset), bob)
    assert CaseStudy.objects.filter(abstract__startswith="Others met in hall").count() == 60
    assert case_study(dataset, "100").methods.startswith("Interviews")
    assert case_study(dataset).working_title == "A panel on the river"
    # Its end is before its start, so the cell may hold anything and goes as well.
    rows = QuarantinedRow.objects.filter(import_run__dataset=dataset, repaired__isnull=True)
    broken = rows.get(cells__5__startswith="[Erased")
    assert broken.cells[:2] == ["7", "A panel on the river"]
    assert broken.cells[2].startswith("[Erased ")


@pytest.mark.parametrize(
    "passage", ["Quillabstract", "Quillremark", "Quillhidden", "Quillnote", "Quillmethods", "Wordkey"]
)
def test_a_passage_is_gone_and_the_rest_of_the_text_stays(passage, dataset, bob, client_of):
    one = case_study(dataset)
    erased(one, bob, ground="redaction", passage=passage)
    assert tables_with(passage) == {"versions_kepttext"}
    if passage == "Quillhidden":
        # In the rows it is written with a tag inside.
        assert tables_with("<em>Quill</em>hidden") == {"versions_kepttext"}
    assert showing(passage, dataset, client_of(bob)) == []
    one.refresh_from_db()
    assert one.abstract.endswith("met on the quay")
    assert one.working_title == "A panel on the river"


@pytest.mark.parametrize("passage", ["", "Quill"])
def test_what_comes_in_again_is_erased_again_wherever_it_is_stored(passage, dataset, bob):
    one = case_study(dataset)
    erased(one, bob, passage=passage)
    again = row_of("again"), row_of("bad", end="2001-01-01")
    load(dataset, *again, by=bob, is_dry_run=True)
    run = load(dataset, *again, by=bob)
    load(dataset, *again, by=bob)
    replayed(run, bob)
    compared(Import.objects.filter(dataset=dataset, state="loaded").earliest("pk"), run, bob)
    load(dataset.linked.get(), f"7,Quillagain {LONG},river,Quillnote", header=METHODS, by=bob)
    assert run.updated == 1
    assert tables_with("Quill") == {"versions_kepttext"}
    one.refresh_from_db()
    assert one.abstract.startswith("[Erased ")


def test_no_change_by_a_person_is_reported_after_an_erasure(dataset, bob):
    erased(case_study(dataset), bob)
    run = load(dataset, row_of("again"), by=bob)
    assert not run.problems.filter(code="changed_here").exists()
    target = SourcedTarget.objects.get(dataset=dataset, key="7")
    one = case_study(dataset)
    assert (target.reported["abstract"], target.reported["methods"]) == (one.abstract, one.methods)


def test_a_case_study_that_an_undo_deleted_is_erased_when_it_is_loaded_again(alpha, bob, client_of):
    dataset = make_dataset(alpha, slug="only", by=bob, recipe="case-studies")
    first = load(dataset, row_of("one"), row_of("bad", end="2001-01-01"), by=bob)
    erased(case_study(dataset), bob, ground="redaction")
    undo(first, bob)
    assert not SourcedTarget.objects.exists()

    load(dataset, row_of("one"), row_of("bad", end="2001-01-01"), by=bob)

    assert tables_with("Quill") == {"versions_kepttext"}
    assert case_study(dataset).abstract.startswith("[Erased ")
    assert showing("Quill", dataset, client_of(bob)) == []


def test_the_original_files_that_may_hold_the_text_are_named(dataset, bob, client_of):
    erasure = erased(case_study(dataset), bob)
    runs = Import.objects.filter(dataset__in=[dataset, dataset.linked.get()])
    page = client_of(bob).get(reverse("erasure-detail", args=[erasure.pk])).content.decode()
    assert [run.pk for run in runs if reverse("import-detail", args=[run.pk]) not in page] == []
    assert client_of(bob).get(reverse("import-source", args=[runs[0].pk])).status_code != 200


def proposal(word, *, number="1", case="canal"):
    return (
        f"{number},{case},Quilltitle{word},<p>Quilltext{word} {LONG}</p>,Quillauthor{word},accepted,Six benches come.,"
        f"2024-05-02,12 Quillsupports{word}"
    )


@pytest.fixture
def proposals(alpha, bob):
    """A contribution in two versions, with a row in quarantine, and others."""
    make_case_study(bob, slug="canal")
    dataset = make_dataset(alpha, slug="proposals", by=bob, recipe="contributions")
    more = [f"{at},canal,Trees {at},Plant {at} trees {LONG},Bo {at},rejected,No room.,2024-05-03,{at}"
            for at in range(2, 60)]  # fmt: skip
    older = load(dataset, proposal("one"), *more, header=PROPOSALS, by=bob)
    newer = load(dataset, proposal("two"), proposal("bad", case="kanal"), *more, header=PROPOSALS, by=bob)
    compared(older, newer, bob)
    return dataset


def contribution(dataset, key="1"):
    return Contribution.objects.get(pk=SourcedTarget.objects.get(dataset=dataset, key=key).target_id)


def test_the_words_of_an_erased_contribution_are_in_no_table(proposals, bob):
    before = tables_with("Quill")
    assert before >= {"imports_sourcedrow", "imports_sourcedtarget", "imports_previousversion", "imports_import",
                      "imports_quarantinedrow", "imports_comparisonrow", "casestudies_contribution"}  # fmt: skip
    # Its history has a version more after each of both.
    stored = rows_of(*(before - {"casestudies_contributionhistory"}))

    erasure = erased(contribution(proposals), bob)

    assert tables_with("Quill") == {"versions_kepttext"}
    assert contribution(proposals).response == "Six benches come."
    assert contribution(proposals, "2").text.startswith("Trees 2")
    undo_erasure(erasure=erasure, by=bob)
    assert rows_of(*stored) == stored


@pytest.mark.parametrize("passage", ["", "Quill"])
def test_a_contribution_that_comes_in_again_is_erased_again(passage, proposals, bob):
    one = contribution(proposals)
    erased(one, bob, passage=passage)
    run = load(proposals, proposal("again"), proposal("bad", case="kanal"), header=PROPOSALS, by=bob)
    assert run.updated == 1
    assert tables_with("Quill") == {"versions_kepttext"}
