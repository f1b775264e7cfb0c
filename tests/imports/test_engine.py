"""An import from file to records: counts, repeats, updates, quarantine, provenance."""

from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from complaints.models import ComplaintRecord
from imports.actions import receive_file
from imports.jobs.run import run_import
from imports.models import Import, PreviousVersion, QuarantinedRow, RowProblem
from imports.selectors import bad_rows, problem_groups, provenance
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset

pytestmark = pytest.mark.django_db


def accounted(run):
    return run.rows == run.created + run.updated + run.unchanged + run.quarantined + run.skipped


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha)


def test_a_first_load_makes_a_record_of_every_row(dataset):
    run = import_bytes(dataset, csv_of(letters(30)))

    assert (run.state, run.created, run.rows) == ("loaded", 30, 30)
    assert accounted(run)
    record = ComplaintRecord.objects.get(dataset=dataset, reference="L00003")
    assert (record.subject, record.finding, record.finding_raw) == ("Letter 3", "upheld", "Upheld")
    assert record.received_on.isoformat() == "2019-03-04"


@pytest.mark.parametrize("before", ["a", "é"])
def test_a_byte_of_another_encoding_far_behind_the_beginning_is_found_while_the_rows_are_read(dataset, before):
    """A megabyte of UTF-8 is no proof; a text that has letters of it before is two files in one."""
    content = csv_of(letters(1_200)).replace(b"The office", (before * 1_000).encode())
    run = import_bytes(dataset, content + b"L01201,2019-03-04,Letter,Pi\xe8ce jointe,Upheld\n")

    if before == "é":
        assert (run.state, run.error_code) == ("refused", "mixed_encoding")
        return
    assert (run.state, run.created, run.understanding["options"]["encoding"]) == ("loaded", 1_201, "cp1252")
    assert ComplaintRecord.objects.get(reference="L01201").narrative == "Pièce jointe"
    assert any("is a guess" in note for note in run.notes)


def test_the_dataset_says_what_it_holds_after_a_load(dataset):
    import_bytes(dataset, csv_of(letters(30)))

    dataset.refresh_from_db()
    assert (dataset.record_count, dataset.first_year, dataset.last_year) == (30, 2019, 2019)


def test_the_same_file_again_changes_nothing(dataset):
    import_bytes(dataset, csv_of(letters(30)))
    before = list(ComplaintRecord.objects.values_list("id", "updated_at"))

    run = import_bytes(dataset, csv_of(letters(30)))

    assert (run.state, run.created, run.updated, run.unchanged) == ("loaded", 0, 0, 30)
    assert list(ComplaintRecord.objects.values_list("id", "updated_at")) == before


def test_a_later_file_creates_updates_and_leaves_unchanged(dataset):
    import_bytes(dataset, csv_of(letters(30)))

    run = import_bytes(
        dataset, csv_of([*letters(20), *letters(10, first=21, outcome="Not upheld"), *letters(5, first=31)])
    )

    assert (run.created, run.updated, run.unchanged) == (5, 10, 20)
    assert accounted(run)
    assert ComplaintRecord.objects.get(reference="L00025").finding == "not-upheld"


def test_what_an_update_overwrites_is_kept(dataset):
    import_bytes(dataset, csv_of(letters(30)))
    run = import_bytes(dataset, csv_of(letters(30, outcome="Not upheld")))

    kept = PreviousVersion.objects.filter(import_run=run)

    assert kept.count() == 30
    assert {version.row["finding"] for version in kept} == {"upheld"}


def test_an_identical_row_is_skipped_and_one_that_differs_is_quarantined(dataset):
    rows = letters(30)
    other = rows[4].replace("did not answer", "lost")

    run = import_bytes(dataset, csv_of([*rows, rows[3], other]))

    assert (run.rows, run.created, run.quarantined, run.skipped) == (32, 30, 1, 1)
    assert set(RowProblem.objects.values_list("code", "line", "detail")) == {
        ("repeated_row", 32, "5"),
        ("duplicate_key", 33, "6"),
    }


def test_of_rows_with_one_reference_the_first_sound_one_is_taken(dataset):
    rows = letters(30)
    rows[2] = rows[2].replace("2019-03-04", "the 4th")
    again = letters(30)[2].replace("did not answer", "lost")

    run = import_bytes(dataset, csv_of([*rows, again]))

    assert (run.created, run.quarantined) == (30, 1)
    assert "lost" in ComplaintRecord.objects.get(reference="L00003").narrative


def test_a_bad_row_is_kept_with_line_column_value_and_sentence(dataset):
    rows = letters(30)
    rows[6] = rows[6].replace("2019-03-08", "2019-13-08")

    run = import_bytes(dataset, csv_of(rows))

    row = QuarantinedRow.objects.get(import_run=run)
    problem = RowProblem.objects.get(import_run=run)
    assert (run.created, run.quarantined, row.line, row.cells[1]) == (29, 1, 8, "2019-13-08")
    assert (problem.column, problem.value, problem.code) == ("date received", "2019-13-08", "not_a_date")
    assert "“2019-13-08” is not a date" in problem.sentence


def test_lines_are_physical_where_cells_hold_line_breaks_and_line_ends_are_mixed(dataset):
    content = (
        b"id,date received,title,narrative\r\n"
        b'1,2019-01-01,One,"first\nsecond\r\nthird"\n'
        b"2,2019-01-02,Two,plain\r\n"
        b"3,yesterday,Three,plain\n" + b"".join(b"%d,2019-01-02,More,plain\n" % n for n in range(4, 30))
    )

    run = import_bytes(dataset, content)

    problem = RowProblem.objects.get(import_run=run)
    assert (problem.record, problem.line) == (3, 6)


def test_every_record_leads_back_to_its_line_and_raw_values(dataset):
    import_bytes(dataset, csv_of(letters(60)))
    record = ComplaintRecord.objects.get(reference="L00041")

    found = provenance(record.import_id, record.source_record, record.source_line)

    assert (found.line, found.record, found.mapping_version) == (42, 41, 1)
    assert found.raw["id"] == "L00041"
    assert found.raw["outcome"] == "Upheld"


def test_columns_without_a_field_are_kept_as_text(dataset):
    content = csv_of(
        [f"{row},0{n:04d}" for n, row in enumerate(letters(20))], header="id,date received,title,narrative,outcome,ward"
    )
    import_bytes(dataset, content)

    assert ComplaintRecord.objects.get(reference="L00003").extra == {"ward": "00002"}


def test_a_dry_run_counts_and_writes_nothing(dataset):
    run = import_bytes(dataset, csv_of(letters(30)), is_dry_run=True)

    assert (run.state, run.created) == ("checked", 30)
    assert not ComplaintRecord.objects.exists()


def test_a_dry_run_on_a_live_dataset_foresees_what_the_load_does(dataset):
    import_bytes(dataset, csv_of(letters(30)))
    content = csv_of([*letters(20), *letters(10, first=21, outcome="Not upheld"), *letters(5, first=31)])

    foreseen = import_bytes(dataset, content, is_dry_run=True)
    done = import_bytes(dataset, content)

    assert (foreseen.created, foreseen.updated, foreseen.unchanged) == (5, 10, 20)
    assert (done.created, done.updated, done.unchanged) == (5, 10, 20)


def test_the_next_file_of_the_same_shape_is_mapped_as_before(dataset):
    first = import_bytes(dataset, csv_of(letters(30)))

    second = import_bytes(dataset, csv_of(letters(40)))

    assert second.mapping == first.mapping
    assert any("Mapped as before" in note for note in second.notes)


def test_a_mapping_that_spoils_nearly_every_row_is_refused_and_writes_nothing(dataset):
    import_bytes(dataset, csv_of(letters(30)))
    spoilt = [row.replace("2019-03-", "03/2019/") for row in letters(30, first=100)]

    run = import_bytes(dataset, csv_of(spoilt))

    assert (run.state, run.error_code) == ("refused", "nearly_all_rows_bad")
    assert ComplaintRecord.objects.count() == 30


def test_problems_are_grouped_and_counted_and_can_be_downloaded(dataset):
    rows = letters(50)
    for n in (3, 4, 5):
        rows[n] = rows[n].replace("2019-03", "2019-33")
    run = import_bytes(dataset, csv_of(rows))

    groups = problem_groups(run)

    assert [(g.code, g.column, g.rows, g.first_line) for g in groups] == [("not_a_date", "date received", 3, 5)]
    assert [row[:2] for row in bad_rows(run).rows] == [[4, 5], [5, 6], [6, 7]]


def test_a_finished_import_leaves_no_work_tables(dataset):
    import_bytes(dataset, csv_of(letters(30)))

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'imports_work'")
        assert cursor.fetchone() == (0,)


def test_two_identical_imports_at_once_are_one(dataset):
    content = [csv_of(letters(30))]
    first = receive_file(dataset=dataset, chunks=content, name="a.csv", by=None, is_automatic=True, wake=False)
    second = receive_file(dataset=dataset, chunks=content, name="b.csv", by=None, is_automatic=True, wake=False)

    assert first.pk == second.pk
    assert Import.objects.count() == 1


def test_an_import_waits_for_the_same_one_under_way_and_then_changes_nothing(dataset):
    """The first had its mapping already when the second came, so that the two could not be seen to be one."""
    import_bytes(dataset, csv_of(letters(10)))
    content = [csv_of(letters(30))]
    first = receive_file(dataset=dataset, chunks=content, name="a.csv", by=None, is_automatic=True, wake=False)
    with standing(first, mapping=dataset.mappings.get(), stage=Import.Stage.CHECKING):
        second = receive_file(dataset=dataset, chunks=content, name="b.csv", by=None, is_automatic=True, wake=False)
        assert first.pk != second.pk
        assert state_after_run(second) == Import.State.WAITING

    assert [state_after_run(run) for run in (first, second)] == [Import.State.LOADED] * 2
    assert (first.created, first.unchanged, second.unchanged, second.same_as) == (20, 10, 30, first)


def test_an_import_is_not_checked_while_another_writes_into_its_dataset(dataset):
    import_bytes(dataset, csv_of(letters(10)))
    first, second = (
        receive_file(dataset=dataset, chunks=[csv_of(letters(n))], name="a.csv", by=None, is_automatic=True, wake=False)
        for n in (20, 30)
    )
    with standing(first, stage=Import.Stage.PUBLISHING), CaptureQueriesContext(connection) as queries:
        assert state_after_run(second) == Import.State.WAITING

    assert not any("imports_rowproblem" in query["sql"] for query in queries)
    assert (second.attempts, second.error_code) == (0, "")
    assert state_after_run(second) == Import.State.LOADED


@contextmanager
def standing(run, **changes):
    """The import held by a worker that has come this far."""
    held = {"lease_owner": uuid4(), "lease_expires_at": timezone.now() + timedelta(minutes=5)}
    Import.objects.filter(pk=run.pk).update(state=Import.State.RUNNING, **changes, **held)
    yield
    Import.objects.filter(pk=run.pk).update(
        state=Import.State.WAITING, stage="", lease_owner=None, lease_expires_at=None
    )


def state_after_run(run):
    assert run_import(run.pk)
    run.refresh_from_db()
    return run.state
