"""Undo of an import: exactly what was there before, or a refusal that names what depends on it."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from casestudies.actions.parts import add_part
from casestudies.models import RecordLink
from coding.actions import rounds
from complaints import partitions
from complaints.actions import send_to_coding
from complaints.models import ComplaintRecord
from imports.actions import repair_row, replay_import, undo_import
from imports.jobs.run import run_import
from imports.models import Dataset, Import, PreviousVersion, QuarantinedRow
from imports.recipe import recipe_named
from imports.selectors.undoing import undo_preview
from rest.problems import Conflict
from tests.factories.casestudies import make_case_study
from tests.factories.coding import make_codebook, published
from tests.factories.imports import csv_of, import_bytes, letters, make_dataset, undo

pytestmark = pytest.mark.django_db


@pytest.fixture
def dataset(alpha):
    return make_dataset(alpha)


@pytest.fixture
def send_letters_to_coding(bob, cody, alpha):
    """Freezes the texts of some records for coding."""

    def send(dataset, references):
        plan = rounds.create_round(
            organisation=alpha, version=published(make_codebook(bob)), values={"title": "One"}, coders=[cody], by=bob
        )
        records = ComplaintRecord.objects.visible_to(bob).filter(dataset=dataset, reference__in=references)
        send_to_coding(records=records, coding_round=plan, by=bob)

    return send


@pytest.fixture
def case_citing(fay):
    """A case that cites a record."""

    def cite(dataset, reference):
        chosen = {name: RecordLink._meta.get_field(name).choices[0][0] for name in ("effect", "grade")}
        values = {"dataset": dataset.slug, "reference": reference, **chosen}
        add_part(case_study=make_case_study(fay), model=RecordLink, values=values, by=fay)

    return cite


def everything(dataset):
    """All columns of all records but `updated_at`, which undo sets to now."""
    names = [f.attname for f in ComplaintRecord._meta.concrete_fields if f.name != "updated_at"]
    return list(ComplaintRecord.objects.filter(dataset=dataset).order_by("id").values(*names))


def facts(dataset):
    return Dataset.objects.filter(pk=dataset.pk).values("record_count", "first_year", "last_year", "languages").get()


def rich(count, **options):
    """Rows whose extra column, amount and accents must come back as they were."""
    return csv_of(
        [f"{row},{n}.50,Größe ☃ {n}" for n, row in enumerate(letters(count, **options))],
        header="id,date received,title,narrative,outcome,compensation,ward",
    )


def test_what_a_later_file_overwrote_is_restored_in_every_column(dataset, bob):
    import_bytes(dataset, rich(30), by=bob)
    before, said = everything(dataset), facts(dataset)
    run = import_bytes(dataset, rich(40, outcome="Not upheld"), by=bob)
    assert (run.created, run.updated) == (10, 30)

    undo(run, bob)

    assert (run.state, run.operation) == ("undone", "load")
    assert everything(dataset) == before
    assert facts(dataset) == said
    assert not PreviousVersion.objects.exists()


def test_a_first_load_goes_with_its_partition_and_can_be_loaded_again(dataset, bob):
    run = import_bytes(dataset, rich(30), by=bob)

    undo(run, bob)

    assert not ComplaintRecord.objects.filter(dataset=dataset).exists()
    assert facts(dataset) == {"record_count": 0, "first_year": None, "last_year": None, "languages": []}
    again = import_bytes(dataset, rich(30), by=bob)
    assert (again.state, again.created, again.same_as) == ("loaded", 30, None)


def test_the_same_file_is_loaded_again_after_its_undo(dataset, bob):
    import_bytes(dataset, rich(30), by=bob)
    run = import_bytes(dataset, rich(40, outcome="Not upheld"), by=bob)
    after = [(row["reference"], row["content_hash"]) for row in everything(dataset)]
    undo(run, bob)

    again = import_bytes(dataset, rich(40, outcome="Not upheld"), by=bob)

    assert (again.created, again.updated) == (10, 30)
    assert [(row["reference"], row["content_hash"]) for row in everything(dataset)] == after


def test_the_preview_counts_and_shows_what_would_change(dataset, bob):
    import_bytes(dataset, csv_of(letters(30)), by=bob)
    run = import_bytes(dataset, csv_of(letters(40, outcome="Not upheld")), by=bob)

    shown = undo_preview(run, recipe_named(run.recipe))

    assert (shown.reach.created, shown.reach.updated, shown.blockers) == (10, 30, [])
    assert shown.created[0].reference == "L00031"
    assert ("finding", "upheld", "not-upheld") in shown.overwritten[0].changes


def test_an_import_that_a_later_one_overwrote_is_not_undone(dataset, bob):
    first = import_bytes(dataset, csv_of(letters(30)), by=bob)
    later = import_bytes(dataset, csv_of(letters(30, outcome="Not upheld")), by=bob)
    before = everything(dataset)

    with pytest.raises(Conflict) as refused:
        undo_import(run=first, by=bob)

    assert refused.value.code == "undo_blocked"
    assert f"Import {later.pk}" in refused.value.detail
    assert "overwrote 30" in refused.value.detail
    assert everything(dataset) == before


def test_an_import_whose_rows_are_in_a_later_one_is_not_undone(dataset, bob):
    first = import_bytes(dataset, csv_of(letters(30)), by=bob)
    import_bytes(dataset, csv_of(letters(35)), by=bob)

    with pytest.raises(Conflict, match="unchanged"):
        undo_import(run=first, by=bob)


def test_imports_are_undone_one_after_the_other_back_to_nothing(dataset, bob):
    first = import_bytes(dataset, csv_of(letters(30)), by=bob)
    second = import_bytes(dataset, csv_of(letters(35, outcome="Not upheld")), by=bob)
    again = import_bytes(dataset, csv_of(letters(35, outcome="Not upheld")), by=bob)

    for run in (again, second, first):
        undo(run, bob)

    assert set(Import.objects.values_list("state", flat=True)) == {"undone"}
    assert not ComplaintRecord.objects.exists()


def test_an_independent_earlier_import_is_undone_without_touching_the_later(dataset, bob):
    first = import_bytes(dataset, csv_of(letters(30)), by=bob)
    import_bytes(dataset, csv_of(letters(20, first=100)), by=bob)

    undo(first, bob)

    assert sorted(row["reference"] for row in everything(dataset)) == [f"L{n:05d}" for n in range(100, 120)]


def test_replayed_rows_go_with_their_import(dataset, bob):
    import_bytes(dataset, csv_of(letters(30)), by=bob)
    before = everything(dataset)
    rows = letters(32, outcome="Not upheld")
    rows[4], rows[31] = rows[4].replace("2019-03", "2019-33"), rows[31].replace("2019-03", "2019-33")
    run = import_bytes(dataset, csv_of(rows), by=bob)
    for row in QuarantinedRow.objects.filter(import_run=run):
        cells = [cell.replace("2019-33", "2019-03") for cell in row.cells]
        repair_row(row=row, cells=cells, by=bob)
    replay_import(run=run, by=bob)
    run_import(run.pk)
    run.refresh_from_db()
    assert (run.created, run.updated) == (2, 30)

    undo(run, bob)

    assert everything(dataset) == before


def test_an_import_whose_texts_are_coded_is_not_undone(dataset, bob, send_letters_to_coding):
    import_bytes(dataset, csv_of(letters(30)), by=bob)
    run = import_bytes(dataset, csv_of(letters(40)), by=bob)
    send_letters_to_coding(dataset, ["L00035"])

    with pytest.raises(Conflict, match="1 of its records was sent to coding"):
        undo_import(run=run, by=bob)


def test_an_import_whose_records_a_case_cites_is_not_undone(dataset, bob, case_citing):
    run = import_bytes(dataset, csv_of(letters(30)), by=bob)
    case_citing(dataset, "L00007")
    assert RecordLink.objects.count() == 1

    with pytest.raises(Conflict, match="L00007"):
        undo_import(run=run, by=bob)


def test_what_comes_to_depend_between_asking_and_doing_stops_it_too(dataset, bob, case_citing):
    run = import_bytes(dataset, csv_of(letters(30)), by=bob)
    undo_import(run=run, by=bob)
    case_citing(dataset, "L00007")

    run_import(run.pk)

    run.refresh_from_db()
    assert run.state == "loaded"
    assert any("L00007" in note for note in run.notes)
    assert ComplaintRecord.objects.count() == 30


def test_a_stranger_undoes_nothing(dataset, bob, charlie):
    run = import_bytes(dataset, csv_of(letters(30)), by=bob)

    with pytest.raises(PermissionDenied):
        undo_import(run=run, by=charlie)


def test_an_undone_import_leaves_no_table_behind(dataset, bob):
    undo(import_bytes(dataset, csv_of(letters(30)), by=bob), bob)

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [partitions.table_of(dataset.pk)])
        assert cursor.fetchone() == (None,)


def test_there_is_no_preview_of_the_undo_of_an_import_that_waits(client_of, bob, dataset):
    waiting = import_bytes(dataset, csv_of(letters(3)), by=bob, is_automatic=False)
    for address in (f"/imports/{waiting.pk}/undo/", f"/api/v1/imports/{waiting.pk}/undo/"):
        assert client_of(bob).get(address).status_code == 404
