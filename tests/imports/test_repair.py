"""Rows in quarantine: repaired, dismissed, replayed into the same import; and what is never loaded."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import AuditEvent
from complaints.models import ComplaintRecord
from imports.actions import dismiss_row, dismiss_rows, reopen_row, repair_row, replay_import
from imports.jobs.run import run_import
from imports.mapping import read_definition
from imports.models import PreviousVersion, QuarantinedRow, RowProblem
from imports.recipe import recipe_named
from imports.selectors import provenance
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset

pytestmark = pytest.mark.django_db


def accounted(run):
    return run.rows == run.created + run.updated + run.unchanged + run.quarantined + run.skipped


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha)


def with_bad_dates(*numbers, count=30, **options):
    """A file in which the dates of these rows cannot be read."""
    rows = letters(count, **options)
    for number in numbers:
        rows[number] = rows[number].replace("2019-03", "2019-33")
    return csv_of(rows)


def mended(row, **changes):
    """The cells of a row with some, by position, replaced."""
    return [changes.get(f"c{at}", cell) for at, cell in enumerate(row.cells)]


def replay(run, by, **options):
    replay_import(run=run, by=by, **options)
    run_import(run.pk)
    run.refresh_from_db()
    return run


def test_a_mended_row_joins_the_import_it_came_with(dataset, bob):
    run = import_bytes(dataset, with_bad_dates(4, 7), by=bob)
    row = QuarantinedRow.objects.get(import_run=run, line=6)

    repair_row(row=row, cells=mended(row, c1="2019-03-06"), by=bob)
    replay(run, bob)

    assert (run.state, run.created, run.quarantined) == ("loaded", 29, 1)
    assert accounted(run)
    record = ComplaintRecord.objects.get(reference="L00005")
    assert (record.import_id, record.source_line, record.received_on.isoformat()) == (run.pk, 6, "2019-03-06")
    row.refresh_from_db()
    assert (row.state, row.cells[1], row.decided_by) == ("replayed", "2019-33-06", bob)
    assert [p.line for p in RowProblem.objects.all()] == [9]


def test_a_replayed_record_equals_one_that_was_right_from_the_start(dataset, alpha, bob):
    run = import_bytes(dataset, with_bad_dates(4), by=bob)
    row = QuarantinedRow.objects.get()
    repair_row(row=row, cells=mended(row, c1="2019-03-06"), by=bob)
    replay(run, bob)
    right = make_dataset(alpha, slug="right")
    import_bytes(right, csv_of(letters(30)))

    def content(of):
        columns = ("reference", "source_record", "source_line", "content_hash", "received_on", "extra")
        return list(ComplaintRecord.objects.filter(dataset=of).order_by("source_record").values_list(*columns))

    assert content(dataset) == content(right)


def test_the_record_says_that_it_was_mended_and_under_which_mapping(dataset, bob):
    run = import_bytes(dataset, with_bad_dates(4), by=bob)
    row = QuarantinedRow.objects.get()
    repair_row(row=row, cells=mended(row, c1="2019-03-06"), by=bob)
    replay(run, bob)

    found = provenance(run.pk, row.record, row.line)

    assert found.raw["date received"] == "2019-33-06"
    assert found.repaired == {"date received": "2019-03-06"}


def test_a_changed_mapping_takes_only_the_bad_rows(dataset, bob):
    rows = letters(30)
    rows[3] = rows[3].replace("2019-03-05", "later")
    run = import_bytes(dataset, csv_of(rows), by=bob)
    before = list(ComplaintRecord.objects.order_by("id").values_list("id", "updated_at"))
    definition = dict(run.mapping.definition)
    definition["fields"]["received_on"]["missing"] = ["later"]

    replay(run, bob, definition=read_definition(definition, recipe_named(run.recipe), latest_year=2026))

    assert (run.created, run.quarantined, run.mapping.version) == (30, 0, 1)
    assert list(ComplaintRecord.objects.order_by("id").values_list("id", "updated_at"))[:29] == before
    assert ComplaintRecord.objects.get(reference="L00004").received_on is None
    assert QuarantinedRow.objects.get().mapping.version == 2
    assert provenance(run.pk, 4, 5).mapping_version == 2


def test_a_row_that_is_still_wrong_stays_with_what_is_wrong_now(dataset, bob):
    run = import_bytes(dataset, with_bad_dates(4), by=bob)
    row = QuarantinedRow.objects.get()
    repair_row(row=row, cells=mended(row, c0="", c1="2019-03-06"), by=bob)

    replay(run, bob)

    assert (run.created, run.quarantined) == (29, 1)
    assert [(p.code, p.column) for p in RowProblem.objects.all()] == [("required", "id")]


def test_a_second_replay_changes_nothing(dataset, bob):
    run = import_bytes(dataset, with_bad_dates(4, 7), by=bob)
    row = QuarantinedRow.objects.get(line=6)
    repair_row(row=row, cells=mended(row, c1="2019-03-06"), by=bob)
    replay(run, bob)
    before = list(ComplaintRecord.objects.order_by("id").values())

    replay(run, bob)

    assert (run.created, run.quarantined) == (29, 1)
    assert list(ComplaintRecord.objects.order_by("id").values()) == before


def test_a_second_row_of_one_reference_stays_until_it_gets_its_own(dataset, bob):
    rows = letters(30)
    run = import_bytes(dataset, csv_of([*rows, rows[4].replace("did not answer", "lost")]), by=bob)
    row = QuarantinedRow.objects.get()
    replay(run, bob)
    assert [(p.code, p.detail) for p in RowProblem.objects.all()] == [("duplicate_key", "6")]

    repair_row(row=row, cells=mended(row, c0="L99999"), by=bob)
    replay(run, bob)

    assert (run.created, run.quarantined) == (31, 0)


def test_a_row_mended_into_one_that_was_taken_is_skipped_with_the_reason(dataset, bob):
    rows = letters(30)
    run = import_bytes(dataset, csv_of([*rows, rows[4].replace("did not answer", "lost")]), by=bob)
    row = QuarantinedRow.objects.get()

    repair_row(row=row, cells=rows[4].split(","), by=bob)
    replay(run, bob)

    row.refresh_from_db()
    assert (run.created, run.quarantined, run.skipped, row.state) == (30, 0, 1, "dismissed")
    assert "same as an earlier row" in row.reason
    assert accounted(run)


def test_a_row_of_a_later_delivery_updates_and_the_old_version_is_kept(dataset, bob):
    import_bytes(dataset, csv_of(letters(30)), by=bob)
    run = import_bytes(dataset, with_bad_dates(4, outcome="Not upheld"), by=bob)
    row = QuarantinedRow.objects.get()

    repair_row(row=row, cells=mended(row, c1="2019-03-06"), by=bob)
    replay(run, bob)

    assert (run.updated, run.quarantined) == (30, 0)
    assert PreviousVersion.objects.filter(import_run=run).count() == 30
    assert ComplaintRecord.objects.get(reference="L00005").finding == "not-upheld"


def test_a_row_whose_reference_the_same_file_left_alone_elsewhere_is_not_taken(dataset, bob):
    import_bytes(dataset, csv_of(letters(30)), by=bob)
    run = import_bytes(dataset, csv_of([*letters(30), "L00005,never,Other,Other text,Upheld"]), by=bob)
    row = QuarantinedRow.objects.get()

    repair_row(row=row, cells=mended(row, c1="2019-03-06"), by=bob)
    replay(run, bob)

    assert (run.unchanged, run.quarantined) == (30, 1)
    assert [(p.code, p.detail) for p in RowProblem.objects.all()] == [("duplicate_key", "6")]


def test_an_old_row_never_goes_over_a_newer_delivery(dataset, bob):
    old = import_bytes(dataset, with_bad_dates(4), by=bob)
    newer = import_bytes(dataset, csv_of(letters(30, outcome="Not upheld")), by=bob)
    row = QuarantinedRow.objects.get(import_run=old)

    repair_row(row=row, cells=mended(row, c1="2019-03-06"), by=bob)
    replay(old, bob)

    assert ComplaintRecord.objects.get(reference="L00005").import_id == newer.pk
    assert [(p.code, p.detail) for p in RowProblem.objects.all()] == [("newer_record", str(newer.pk))]


def test_the_same_file_again_leaves_mended_records_alone(dataset, bob):
    run = import_bytes(dataset, with_bad_dates(4, 7), by=bob)
    row = QuarantinedRow.objects.get(line=6)
    repair_row(row=row, cells=mended(row, c1="2019-03-06"), by=bob)
    replay(run, bob)

    again = import_bytes(dataset, with_bad_dates(4, 7), by=bob)

    assert (again.created, again.updated, again.unchanged, again.quarantined) == (0, 0, 29, 1)


def test_a_dismissed_row_counts_as_skipped_and_can_be_taken_up_again(dataset, bob):
    run = import_bytes(dataset, with_bad_dates(4, 7), by=bob)
    row = QuarantinedRow.objects.get(line=6)

    dismiss_row(row=row, reason="A test entry of the office", by=bob)
    run.refresh_from_db()
    assert (run.quarantined, run.skipped) == (1, 1)
    assert accounted(run)

    reopen_row(row=row, by=bob)
    run.refresh_from_db()
    assert (run.quarantined, run.skipped) == (2, 0)
    assert AuditEvent.objects.filter(action="rows.dismissed").count() == 1


def test_many_rows_are_dismissed_at_once_with_one_reason(dataset, bob):
    run = import_bytes(dataset, with_bad_dates(4, 7, 9), by=bob)

    number = dismiss_rows(run=run, rows=QuarantinedRow.objects.exclude(line=6), reason="Test entries", by=bob)

    run.refresh_from_db()
    assert (number, run.quarantined, run.skipped) == (2, 1, 2)


@pytest.mark.parametrize(
    ("cells", "code"),
    [(["one"], "wrong_width"), (["L1", "2019-01-01", "a\0b", "", ""], "nul_character")],
)
def test_cells_that_fit_no_row_are_not_taken(dataset, bob, cells, code):
    import_bytes(dataset, with_bad_dates(4), by=bob)

    with pytest.raises(ValidationError) as raised:
        repair_row(row=QuarantinedRow.objects.get(), cells=cells, by=bob)

    assert raised.value.error_dict["cells"][0].code == code


def test_a_row_is_not_dismissed_without_a_reason(dataset, bob):
    import_bytes(dataset, with_bad_dates(4), by=bob)

    with pytest.raises(ValidationError):
        dismiss_row(row=QuarantinedRow.objects.get(), reason="  ", by=bob)


def test_a_stranger_mends_nothing(dataset, bob, charlie):
    run = import_bytes(dataset, with_bad_dates(4), by=bob)
    row = QuarantinedRow.objects.get()

    for act in (
        lambda: repair_row(row=row, cells=row.cells, by=charlie),
        lambda: dismiss_row(row=row, reason="x", by=charlie),
        lambda: replay_import(run=run, by=charlie),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_replay_that_is_cancelled_leaves_the_import_loaded(dataset, bob):
    run = import_bytes(dataset, with_bad_dates(4), by=bob)
    finished = run.finished_at
    replay_import(run=run, by=bob)
    run.refresh_from_db()
    type(run).objects.filter(pk=run.pk).update(cancel_requested=True)

    run_import(run.pk)

    run.refresh_from_db()
    assert (run.state, run.operation, run.quarantined, run.finished_at) == ("loaded", "load", 1, finished)
